import { afterEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import { type HealthCheck, healthCheckSchema } from '../../shared/model/options.ts';
import type { Finding, Probe } from './probe.ts';
import { type Job, jobKey, Runner } from './runner.ts';
import { Schedule } from './schedule.ts';

afterEach(() => void vi.useRealTimers());

function jobOf(id: string, name = 'app', check: Partial<HealthCheck> = {}): Job {
  const parsed = parseBackend(`http://${id}:80`, 0);
  if (!parsed.ok) throw new Error(parsed.problem);
  const key = jobKey(name, parsed.backend.url);
  return { key, name, backend: parsed.backend, check: healthCheckSchema.parse(check) };
}

const fine: Finding = { ok: true, outcome: 'fine', ms: 1, hung: false, reached: true };
const hung: Finding = { ok: false, outcome: 'nothing', ms: 1, hung: true, reached: false };

/** A runner whose checks end when the test says so. */
function harness(maxChecks: number, maxHung: number, share = 1) {
  const open: { host: string; end: (finding: Finding | null) => void; stopped: boolean }[] = [];
  const begun: string[] = [];
  const runner = new Runner({
    maxChecks,
    maxHung,
    share,
    wallClock: () => 7,
    probe: ({ backend }): Probe => {
      begun.push(backend.hostname);
      let end: (finding: Finding | null) => void = () => {};
      const found = new Promise<Finding | null>((resolve) => {
        end = resolve;
      });
      const entry = { host: backend.hostname, end, stopped: false };
      open.push(entry);
      return {
        found,
        over: found.then(() => {}),
        stop: () => {
          entry.stopped = true;
          end(null);
        },
      };
    },
  });
  const end = async (host: string, finding: Finding | null): Promise<void> => {
    const at = open.findIndex((entry) => entry.host === host);
    open.splice(at, 1)[0]?.end(finding);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { runner, begun, open, end };
}

test('a backend is checked once at a time: who asks meanwhile gets the same finding', async () => {
  const { runner, begun, end } = harness(4, 2);
  const first = runner.check(jobOf('a'));
  const second = runner.check(jobOf('a'));
  await end('a', fine);
  expect(await first).toEqual({ ...fine, begunAt: 7 });
  expect(await second).toEqual({ ...fine, begunAt: 7 });
  expect(begun).toEqual(['a']);
  void runner.check(jobOf('a'));
  expect(begun).toEqual(['a', 'a']);
});

test('what is over the bound waits for its turn', async () => {
  const { runner, begun, end } = harness(2, 1);
  for (const id of ['a', 'b', 'c', 'd']) void runner.check(jobOf(id));
  expect(begun).toEqual(['a', 'b']);
  await end('b', fine);
  expect(begun).toEqual(['a', 'b', 'c']);
  expect(runner.active).toBe(2);
});

test('backends that hang keep nobody else waiting', async () => {
  const { runner, begun, end } = harness(4, 2);
  const silent = ['h1', 'h2', 'h3', 'h4', 'h5'];
  for (const id of silent) void runner.check(jobOf(id));
  for (const id of silent) await end(id, hung);
  begun.length = 0;

  // All of them again, before everybody else.
  for (const id of silent) void runner.check(jobOf(id));
  for (const id of ['a', 'b', 'c']) void runner.check(jobOf(id));
  expect(begun).toEqual(['h1', 'h2', 'a', 'b']);
  await end('a', fine);
  await end('b', fine);
  expect(begun).toEqual(['h1', 'h2', 'a', 'b', 'c']);

  // One that answers again counts as brisk.
  await end('h1', fine);
  expect(begun.at(-1)).toBe('h3');
  for (const id of ['h2', 'h3', 'c']) await end(id, hung);
  begun.length = 0;
  void runner.check(jobOf('h1'));
  expect(begun).toContain('h1');
});

test('where this machine could not try, nothing is found', async () => {
  const { runner, end } = harness(1, 1);
  const found = runner.check(jobOf('a'));
  await end('a', null);
  expect(await found).toBeNull();
});

test('closing ends what is under way and what waits, with nothing found', async () => {
  const { runner, open } = harness(1, 1);
  const both = [runner.check(jobOf('a')), runner.check(jobOf('b'))];
  runner.close();
  expect(await Promise.all(both)).toEqual([null, null]);
  expect(open.map(({ stopped }) => stopped)).toEqual([true]);
  expect(await runner.check(jobOf('c'))).toBeNull();
  expect(runner.active).toBe(0);
});

test('frontends take turns, and none has more than its share', async () => {
  const { runner, begun, end } = harness(4, 2, 0.5);
  const many = ['a1', 'a2', 'a3', 'a4', 'a5'];
  for (const id of many) void runner.check(jobOf(id, 'a'));
  expect(begun).toEqual(['a1', 'a2']);
  for (const id of ['b1', 'b2']) void runner.check(jobOf(id, 'b'));
  expect(begun).toEqual(['a1', 'a2', 'b1', 'b2']);
  void runner.check(jobOf('c1', 'c'));
  await end('a1', fine);
  expect(begun.at(-1)).toBe('a3');
  await end('a2', fine);
  expect(begun.at(-1)).toBe('c1');
});

test('backends of one frontend that hang leave room for those of others that do', async () => {
  const { runner, begun, end } = harness(8, 4, 0.5);
  const silent = ['a1', 'a2', 'a3', 'a4'];
  for (const id of silent) void runner.check(jobOf(id, 'a'));
  void runner.check(jobOf('b1', 'b'));
  for (const id of [...silent, 'b1']) await end(id, hung);
  begun.length = 0;
  for (const id of silent) void runner.check(jobOf(id, 'a'));
  void runner.check(jobOf('b1', 'b'));
  expect(begun).toEqual(['a1', 'a2', 'b1']);
});

test('a probe that throws finds nothing, and gives its place back', async () => {
  let isBroken = true;
  const runner = new Runner({
    maxChecks: 1,
    maxHung: 1,
    wallClock: () => 7,
    probe: () => {
      if (isBroken) throw new Error('broken');
      return { found: Promise.resolve(fine), over: Promise.resolve(), stop: () => {} };
    },
  });
  expect(await runner.check(jobOf('a'))).toBeNull();
  isBroken = false;
  expect(await runner.check(jobOf('a'))).toEqual({ ...fine, begunAt: 7 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(runner.active).toBe(0);
});

/** The bounds of the product; hosts that begin with "silent" let every check wait for its timeout. */
function checking(jobs: readonly Job[]) {
  vi.useFakeTimers();
  const start = performance.now();
  const times: number[] = [];
  const now = (): number => performance.now();
  const runner = new Runner({
    maxChecks: limits.maxConcurrentChecks,
    maxHung: limits.maxHungChecks,
    wallClock: now,
    probe: ({ backend, check }) => {
      const isSilent = backend.hostname.startsWith('silent');
      if (!isSilent) times.push(now() - start);
      const found = new Promise<Finding>((done) => {
        setTimeout(() => done(isSilent ? hung : fine), isSilent ? check.timeoutMs : 1);
      });
      return { found, over: found.then(() => {}), stop: () => {} };
    },
  });
  // Drawn unevenly, so that the normal one comes after many others.
  const schedule = new Schedule({
    runner,
    random: () => 0.9,
    now,
    found: () => {},
    failed: () => {},
  });
  schedule.set(new Map(jobs.map((job) => [job.key, job])));
  /** The longest time without a check of the normal one. */
  const longest = async (ms: number): Promise<number> => {
    await vi.advanceTimersByTimeAsync(ms);
    schedule.stop();
    runner.close();
    return Math.max(...[...times, ms].map((at, i) => at - (times[i - 1] ?? 0)));
  };
  return { longest };
}

const silentOf = (name: string, count: number): Job[] =>
  Array.from({ length: count }, (_, i) =>
    jobOf(`silent${i}.${name}`, name, { intervalMs: 100, timeoutMs: 3000 }),
  );
const normal = jobOf('normal', 'normal', { intervalMs: 1000, timeoutMs: 3000 });

test('a frontend of 500 silent backends delays no check of another one, from the start on', async () => {
  const { longest } = checking([...silentOf('x', 500), normal]);
  expect(await longest(30_000)).toBeLessThan(1100);
});

test('several such frontends delay the check of another one by no more than one timeout', async () => {
  const all = ['v', 'w', 'x'].flatMap((name) => silentOf(name, 300));
  const { longest } = checking([...all, normal]);
  expect(await longest(15_000)).toBeLessThan(1100 + 3000);
});
