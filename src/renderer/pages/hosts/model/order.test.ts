import { expect, test } from 'vitest';
import { backendHealth, hostHealth } from '../../../../../test/support/hostHealth.ts';
import { hostView } from '../../../../../test/support/hostView.ts';
import { hostTraffic, trafficSummary } from '../../../../../test/support/trafficSummary.ts';
import type { BackendState } from '../../../../shared/contract/health.ts';
import { defaultOptions } from '../../../../shared/model/options.ts';
import { hostFilter } from './filter.ts';
import { defaultSort, type HostSort, nextSort, sortRows } from './order.ts';
import { joinRows } from './rows.ts';

const views = [
  hostView({ name: 'pr-10.dev.local' }),
  hostView({ name: 'pr-9.dev.local', identifier: 'Shop' }),
  hostView({ name: '*.dev.local', backends: ['http://10.0.0.5:3000'] }),
  hostView({ name: 'empty.dev.local', backends: [] }),
];
const traffic = trafficSummary({
  hosts: [
    hostTraffic({ frontend: 'pr-9.dev.local', requestsPerSecond: 5 }),
    hostTraffic({ frontend: 'pr-10.dev.local', requestsPerSecond: 7 }),
  ],
});
const rows = [
  ...(joinRows(null, {
    hosts: new Map(views.map((view) => [view.name, view])),
    health: null,
    traffic,
  })?.values() ?? []),
];
const sorted = (sort: HostSort) => sortRows(rows, sort).map(({ name }) => name);
const filtered = (text: string) => rows.filter(hostFilter(text)).map(({ name }) => name);

test('names are sorted as a person counts', () => {
  expect(sorted({ column: 'name', descending: false })).toEqual([
    '*.dev.local',
    'empty.dev.local',
    'pr-9.dev.local',
    'pr-10.dev.local',
  ]);
});

test('by itself, trouble comes first, and everything else by name', () => {
  const names = ['up.dev', 'paused.dev', 'unknown.dev', 'b-degraded.dev', 'z-down.dev', 'a.dev'];
  const urls = ['http://10.0.0.5:3000', 'http://10.0.0.6:3000'];
  const health = (name: string, ...states: readonly BackendState[]) =>
    [
      name,
      hostHealth({
        name,
        backends: states.map((state, index) => backendHealth({ index, state })),
      }),
    ] as const;
  const all = joinRows(null, {
    hosts: new Map(
      names.map((name) => [
        name,
        hostView({
          name,
          backends: urls,
          options: { ...defaultOptions, paused: name === 'paused.dev' },
        }),
      ]),
    ),
    health: new Map([
      health('up.dev', 'up', 'up'),
      health('a.dev', 'up', 'up'),
      health('b-degraded.dev', 'up', 'down'),
      health('z-down.dev', 'down', 'down'),
    ]),
    traffic: null,
  });
  expect(sortRows([...(all?.values() ?? [])], defaultSort).map(({ name }) => name)).toEqual([
    'z-down.dev',
    'b-degraded.dev',
    'a.dev',
    'paused.dev',
    'unknown.dev',
    'up.dev',
  ]);
});

test('pressed again, attention gives way to the name', () => {
  expect(nextSort(defaultSort, 'attention')).toEqual({ column: 'name', descending: false });
  expect(nextSort({ column: 'rate', descending: true }, 'attention')).toEqual(defaultSort);
});

test('the worst state comes first', () => {
  expect(sorted({ column: 'status', descending: false })[0]).toBe('empty.dev.local');
});

test('what has no number stands last, whichever way', () => {
  for (const descending of [true, false]) {
    expect(sorted({ column: 'rate', descending }).slice(2)).toEqual([
      '*.dev.local',
      'empty.dev.local',
    ]);
  }
  expect(sorted({ column: 'rate', descending: true })[0]).toBe('pr-10.dev.local');
});

test('a second press on a column turns it round, and numbers begin with the largest', () => {
  const rate = nextSort(defaultSort, 'rate');
  expect(rate).toEqual({ column: 'rate', descending: true });
  expect(nextSort(rate, 'rate')).toEqual({ column: 'rate', descending: false });
  expect(nextSort(rate, 'name')).toEqual({ column: 'name', descending: false });
});

test('a host is found by what it is shown as, where its name hides something', () => {
  const name = 'shop\u202etset.dev';
  const [row] =
    joinRows(null, {
      hosts: new Map([[name, hostView({ name })]]),
      health: null,
      traffic: null,
    })?.values() ?? [];
  for (const text of ['shop\\u202e', '\u202etset', 'tset.dev']) {
    expect(row !== undefined && hostFilter(text)(row)).toBe(true);
  }
});

test.each([
  ['', 4],
  ['pr', 2],
  ['PR-9', 1],
  ['shop', 1],
  ['10.0.0.5', 1],
  ['pr dev', 2],
  ['-pr', 2],
  ['is:wildcard', 1],
  ['-is:wildcard', 3],
  ['status:down', 1],
  ['status:unk pr', 2],
  ['is:nonsense', 0],
  ['zzz', 0],
])('the filter %j finds %i', (text, count) => {
  expect(filtered(text)).toHaveLength(count);
});
