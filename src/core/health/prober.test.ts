import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CheckResult } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import {
  defaultOptions,
  type FrontendOptions,
  healthCheckSchema,
} from '../../shared/model/options.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import type { Finding, Probe } from './probe.ts';
import { Prober } from './prober.ts';
import type { Job } from './runner.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refused: Finding = { ok: false, outcome: 'refused', ms: 0.25, hung: false, reached: false };
const taken: Finding = { ...refused, ok: true, outcome: 'accepted the connection', reached: true };

const entryOf = (name: string): FrontendEntry => ({
  name,
  list: ['id'],
  problem: null,
  options: defaultOptions,
  optionsProblem: null,
  dead: new Map(),
  staleDead: new Map(),
  revision: '1',
});

function harness(maxBackends = 10) {
  const jobs: Job[] = [];
  const told: [name: string, url: string, result: CheckResult][] = [];
  const forgotten: [name: string, url: string][] = [];
  let finding: Finding | 'never' = taken;
  let stopped = 0;
  const prober = new Prober({
    failed: (error) => {
      throw error;
    },
    book: {
      probed: (...about) => told.push(about),
      unprobed: (...about) => forgotten.push(about),
    },
    probe: (job): Probe => {
      jobs.push(job);
      let stop = (): void => {};
      const over = finding === 'never' ? new Promise<void>((end) => (stop = end)) : undefined;
      return {
        found: finding === 'never' ? new Promise(() => {}) : Promise.resolve(finding),
        over: over ?? Promise.resolve(),
        stop: () => {
          stopped++;
          stop();
        },
      };
    },
    intervalMs: limits.probeMs,
    maxBackends,
    random: () => 0.5,
    now: () => performance.now(),
    wallClock: Date.now,
  });
  return {
    prober,
    jobs,
    told,
    forgotten,
    get stopped() {
      return stopped;
    },
    find: (next: Finding | 'never') => {
      finding = next;
    },
    put: (name: string, urls: readonly string[], options: Partial<FrontendOptions> = {}) =>
      prober.put(name, {
        ...entryOf(name),
        list: ['id', ...urls],
        options: { ...defaultOptions, ...options },
      }),
    addresses: () => jobs.map(({ backend }) => `${backend.hostname}:${backend.port}`),
    intervals: (count: number) => vi.advanceTimersByTimeAsync(count * limits.probeMs),
  };
}

test('an address is connected to once an interval, and nothing more', async () => {
  const { put, jobs, told, intervals } = harness();
  put('app', ['http://a:1']);
  await intervals(10);
  expect(jobs.length).toBeGreaterThanOrEqual(10);
  expect(jobs.length).toBeLessThanOrEqual(11);
  expect(jobs[0]?.check).toMatchObject({ type: 'tcp', timeoutMs: limits.probeTimeoutMs });
  expect(told[0]).toEqual([
    'app',
    'http://a:1',
    { at: expect.any(Number), ok: true, ms: 0.3, outcome: 'accepts connections' },
  ]);
});

test('what several frontends have is connected to once, and told of each', async () => {
  const { put, find, told, addresses, intervals } = harness();
  find(refused);
  put('one', ['http://a:1', 'http://a:1']);
  put('two', ['http://a:1/path', 'https://a:1']);
  await intervals(1);
  expect(addresses()).toEqual(['a:1']);
  expect(told.map(([name, url, { outcome }]) => [name, url, outcome])).toEqual([
    ['one', 'http://a:1', 'refused'],
    ['two', 'http://a:1/path', 'refused'],
    ['two', 'https://a:1', 'refused'],
  ]);
});

test('what is checked, or is no backend, is left alone', async () => {
  const { put, jobs, prober, intervals } = harness();
  put('checked', ['http://a:1'], { check: healthCheckSchema.parse({}) });
  put('odd', ['ftp://a:1']);
  await intervals(3);
  expect(jobs).toEqual([]);
  expect(prober.has('checked')).toBe(false);
});

test('what is over the bound is left to requests, until there is room', async () => {
  const { put, prober, addresses, intervals, forgotten } = harness(2);
  put('one', ['http://a:1', 'http://b:1']);
  put('two', ['http://c:1', 'http://a:1']);
  await intervals(1);
  expect(new Set(addresses())).toEqual(new Set(['a:1', 'b:1']));
  expect([prober.has('one'), prober.has('two')]).toEqual([true, false]);
  prober.put('one', null);
  await intervals(1);
  expect(addresses()).toContain('c:1');
  expect(prober.has('two')).toBe(true);
  expect(forgotten).toEqual([
    ['one', 'http://a:1'],
    ['one', 'http://b:1'],
  ]);
});

test('what hangs is bounded, and ends with the instance', async () => {
  const all = harness(500);
  all.find('never');
  for (let index = 0; index < 100; index++) all.put(`app${index}`, [`http://h${index}:1`]);
  await all.intervals(5);
  expect(all.jobs).toHaveLength(limits.maxConcurrentProbes);
  all.prober.close();
  expect(all.stopped).toBe(limits.maxConcurrentProbes);
  all.put('late', ['http://late:1']);
  await all.intervals(5);
  expect(all.jobs).toHaveLength(limits.maxConcurrentProbes);
});

test('an address is probed on when the first of its frontends leaves it, and keeps its time', async () => {
  const { put, prober, jobs, forgotten } = harness();
  put('one', ['http://a:1']);
  put('two', ['http://a:1']);
  await vi.advanceTimersByTimeAsync(limits.probeMs / 2);
  expect(jobs.map(({ name }) => name)).toEqual(['one']);
  prober.put('one', null);
  await vi.advanceTimersByTimeAsync(limits.probeMs);
  expect(jobs.map(({ name }) => name)).toEqual(['one', 'two']);
  expect(forgotten).toEqual([['one', 'http://a:1']]);
});

test('what goes and comes back within a schedule was never away', async () => {
  const { put, jobs, forgotten } = harness();
  put('one', ['http://a:1']);
  await vi.advanceTimersByTimeAsync(limits.firstCheckMs);
  for (let i = 0; i < 100; i++) {
    put('one', ['http://b:1']);
    put('one', ['http://a:1']);
    await vi.advanceTimersByTimeAsync(limits.probeMs / 100);
  }
  expect(jobs.length).toBeGreaterThanOrEqual(2);
  expect(new Set(jobs.map(({ backend }) => backend.hostname))).toEqual(new Set(['a']));
  expect(forgotten).toEqual([]);
});

test('a change costs no look at the frontends that stay as they are', async () => {
  const { put, prober } = harness(500);
  const listed: string[] = [];
  const list = new Proxy(['id', 'http://a:1'], {
    get: (target, key) => {
      listed.push(String(key));
      return Reflect.get(target, key);
    },
  });
  prober.put('quiet', { ...entryOf('quiet'), list });
  await vi.advanceTimersByTimeAsync(limits.rescheduleMs);
  listed.length = 0;
  for (let i = 0; i < 10; i++) {
    put('busy', [`http://b${i}:1`]);
    await vi.advanceTimersByTimeAsync(limits.rescheduleMs);
  }
  expect(listed).toEqual([]);
  expect(prober.has('quiet')).toBe(true);
});
