import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HealthEvent } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import { HealthLines } from './healthLines.ts';

let lines: string[];
let told: HealthLines;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  told = new HealthLines({
    log: (level, message) => lines.push(`${level} ${message}`),
    now: () => performance.now(),
  });
});
afterEach(() => {
  told.close();
  vi.useRealTimers();
});

const event = (name: string, port: number, more: Partial<HealthEvent> = {}): HealthEvent => ({
  at: 0,
  name,
  url: `http://127.0.0.1:${port}`,
  from: 'up',
  to: 'down',
  reason: 'refused',
  ...more,
});
const wait = (): Promise<unknown> => vi.advanceTimersByTimeAsync(limits.healthLinesMs);

test('one backend has a line of its own', async () => {
  told.add(event('app.test', 1));
  told.add(event('b.test', 2, { to: 'up', reason: 'HEAD / answered 200' }));
  await wait();
  expect(lines).toEqual([
    'warn http://127.0.0.1:1 of app.test is down: refused',
    'info http://127.0.0.1:2 of b.test is up: HEAD / answered 200',
  ]);
});

test('those of one frontend are told in one line, with the first of them', async () => {
  for (let port = 1; port <= 4096; port++) told.add(event('app.localhost', port));
  await wait();
  expect(lines).toEqual([
    'warn app.localhost: 4,096 backends are down: refused (first: http://127.0.0.1:1)',
  ]);
});

test('where their reasons differ, the first one is told as such', async () => {
  told.add(event('app.test', 1));
  told.add(event('app.test', 2, { reason: 'timed out' }));
  await wait();
  expect(lines).toEqual([
    'warn app.test: 2 backends are down (first: http://127.0.0.1:1: refused)',
  ]);
});

test('lines are bounded by the minute, and what is over is counted', async () => {
  for (let i = 0; i < 100; i++) told.add(event(`h${i}.test`, 1));
  await wait();
  expect(lines).toHaveLength(limits.maxHealthLinesPerMinute);
  const over = 100 - (limits.maxHealthLinesPerMinute - 1);
  expect(lines.at(-1)).toBe(
    `warn health: ${over} more backends of ${over} frontends changed: "berth health" shows them`,
  );
  lines.length = 0;
  told.add(event('late.test', 1));
  await vi.advanceTimersByTimeAsync(59_000);
  expect(lines).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(lines).toEqual(['warn http://127.0.0.1:1 of late.test is down: refused']);
});

test('closing says what waits', () => {
  told.add(event('app.test', 1));
  told.close();
  expect(lines).toEqual(['warn http://127.0.0.1:1 of app.test is down: refused']);
});
