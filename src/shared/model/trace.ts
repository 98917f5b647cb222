import { lookupSteps } from './lookup.ts';
import type { Attempt, RequestRecord, RouteSource } from './record.ts';

/** How sure the route of a request was, as words that stand behind its name. */
export const routeSourceWords: Readonly<Record<RouteSource, string>> = {
  cache: 'as it was known',
  store: 'asked of the store',
  stale: 'as last known, since the store is away',
};

/**
 * The names that were looked up for a request, to the one that matched; all of them where none did.
 *
 * @param shared suffixes under each of which one frontend answers
 */
export function askedNames(
  { host, frontend }: Pick<RequestRecord, 'host' | 'frontend'>,
  shared: readonly string[],
): readonly string[] {
  if (host === '') return [];
  const names = lookupSteps(host, shared).map(({ name }) => name);
  const at = frontend === null ? -1 : names.indexOf(frontend);
  if (frontend !== null && at === -1) return [frontend];
  return at === -1 ? names : names.slice(0, at + 1);
}

/** When a request ended, in Unix milliseconds: the order in which records come. */
export const endedAt = ({
  startedAt,
  totalMs,
}: Pick<RequestRecord, 'startedAt' | 'totalMs'>): number => startedAt + totalMs;

/** As `refused` or `connect timeout`: what became of a try. */
export const outcomeWord = (outcome: Attempt['outcome']): string =>
  outcome
    .replace(/^BERTH_(?:BACKEND_)?/, '')
    .replaceAll('_', ' ')
    .toLowerCase();

/** As `127.0.0.1:3000`: a backend's URL without what goes without saying. */
export const shortUrl = (url: string): string => url.replace(/^http:\/\//i, '').replace(/\/$/, '');
