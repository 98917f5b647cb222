import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type { LastOwner, PortOwner } from '../ports/index.ts';
import { PortHints } from './portHints.ts';

let time = 0;
let asked: number[] = [];
let changed: string[] = [];
let owners: Record<number, PortOwner | 'nobody'> = {};
let left: Record<number, LastOwner> = {};
let hints: PortHints;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  time = 0;
  asked = [];
  changed = [];
  owners = {};
  left = {};
  hints = new PortHints({
    ports: {
      find: async (port) => {
        asked.push(port);
        return owners[port] ?? null;
      },
      lastOwner: (port) => left[port] ?? null,
    },
    changed: (name) => changed.push(name),
    now: () => time,
    wallClock: () => time,
  });
});
afterEach(() => {
  hints.close();
  vi.useRealTimers();
});

async function pass(ms: number): Promise<void> {
  time += ms;
  await vi.advanceTimersByTimeAsync(ms);
}

const url = 'http://127.0.0.1:5173';

test('who listens comes a moment after it was asked for, and is told', async () => {
  owners[5173] = 'nobody';
  expect(hints.of('app.test', url)).toBeNull();
  await pass(0);
  expect(changed).toEqual(['app.test']);
  expect(hints.of('app.test', url)).toBe('nothing listens on 5173');
});

test('where nobody listens, who did is named, and since when not', async () => {
  time = 20 * 60_000;
  owners[5173] = 'nobody';
  left[5173] = { name: 'vite', pid: 812, leftAt: time - 14 * 60_000 };
  hints.of('app.test', url);
  await pass(0);
  expect(hints.of('app.test', url)).toBe('nothing listens on 5173 (vite left 14 min ago)');
});

test.each([
  [59_999, 'just now'],
  [60_000, '1 min ago'],
  [3_600_000, '1 h ago'],
  [47.9 * 3_600_000, '47 h ago'],
  [50 * 3_600_000, '2 days ago'],
])('%d ms are %s', async (ms, ago) => {
  time = ms;
  owners[5173] = 'nobody';
  left[5173] = { name: 'vite', pid: 812, leftAt: 0 };
  hints.of('app.test', url);
  await pass(0);
  expect(hints.of('app.test', url)).toBe(`nothing listens on 5173 (vite left ${ago})`);
});

test('whoever was told since when is told anew a minute later, and no longer than somebody looks', async () => {
  owners[5173] = 'nobody';
  left[5173] = { name: 'vite', pid: 812, leftAt: 0 };
  hints.of('app.test', url);
  await pass(0);
  hints.of('app.test', url);
  changed = [];
  await pass(60_000);
  expect(changed).toEqual(['app.test']);
  expect(hints.of('app.test', url)).toBe('nothing listens on 5173 (vite left 1 min ago)');
  await pass(60_000);
  await pass(600_000);
  expect(changed).toEqual(['app.test', 'app.test']);
});

test('another process on the port is named', async () => {
  owners[5173] = { name: 'node', pid: 812 };
  hints.of('app.test', 'http://localhost:5173/');
  await pass(0);
  expect(hints.of('app.test', url)).toBe(
    'node (pid 812) listens on 5173, perhaps at another address',
  );
});

test('an answer holds for a while, and only what is another one is told', async () => {
  owners[5173] = 'nobody';
  hints.of('app.test', url);
  await pass(0);
  await pass(limits.portHintMs - 1);
  hints.of('app.test', url);
  await pass(0);
  expect(asked).toEqual([5173]);
  await pass(1);
  hints.of('app.test', url);
  await pass(0);
  expect(asked).toEqual([5173, 5173]);
  expect(changed).toEqual(['app.test']);
});

test('ports are looked up one at a time, with a rest between, however many are asked for', async () => {
  for (let port = 1; port <= 20; port++) hints.of('app.test', `http://127.0.0.1:${port}`);
  await pass(0);
  expect(asked).toEqual([1]);
  await pass(limits.portHintGapMs);
  expect(asked).toEqual([1, 2]);
  for (let i = 0; i < 20; i++) await pass(limits.portHintGapMs);
  expect(asked).toHaveLength(20);
});

test('other machines are not asked about, nor what cannot be known told', async () => {
  expect(hints.of('app.test', 'http://10.0.0.1:5173')).toBeNull();
  expect(hints.of('app.test', url)).toBeNull();
  await pass(0);
  expect(asked).toEqual([5173]);
  expect(hints.of('app.test', url)).toBeNull();
  expect(changed).toEqual([]);
});

test('of very many ports some are remembered', async () => {
  for (let port = 1; port <= limits.maxPortHints + 100; port++) {
    hints.of('app.test', `http://127.0.0.1:${port}`);
  }
  await pass(limits.portHintGapMs * 2 * limits.maxPortHints);
  expect(asked.length).toBeLessThanOrEqual(limits.maxPortHints);
});
