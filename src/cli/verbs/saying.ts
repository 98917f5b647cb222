import type { HostView } from '../../shared/contract/hosts.ts';
import type { GivenUrl } from '../arguments/parsers.ts';
import type { Api } from '../context.ts';
import type { Printer } from '../printer.ts';

/** Says what was made of backends that were written short, and what of a URL makes no difference. */
export function sayShortUrls(urls: readonly GivenUrl[], output: Printer): void {
  for (const { isShort, word, url } of urls) {
    if (isShort) output.say(`${word} means ${url}`);
    const { pathname, search, hash } = new URL(url);
    const path = `${pathname}${search}${hash}`;
    if (path === '/') continue;
    output.warn(`${url}: its ${path} is ignored: requests keep the path that they come with`);
  }
}

/** Warns of what an edit left that is probably not meant. */
export function sayFindings({ name, findings }: HostView, output: Printer): void {
  for (const { message, advice } of findings) output.warn(`${name}: ${message}\n${advice}`);
}

/** Warns when the store is away: what there is to show is what was last known. */
export async function sayStale(api: Api, output: Printer): Promise<void> {
  const { store } = await api.instance.status();
  if (store.state !== 'stale' && store.state !== 'connecting') return;
  output.warn(`the store ${store.driver} is away: this is what was last known`);
}

/** What a person reads where a list is empty. */
export const noHostYet = 'There is no host yet. Add one: berth add app.localhost 3000';
