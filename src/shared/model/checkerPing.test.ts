import { expect, test } from 'vitest';
import { formatPing, isPingAhead, pingWriter } from './checkerPing.ts';

const wallMs = 1_700_000_000_500;

test('a Berth knows its own kind, also of another prefix', () => {
  expect(pingWriter(formatPing(wallMs), wallMs)).toBe('berth');
});

test('the ping of a Berth is the present time for whoever compares numbers', () => {
  expect(Math.floor(Number(formatPing(wallMs)))).toBe(1_700_000_000);
});

test.each([
  ['1700000000', 'foreign'],
  ['1700000000.5', 'foreign'],
  ['1699999971', 'foreign'],
  ['1699999970', null],
  ['1699999970.23784', null],
  ['1700000300', 'foreign'],
  ['1700000301', null],
  ['1700000301.23784', null],
  ['99999999999999999999', null],
  ['soon', null],
  ['', null],
  [null, null],
  [1_700_000_000, null],
])('%j was written by %j', (ping, writer) => {
  expect(pingWriter(ping, wallMs)).toBe(writer);
});

test.each([
  ['1700000300', false],
  ['1700000301', true],
  ['1700000301000', true],
  ['1600000000', false],
  ['soon', false],
  [null, false],
])('%j is too far ahead: %j', (ping, isAhead) => {
  expect(isPingAhead(ping, wallMs)).toBe(isAhead);
});
