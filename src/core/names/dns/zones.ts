import { isUnder } from '../hostsFile/index.ts';
import type { ZoneOf } from './answer.ts';

/**
 * The zones of an instance: each suffix, with everything below it. The resolver of the system sends those, and nothing
 * else. What frontends are called makes no other name ours: a store may be shared, and whoever writes to it could send
 * any name to this machine.
 */
export const zonesOf =
  (suffixes: readonly string[]): ZoneOf =>
  (host) => {
    const own = suffixes.filter((suffix) => isUnder(host, suffix));
    return own.reduce<string | null>(
      (longest, one) => (longest === null || one.length > longest.length ? one : longest),
      null,
    );
  };
