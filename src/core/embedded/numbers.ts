import { CommandError, notAnInteger } from './reply.ts';

const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);

/** Reads a 64-bit integer as Redis does: no sign `+`, no leading zero, no space. Null when it is not one. */
export function readInt64(text: string): bigint | null {
  if (text.length > 20 || !/^(?:0|-?[1-9][0-9]*)$/.test(text)) return null;
  const value = BigInt(text);
  return value < minInt64 || value > maxInt64 ? null : value;
}

/** @throws CommandError */
export function int64(text: string): bigint {
  const value = readInt64(text);
  if (value === null) throw notAnInteger();
  return value;
}

/** An integer as a number, for indexes and counts: what is beyond exactness is beyond every length, too. */
export function integer(text: string): number {
  return Number(int64(text));
}

/** @throws CommandError also for a negative one */
export function count(text: string): number {
  const value = readInt64(text);
  if (value === null || value < 0n) {
    throw new CommandError('ERR value is out of range, must be positive');
  }
  return Number(value);
}

export function inInt64(value: bigint): boolean {
  return value >= minInt64 && value <= maxInt64;
}

const float = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|infinity)$/i;

/** Reads a double as strtod does, without NaN. Null when it is not one. */
export function readFloat(text: string): number | null {
  if (!float.test(text)) return null;
  if (/inf/i.test(text)) {
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return Number(text);
}

/** A score as Redis writes it. */
export function formatFloat(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

const decimal = /^([+-]?)(\d{1,40})(?:\.(\d{1,17}))?$/;

/**
 * Adds two numbers for INCRBYFLOAT, exactly where both are plain decimals: Redis uses long double, so that 0.1 + 0.2
 * is 0.3 there. Null when the sum is not a finite number.
 */
export function addDecimals(a: string, b: string): string | null {
  const left = decimal.exec(a);
  const right = decimal.exec(b);
  if (left === null || right === null) {
    const sum = (readFloat(a) ?? Number.NaN) + (readFloat(b) ?? Number.NaN);
    if (!Number.isFinite(sum)) return null;
    return Math.abs(sum) < 1e21 ? trimZeros(sum.toFixed(17)) : BigInt(sum).toString();
  }
  const scaled = ([, sign, whole, fraction = '']: RegExpExecArray): bigint => {
    const value = BigInt(`${whole}${fraction.padEnd(17, '0')}`);
    return sign === '-' ? -value : value;
  };
  const sum = scaled(left) + scaled(right);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(18, '0');
  const text = trimZeros(`${digits.slice(0, -17)}.${digits.slice(-17)}`);
  return sum < 0n ? `-${text}` : text;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Redis' reading of `start stop` on something of this length: inclusive bounds within it; `from > to` is nothing. */
export function clampRange(
  start: number,
  stop: number,
  length: number,
): { readonly from: number; readonly to: number } {
  const from = Math.max(0, start < 0 ? length + start : start);
  const to = Math.min(length - 1, stop < 0 ? length + stop : stop);
  return { from, to };
}
