import { limits } from '../shared/limits.ts';
import { StoreAway } from './command.ts';
import type { Link } from './connect.ts';

/** A pattern that matches what begins with this text, whatever characters it has. */
const globOf = (prefix: string): string => `${prefix.replace(/[\\*?[\]^-]/g, '\\$&')}*`;

/**
 * The keys of one server that begin with a prefix, as SCAN gives them.
 *
 * @throws StoreAway, or the error reply
 */
export async function* scanKeys(
  link: Pick<Link, 'send'>,
  prefix: string,
): AsyncGenerator<readonly string[]> {
  const pattern = globOf(prefix);
  let cursor = '0';
  do {
    const [reply] = await link.send([
      ['scan', cursor, 'MATCH', pattern, 'COUNT', limits.scanStepKeys],
    ]);
    if (reply?.ok === false) throw new Error(reply.error);
    const value: unknown = reply?.value;
    const [next, keys] = Array.isArray(value) ? (value as unknown[]) : [];
    if (typeof next !== 'string' || !Array.isArray(keys)) throw new StoreAway('no answer to SCAN');
    cursor = next;
    yield keys.map(String);
  } while (cursor !== '0');
}
