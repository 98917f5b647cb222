import { describe, expect, test } from 'vitest';
import { backendHealth, hostHealth } from '../../../../../test/support/hostHealth.ts';
import { hostView } from '../../../../../test/support/hostView.ts';
import { type Editing, linesOf } from './lines.ts';
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
  expect(lines.map(({ backend }) => backend.health?.url ?? null)).toEqual([
    'http://127.0.0.1:3000',
    null,
  ]);
});

test('each line has a key of its own', () => {
  const keys = linesOf(rows, new Set(['a', 'b'])).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

describe('what is being written', () => {
  const shown = (editing: Editing) =>
    linesOf(rows, new Set(['b']), editing).flatMap((line) => {
      if (line.row.name !== 'b') return [];
      return line.kind === 'backend' ? [`#${line.backend.index}`] : [line.kind];
    });

  test('stands in the place of the backend, wherever others have moved it', () => {
    const place = { index: 0, url: 'http://127.0.0.1:3001' };
    expect(shown({ kind: 'backend', name: 'b', place })).toEqual([
      'host',
      '#0',
      'edit',
      'finding',
      'more',
    ]);
  });
  test('stays where somebody took the backend out, and where one is added', () => {
    const last = ['host', '#0', '#1', 'edit', 'finding', 'more'];
    const place = { index: 1, url: 'http://gone:1' };
    expect(shown({ kind: 'backend', name: 'b', place })).toEqual(last);
    expect(shown({ kind: 'new', name: 'b' })).toEqual(last);
  });
  test('is above the backends where it is the identifier', () => {
    expect(shown({ kind: 'identifier', name: 'b' }).slice(0, 3)).toEqual(['host', 'edit', '#0']);
  });
  test('is in no host that is closed', () => {
    expect(linesOf(rows, new Set(), { kind: 'new', name: 'b' })).toHaveLength(2);
  });
});
