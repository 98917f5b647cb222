import { nearest } from '../../shared/config/describe.ts';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { openUrl } from '../../shared/model/openUrl.ts';
import type { Context } from '../context.ts';
import { frontendOf } from '../frontendOf.ts';
import { openerFor } from '../opener.ts';

export interface OpenInput {
  readonly name: string;
  /** Only print the address. */
  readonly print: boolean;
}

/** `berth open HOST` */
export async function open({ name, print }: OpenInput, context: Context): Promise<number> {
  const { client, output, world } = context;
  const api = await client();
  const [hosts, { listeners, suffixes, sharedSuffixes }] = await Promise.all([
    api.hosts.list(),
    api.instance.status(),
  ]);
  const host = name.includes('*')
    ? hosts.find((one) => one.name === name)
    : frontendOf(name, hosts, sharedSuffixes);
  if (!host && !isWelcome(name, suffixes)) {
    const meant = nearest(
      name,
      hosts.map((one) => one.name),
    );
    throw new BerthError(
      'BERTH_HOST_NOT_FOUND',
      meant === null ? name : `${name}; did you mean ${meant}?`,
    );
  }
  const url = openUrl(
    name,
    listeners,
    host?.options.redirectToHttps === true,
    (host?.options.cert ?? null) !== null,
  );
  if (url === null)
    throw new BerthError('BERTH_CONTROL_UNUSABLE', 'the instance serves no address');
  if (output.json) output.document({ url });
  else output.lines([url]);
  if (print || output.json) return exitCodes.ok;
  const opener = openerFor(world.platform, world.env);
  if (opener === null) output.say('There is no browser to open it with.');
  else if (!(await world.launch(opener.program, [...opener.argv, url]))) {
    output.say(`${opener.program} could not be started; open the address by hand.`);
  }
  return exitCodes.ok;
}

/** Berth answers this name itself, where no frontend does. */
const isWelcome = (name: string, suffixes: InstanceStatus['suffixes']): boolean =>
  suffixes.some((suffix) => name === `welcome.${suffix}`);
