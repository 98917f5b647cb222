import { BerthError } from '../../shared/errors.ts';

/** URLs that a sentence names; of more it says how many. */
const maxNamed = 3;

/** URLs as a sentence has them. */
export const urlsText = (urls: readonly string[]): string =>
  urls.length <= maxNamed ? urls.join(', ') : `${urls.length} backends`;

/**
 * What is said where a backend is named that the frontend does not list.
 *
 * @param missing those that were named
 * @param listed those that there are
 */
export function noBackend(
  name: string,
  missing: readonly string[],
  listed: readonly string[],
): BerthError {
  const has = listed.length === 0 ? 'none' : urlsText([...new Set(listed)]);
  return new BerthError(
    'BERTH_BACKEND_NOT_FOUND',
    `${name} has no backend ${missing.join(', ')}; it has ${has}`,
  );
}
