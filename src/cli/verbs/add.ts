import { randomUUID } from 'node:crypto';
import { exitCodes } from '../../shared/exitCodes.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import { openUrl } from '../../shared/model/openUrl.ts';
import type { GivenUrl } from '../arguments/parsers.ts';
import type { Context } from '../context.ts';
import { nameAdvice } from '../frontendOf.ts';
import { hostIfAny } from '../meantHost.ts';
import { otherNamesOf } from '../otherNames.ts';
import { counted } from '../render/units.ts';
import { checkFor } from './checkFor.ts';
import { sayFindings, sayShortUrls } from './saying.ts';

export interface AddInput {
  readonly name: string;
  readonly urls: readonly GivenUrl[];
  readonly identifier: string | undefined;
  /** A path or `tcp`; none leaves the health check as it is. */
  readonly check: string | undefined;
}

/** `berth add HOST URL...` */
export async function add(input: AddInput, { client, output, world }: Context): Promise<number> {
  const { name, urls, identifier, check } = input;
  const api = await client();
  const before = (await hostIfAny(api, name))?.backends ?? null;
  const { standIn, also } = await otherNamesOf(api, name);
  sayShortUrls(urls, output);
  // One edit to take back, also where it takes two calls.
  const group = check === undefined ? {} : { group: { id: randomUUID(), verb: 'added' } };
  const added = await api.hosts.add({
    name,
    backends: urls.map(({ url }) => url),
    ...(identifier === undefined ? {} : { identifier }),
    ...group,
  });
  const host =
    check === undefined
      ? added
      : await api.hosts.set({
          name,
          options: { check: checkFor(name, { check }, added.options.check) },
          expect: added.revision,
          ...group,
        });
  const { listeners, suffixes } = await api.instance.status();
  const url = openUrl(
    host.name,
    listeners,
    host.options.redirectToHttps,
    host.options.cert !== null,
  );
  if (output.json) {
    output.document({ host, url });
    return exitCodes.ok;
  }
  const fresh = host.backends.filter((backend) => !(before ?? []).includes(backend));
  const list = fresh.join(', ');
  if (before === null) output.say(`Added ${host.name} → ${list}`);
  else if (fresh.length > 0) {
    output.say(
      `Added ${list} to ${host.name}, which has ${counted(host.backends.length, 'backend')} now`,
    );
  } else output.say(`${host.name} has what was asked for already`);
  if (before === null && standIn !== null) {
    output.say(`${standIn} answered as ${host.name} until now; it goes on under its own name.`);
  }
  sayFindings(host, output);
  await saySilent(urls, { output, world });
  if (url === null) return exitCodes.ok;
  output.lines([url]);
  const advice = await nameAdvice(host.name, {
    ...{ suffixes, also, leadsHere: world.leadsHere },
  });
  if (advice !== null) output.say(advice);
  return exitCodes.ok;
}

/** Says where nothing listens yet. That is no failure: a server may be started later. Nothing is sent to it. */
async function saySilent(
  urls: readonly GivenUrl[],
  { output, world }: Pick<Context, 'output' | 'world'>,
): Promise<void> {
  const silent = await Promise.all(
    urls.map(async ({ url }) => {
      const backend = parseBackend(url, 0);
      if (!backend.ok) return [];
      const { hostname, port, authority } = backend.backend;
      return (await world.isRefused(hostname, port)) ? [authority] : [];
    }),
  );
  for (const authority of silent.flat()) output.say(`nothing listens on ${authority} yet`);
}
