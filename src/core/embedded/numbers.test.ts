import { expect, it } from 'vitest';
import { addDecimals, clampRange, formatFloat, readFloat, readInt64 } from './numbers.ts';

it('reads the integers that Redis reads, and nothing else', () => {
  expect(readInt64('9223372036854775807')).toBe(2n ** 63n - 1n);
  expect(readInt64('-9223372036854775808')).toBe(-(2n ** 63n));
  for (const text of ['9223372036854775808', '', '-', '+1', '01', '-0', '1.0', ' 1', '1e3', 'x']) {
    expect(readInt64(text), text).toBeNull();
  }
});

it('reads and writes scores', () => {
  expect(readFloat('-inf')).toBe(Number.NEGATIVE_INFINITY);
  expect(readFloat('+Infinity')).toBe(Number.POSITIVE_INFINITY);
  expect(readFloat('.5e1')).toBe(5);
  for (const text of ['', 'nan', '1 ', '0x', 'e1', '--1']) expect(readFloat(text), text).toBeNull();
  expect(formatFloat(Number.NEGATIVE_INFINITY)).toBe('-inf');
  expect(formatFloat(1.5)).toBe('1.5');
});

it('adds decimals as they are written', () => {
  expect(addDecimals('0.1', '0.2')).toBe('0.3');
  expect(addDecimals('10.50', '-0.5')).toBe('10');
  expect(addDecimals('-1', '0.25')).toBe('-0.75');
  expect(addDecimals('5e3', '1')).toBe('5001');
  expect(addDecimals('inf', '1')).toBeNull();
});

it('keeps ranges within the length', () => {
  expect(clampRange(0, -1, 3)).toEqual({ from: 0, to: 2 });
  expect(clampRange(-100, 100, 3)).toEqual({ from: 0, to: 2 });
  expect(clampRange(-2, -2, 3)).toEqual({ from: 1, to: 1 });
  const { from, to } = clampRange(2, 1, 3);
  expect(from).toBeGreaterThan(to);
});
