import { int64 } from '../numbers.ts';
import { CommandError } from '../reply.ts';

export type ExpiryUnit = 'EX' | 'PX' | 'EXAT' | 'PXAT';

export function isExpiryUnit(option: string): option is ExpiryUnit {
  return option === 'EX' || option === 'PX' || option === 'EXAT' || option === 'PXAT';
}

// Beyond this, milliseconds are no longer exact numbers: 285,000 years.
const maxMs = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The deadline that words such as `EX 10` name, in unix milliseconds.
 *
 * @param positive whether it must lie after 1970, as options of SET must
 */
export function deadlineOf(
  unit: ExpiryUnit,
  amount: string,
  now: number,
  command: string,
  positive: boolean,
): number {
  const value = int64(amount);
  const invalid = (): CommandError =>
    new CommandError(`ERR invalid expire time in '${command}' command`);
  if (positive && value <= 0n) throw invalid();
  const ms = unit === 'EX' || unit === 'EXAT' ? value * 1000n : value;
  const at = unit === 'EX' || unit === 'PX' ? ms + BigInt(now) : ms;
  if (at > maxMs || at < -maxMs) throw invalid();
  return Number(at);
}
