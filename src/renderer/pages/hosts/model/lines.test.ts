import { expect, test } from 'vitest';
import { backendHealth, hostHealth } from '../../../../../test/support/hostHealth.ts';
import { hostView } from '../../../../../test/support/hostView.ts';
import { linesOf } from './lines.ts';
import { joinRows } from './rows.ts';

const backends = ['http://127.0.0.1:3000', 'http://127.0.0.1:3001'];
const finding = {
  rule: 'loop',
  severity: 'error',
  message: 'it is this instance itself',
  advice: 'Point it elsewhere.',
} as const;
const rows = [
  ...(joinRows(null, {
    hosts: new Map([
      ['a', hostView({ name: 'a' })],
      ['b', hostView({ name: 'b', backends, findings: [finding] })],
    ]),
    health: new Map([['b', hostHealth({ name: 'b', backends: [backendHealth()] })]]),
    traffic: null,
  })?.values() ?? []),
];

test('a host that is closed is one line', () => {
  expect(linesOf(rows, new Set()).map(({ key }) => key)).toEqual(['a', 'b']);
});

test('a host that is open shows its backends, what is wrong with it, and the way to the rest', () => {
  expect(linesOf(rows, new Set(['b'])).map(({ kind }) => kind)).toEqual([
    'host',
    'host',
    'backend',
    'backend',
    'finding',
    'more',
  ]);
});

test('health that is older than the list is not shown for another backend', () => {
  const lines = linesOf(rows, new Set(['b'])).filter((line) => line.kind === 'backend');
  expect(lines.map(({ health }) => health?.url ?? null)).toEqual(['http://127.0.0.1:3000', null]);
});

test('each line has a key of its own', () => {
  const keys = linesOf(rows, new Set(['a', 'b'])).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});
