import { describe, expect, test } from 'vitest';
import { backendHealth, hostHealth } from '../../../test/support/hostHealth.ts';
import { healthCheckSchema } from '../../shared/model/options.ts';
import { healthLines } from './health.ts';
import { createStyle } from './style.ts';
import { widthOf } from './text.ts';

const now = 1_000_000_000;
const slots = (states: string) =>
  [...states].map((letter) => ({
    at: 0,
    reason: '',
    state:
      ({ u: 'up', d: 'down', '?': 'unknown', '-': 'drained', g: 'degraded' } as const)[letter] ??
      'up',
  }));

const hosts = [
  hostHealth({
    check: healthCheckSchema.parse({}),
    checker: { kind: 'this' },
    backends: [
      backendHealth({
        state: 'up',
        reason: 'HEAD / answered 200',
        since: now - 300_000,
        lastCheck: { at: now - 2000, ok: true, ms: 3, outcome: 'HEAD / answered 200' },
        history: slots('?uuudduuuuuuuu'),
      }),
      backendHealth({
        index: 1,
        url: 'http://127.0.0.1:3001',
        state: 'down',
        reason: 'refused',
        since: now - 40_000,
        markedForMs: 17_600,
        lastCheck: { at: now - 1500, ok: false, ms: 0.6, outcome: 'refused' },
        history: slots('?uuuuuuuuuuudd'),
      }),
    ],
  }),
  hostHealth({
    name: '*.api.localhost',
    backends: [
      backendHealth({ url: 'http://localhost:4000' }),
      backendHealth({
        url: 'http://localhost:4001',
        state: 'drained',
        reason: 'drained by hand',
        since: now,
      }),
    ],
  }),
  hostHealth({ name: 'empty.localhost', backends: [], checker: { kind: 'foreign' } }),
];

test('a block a host, a line a backend: state, reason, last check, since, when it is tried again, history', () => {
  expect(healthLines(hosts, now, { style: createStyle(false), width: null })).toEqual([
    'app.localhost  HEAD / every 3s, checked by this instance',
    '  ● up       http://127.0.0.1:3000  HEAD / answered 200, checked 2 s ago in 3.0 ms, since 5 min    ·███▁▁████████',
    '  ✗ down     http://127.0.0.1:3001  refused, checked 2 s ago in 0.6 ms, since 40 s, retry in 18 s  ·███████████▁▁',
    '',
    '*.api.localhost  judged by its requests',
    '  ◌ unknown  http://localhost:4000',
    '  ⏸ drained  http://localhost:4001  drained by hand, since 0 s',
    '',
    'empty.localhost  checked by another program',
    '  no backend',
  ]);
});

describe('no line is wider than the terminal', () => {
  test.each([200, 120, 100, 80, 60, 50, 40])('%i columns', (width) => {
    for (const line of healthLines(hosts, now, { style: createStyle(false), width })) {
      expect(widthOf(line), line).toBeLessThanOrEqual(width);
    }
  });
});

test('the bar takes the room that is left, the newest at the right', () => {
  const [host] = hosts;
  if (host === undefined) throw new Error('unreachable');
  const line = healthLines([host], now, { style: createStyle(false), width: 110 })[2] ?? '';
  expect(line).toMatch(/retry in 18 s {2}█{7,}▁▁$/);
  expect(widthOf(line)).toBeLessThanOrEqual(110);
  const narrow = healthLines([host], now, { style: createStyle(false), width: 60 })[2] ?? '';
  expect(narrow).not.toMatch(/[█▁]/);
});

describe('however narrow the terminal, the reason is there', () => {
  const show = (width: number, url: string) => {
    const backend = backendHealth({
      url,
      state: 'down',
      reason: 'down: refused',
      since: now - 40_000,
      markedForMs: 17_600,
      lastCheck: { at: now - 1500, ok: false, ms: 0.6, outcome: 'refused' },
    });
    const host = hostHealth({ backends: [backend] });
    return healthLines([host], now, { style: createStyle(false), width }).slice(1);
  };

  test('beside a short URL the rest is shortened', () => {
    expect(show(80, 'http://127.0.0.1:3001')).toEqual([
      '  ✗ down     http://127.0.0.1:3001  refused, since 40 s, retry in 18 s',
    ]);
    expect(show(60, 'http://127.0.0.1:3001')).toEqual([
      '  ✗ down     http://127.0.0.1:3001  refused, retry in 18 s',
    ]);
  });

  test('under a long one it has a line of its own', () => {
    expect(show(60, 'http://a-backend-with-a-long-name.example.internal:8443')).toEqual([
      '  ✗ down     http://a-backend-with-a-long-name.examp…',
      '    refused, checked 2 s ago in 0.6 ms, since 40 s, retry i…',
    ]);
  });
});

test('colour follows the state', () => {
  const lines = healthLines(hosts, now, { style: createStyle(true), width: null }).join('\n');
  expect(lines).toContain('\u001b[32m● up');
  expect(lines).toContain('\u001b[31m✗ down');
  expect(lines).toContain('\u001b[33m⏸ drained');
});
