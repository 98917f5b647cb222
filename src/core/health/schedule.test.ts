import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import { type HealthCheck, healthCheckSchema } from '../../shared/model/options.ts';
import { type Found, type Job, jobKey } from './runner.ts';
import { Schedule } from './schedule.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function jobOf(host: string, check: Partial<HealthCheck> = {}): Job {
  const parsed = parseBackend(`http://${host}`, 0);
  if (!parsed.ok) throw new Error(parsed.problem);
  const key = jobKey('app', parsed.backend.url);
  return { key, name: 'app', backend: parsed.backend, check: healthCheckSchema.parse(check) };
}

const byKey = (...jobs: Job[]): Map<string, Job> => new Map(jobs.map((job) => [job.key, job]));
const fine: Found = { ok: true, outcome: 'fine', ms: 1, hung: false, reached: true, begunAt: 0 };

/** @param takes milliseconds that a check of each host takes */
function harness(random: () => number, takes: Readonly<Record<string, number>> = {}) {
  const checks: [string, number][] = [];
  const found: string[] = [];
  const forgotten: string[] = [];
  const failures: unknown[] = [];
  const hears = { with: (_host: string): void => undefined };
  const start = performance.now();
  const schedule = new Schedule({
    random,
    now: () => performance.now(),
    found: ({ backend }) => {
      found.push(backend.hostname);
      hears.with(backend.hostname);
    },
    failed: (error) => failures.push(error),
    runner: {
      check: async ({ backend }) => {
        checks.push([backend.hostname, Math.round(performance.now() - start)]);
        await new Promise((done) => setTimeout(done, takes[backend.hostname] ?? 0));
        return fine;
      },
      forget: (key) => forgotten.push(key),
    },
  });
  const timesOf = (host: string): number[] =>
    checks.filter(([which]) => which === host).map(([, at]) => at);
  return { schedule, checks, found, forgotten, failures, hears, timesOf };
}

test('a check runs at its interval or a little earlier, never later', async () => {
  const { schedule, timesOf, found } = harness(() => 0.5, { a: 20 });
  schedule.set(byKey(jobOf('a', { intervalMs: 1000 })));
  await vi.advanceTimersByTimeAsync(4000);
  const pause = 1000 * (1 - limits.checkJitter / 2);
  expect(timesOf('a')).toEqual([500, 500 + pause, 500 + 2 * pause, 500 + 3 * pause]);
  expect(found).toHaveLength(4);
});

test('checks are spread over the interval from the beginning', async () => {
  let n = 0;
  const { schedule, checks } = harness(() => n++ / 10);
  schedule.set(byKey(...Array.from({ length: 9 }, (_, i) => jobOf(`h${i}`, { intervalMs: 1000 }))));
  await vi.advanceTimersByTimeAsync(899);
  expect(checks.map(([, at]) => at)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800]);
});

test('the first check does not wait for a long interval', async () => {
  const { schedule, timesOf } = harness(() => 0.99);
  schedule.set(byKey(jobOf('a', { intervalMs: 3_600_000 })));
  await vi.advanceTimersByTimeAsync(limits.firstCheckMs);
  expect(timesOf('a')).toHaveLength(1);
});

test('one that takes longer than its interval delays only itself', async () => {
  const { schedule, timesOf } = harness(() => 0, { slow: 2500 });
  schedule.set(byKey(jobOf('slow', { intervalMs: 1000 }), jobOf('a', { intervalMs: 1000 })));
  await vi.advanceTimersByTimeAsync(5010);
  // A timer of nothing is one of a millisecond.
  expect(timesOf('slow')).toEqual([0, 2501, 5002]);
  expect(timesOf('a')).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
});

test('what is listed again keeps its time, what is gone ends, what is checked otherwise begins anew', async () => {
  const { schedule, timesOf, forgotten, found } = harness(() => 0);
  const gone = jobOf('gone', { intervalMs: 1000 });
  schedule.set(byKey(jobOf('a', { intervalMs: 1000 }), gone, jobOf('b', { intervalMs: 1000 })));
  await vi.advanceTimersByTimeAsync(500);
  schedule.set(byKey(jobOf('a', { intervalMs: 1000 }), jobOf('b', { intervalMs: 2000 })));
  await vi.advanceTimersByTimeAsync(1600);
  expect(timesOf('a')).toEqual([0, 1000, 2000]);
  expect(timesOf('gone')).toEqual([0]);
  expect(timesOf('b')).toEqual([0, 500]);
  expect(forgotten).toEqual([gone.key]);
  found.length = 0;
  schedule.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(found).toEqual([]);
});

test('what is found after it was taken away is nobody’s business', async () => {
  const { schedule, found } = harness(() => 0, { a: 100 });
  schedule.set(byKey(jobOf('a')));
  await vi.advanceTimersByTimeAsync(50);
  schedule.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(found).toEqual([]);
});

test('one that is brought forward runs at once, and keeps its interval from there', async () => {
  const { schedule, timesOf } = harness(() => 0, { a: 50 });
  const job = jobOf('a', { intervalMs: 1000 });
  schedule.set(byKey(job));
  await vi.advanceTimersByTimeAsync(400);
  schedule.hurry(job.key);
  // One that is under way already is enough.
  schedule.hurry(job.key);
  schedule.hurry('nobody');
  await vi.advanceTimersByTimeAsync(1100);
  expect(timesOf('a')).toEqual([0, 400, 1400]);
});

test('who hears of a result and fails is told of, and checks go on', async () => {
  const { schedule, checks, failures, hears } = harness(() => 0);
  const broken = new Error('broken');
  hears.with = () => {
    throw broken;
  };
  schedule.set(byKey(jobOf('a', { intervalMs: 1000 })));
  await vi.advanceTimersByTimeAsync(2500);
  expect(checks).toHaveLength(3);
  expect(failures).toEqual([broken, broken, broken]);
});

test('one check more, and one less, leave the others their time', async () => {
  const { schedule, timesOf, forgotten } = harness(() => 0.5);
  const check = { intervalMs: 1000 };
  schedule.set(byKey(jobOf('a', check), jobOf('b', check)));
  await vi.advanceTimersByTimeAsync(700);
  schedule.put(jobOf('c', check));
  schedule.put(jobOf('b', check));
  schedule.drop(jobOf('a').key);
  schedule.drop('nobody');
  await vi.advanceTimersByTimeAsync(1000);
  expect(timesOf('a')).toEqual([500]);
  expect(timesOf('b')).toEqual([500, 500 + 1000 * (1 - limits.checkJitter / 2)]);
  expect(timesOf('c')).toEqual([1200]);
  expect(forgotten).toEqual([jobOf('a').key]);
});
