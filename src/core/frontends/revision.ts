import { createHash } from 'node:crypto';

/**
 * What `expect` in an edit refers to: changes with list and options, and with nothing else.
 *
 * @param list as stored; null for what is no list
 * @param options the text under `berth:options:<name>`; null when there is none
 */
export function revisionOf(list: readonly string[] | null, options: string | null): string {
  return createHash('sha256')
    .update(JSON.stringify([list, options]))
    .digest('base64url')
    .slice(0, 16);
}
