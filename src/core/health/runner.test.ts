import { expect, test } from 'vitest';
import { parseBackend } from '../../shared/model/backend.ts';
import { healthCheckSchema } from '../../shared/model/options.ts';
import type { Finding, Probe } from './probe.ts';
import { type Job, jobKey, Runner } from './runner.ts';

function jobOf(id: string): Job {
  const parsed = parseBackend(`http://${id}:80`, 0);
  if (!parsed.ok) throw new Error(parsed.problem);
  const key = jobKey('app', parsed.backend.url);
  return { key, name: 'app', backend: parsed.backend, check: healthCheckSchema.parse({}) };
}

const fine: Finding = { ok: true, outcome: 'fine', ms: 1, hung: false };
const hung: Finding = { ok: false, outcome: 'nothing', ms: 1, hung: true };

/** A runner whose checks end when the test says so. */
function harness(maxChecks: number, maxHung: number) {
  const open: { host: string; end: (finding: Finding | null) => void; stopped: boolean }[] = [];
  const begun: string[] = [];
  const runner = new Runner({
    maxChecks,
    maxHung,
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
