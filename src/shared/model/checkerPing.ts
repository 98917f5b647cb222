import { checkerFreshSeconds } from './keys.ts';

/** Who wrote `hchecker_ping` last: a Berth, any other checker, or nobody within `checkerFreshSeconds`. */
export type PingWriter = 'berth' | 'foreign' | null;

/**
 * Behind the point of our pings. Others write whole seconds and readers compare numbers, so that a fraction harms
 * nobody; it tells a Berth of another prefix, which has another lease, from a foreign checker.
 */
const signature = '.23784';

/** The value of `hchecker_ping` that a Berth writes. */
export const formatPing = (wallMs: number): string => `${Math.floor(wallMs / 1000)}${signature}`;

/**
 * @param ping value of the key: unix seconds
 * @param wallMs unix milliseconds
 */
export function pingWriter(ping: unknown, wallMs: number): PingWriter {
  if (typeof ping !== 'string' || !/^\d+(\.\d+)?$/.test(ping)) return null;
  if (Math.floor(wallMs / 1000) - Math.floor(Number(ping)) >= checkerFreshSeconds) return null;
  return ping.endsWith(signature) ? 'berth' : 'foreign';
}
