import { exitCodes } from '../../shared/exitCodes.ts';
import type { GivenUrl } from '../arguments/parsers.ts';
import type { Api, Context } from '../context.ts';
import { isLocalName, openUrl } from '../openUrl.ts';
import { isBerthError } from '../talk.ts';
import { sayFindings, sayShortUrls } from './saying.ts';

export interface AddInput {
  readonly name: string;
  readonly urls: readonly GivenUrl[];
  readonly identifier: string | undefined;
}

/** `berth add HOST URL...` */
export async function add(input: AddInput, { client, output }: Context): Promise<number> {
  const { name, urls, identifier } = input;
  const api = await client();
  const before = await backendsOf(api, name);
  sayShortUrls(urls, output);
  const host = await api.hosts.add({
    name,
    backends: urls.map(({ url }) => url),
    ...(identifier === undefined ? {} : { identifier }),
  });
  const { listeners } = await api.instance.status();
  const url = openUrl(host.name, listeners, host.options.redirectToHttps);
  if (output.json) {
    output.document({ host, url });
    return exitCodes.ok;
  }
  const fresh = host.backends.filter((backend) => !(before ?? []).includes(backend));
  const list = fresh.join(', ');
  if (before === null) output.say(`Added ${host.name} → ${list}`);
  else if (fresh.length > 0) {
    output.say(`Added ${list} to ${host.name}, which has ${host.backends.length} backends now`);
  } else output.say(`${host.name} has what was asked for already`);
  sayFindings(host, output);
  if (url === null) return exitCodes.ok;
  output.say('Open:');
  output.lines([url]);
  if (!isLocalName(host.name)) {
    output.say(
      `A browser finds ${host.name} when the name leads to this machine; names under .localhost always do.`,
    );
  }
  return exitCodes.ok;
}

/** What a host had before; null when there was none. */
async function backendsOf(api: Api, name: string): Promise<readonly string[] | null> {
  try {
    return (await api.hosts.get({ name })).backends;
  } catch (error) {
    if (isBerthError(error) && error.code === 'BERTH_HOST_NOT_FOUND') return null;
    throw error;
  }
}
