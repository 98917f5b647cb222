import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { findingLines } from '../render/hosts.ts';
import { counted } from '../render/units.ts';
import { sayStale } from './saying.ts';

/** `berth lint [HOST]` */
export async function lint(
  { name }: { readonly name: string | undefined },
  { client, output }: Context,
): Promise<number> {
  const api = await client();
  const { hosts } = api;
  await sayStale(api, output);
  const looked = name === undefined ? await hosts.list() : [await hosts.get({ name })];
  const found = looked.filter(({ findings }) => findings.length > 0);
  const all = found.flatMap(({ findings }) => findings);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  if (output.json) {
    output.document({ hosts: found.map((host) => ({ name: host.name, findings: host.findings })) });
  } else {
    output.lines(found.flatMap((host) => findingLines(host, output)));
    const hosts = counted(looked.length, 'host');
    if (all.length === 0) output.say(`${hosts}, and nothing to look at`);
    else
      output.say(
        `${counted(errors, 'error')}, ${counted(all.length - errors, 'warning')} in ${hosts}`,
      );
  }
  return errors > 0 ? exitCodes.other : exitCodes.ok;
}
