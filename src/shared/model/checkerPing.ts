import { limits } from '../limits.ts';
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

/** Seconds since the ping was written, negative for one of the future; null for what is no time. */
function ageOf(ping: unknown, wallMs: number): number | null {
  if (typeof ping !== 'string' || !/^\d+(\.\d+)?$/.test(ping)) return null;
  return Math.floor(wallMs / 1000) - Math.floor(Number(ping));
}

/**
 * @param ping value of the key: unix seconds
 * @param wallMs unix milliseconds
 */
export function pingWriter(ping: unknown, wallMs: number): PingWriter {
  const age = ageOf(ping, wallMs);
  if (age === null || age >= checkerFreshSeconds || age < -limits.checkerAheadSeconds) return null;
  return String(ping).endsWith(signature) ? 'berth' : 'foreign';
}

/** Whether a ping is of a time so far ahead that it would count for good: no clock is wrong by that much. */
export function isPingAhead(ping: unknown, wallMs: number): boolean {
  const age = ageOf(ping, wallMs);
  return age !== null && age < -limits.checkerAheadSeconds;
}
