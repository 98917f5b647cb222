import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type { PortOwner } from '../listen/portOwner.ts';
import { PortHints } from './portHints.ts';

let time = 0;
let asked: number[] = [];
let changed: string[] = [];
let owners: Record<number, PortOwner | 'nobody'> = {};
let hints: PortHints;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  time = 0;
  asked = [];
  changed = [];
  owners = {};
  hints = new PortHints({
    find: async (port) => {
      asked.push(port);
      return owners[port] ?? null;
    },
    changed: (name) => changed.push(name),
    now: () => time,
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
  expect(hints.of('app.test', url)).toBe('nothing listens on port 5173');
});

test('another process on the port is named', async () => {
  owners[5173] = { name: 'node', pid: 812 };
  hints.of('app.test', 'http://localhost:5173/');
  await pass(0);
  expect(hints.of('app.test', url)).toBe(
    'node (pid 812) listens on port 5173, perhaps at another address',
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
