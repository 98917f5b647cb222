import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

const never = new AbortController().signal;

/** A clock that goes on by a millisecond with each look at it: with each step, and once for each slice. */
function createTicks() {
  let ms = 0;
  return () => ms++;
}

/** Work of so many steps, and how many of them are done. */
function aJob(steps: number) {
  const job = { done: 0, step: () => ++job.done < steps };
  return job;
}

const newTurns = () => createTurns({ now: createTicks(), sliceMs: 5 });

it('small work is done at once', () => {
  const turns = newTurns();
  const job = aJob(5);
  void turns.run(job.step, never);
  expect(job.done).toBe(5);
});

it('large work leaves each turn of the event loop to others after a slice', async () => {
  const turns = newTurns();
  const job = aJob(1000);
  let turnsServed = 0;
  let running = true;
  const done = turns.run(job.step, never).then(() => {
    running = false;
  });
  for (; running; turnsServed++) {
    const before = job.done;
    await nextTurn();
    expect(job.done - before).toBeLessThanOrEqual(5);
  }
  await done;
  expect(job.done).toBe(1000);
  expect(turnsServed).toBeGreaterThanOrEqual(199);
});

it('all work together has one slice of a turn, each in its turn', async () => {
  const turns = newTurns();
  const jobs = Array.from({ length: 4 }, () => aJob(100));
  const all = Promise.all(jobs.map(({ step }) => turns.run(step, never)));
  const total = () => jobs.reduce((sum, { done }) => sum + done, 0);
  expect(total()).toBe(5);
  for (let turn = 0; turn < 8; turn++) {
    const before = total();
    await nextTurn();
    expect(total() - before).toBeLessThanOrEqual(5);
  }
  const spread = jobs.map(({ done }) => done);
  expect(Math.max(...spread) - Math.min(...spread)).toBeLessThanOrEqual(5);
  await all;
  expect(total()).toBe(400);
});

it('what is spent at once is missing from the turn', async () => {
  const turns = createTurns({ now: createTicks(), sliceMs: 1 });
  turns.spend(() => undefined);
  const job = aJob(1);
  const done = turns.run(job.step, never);
  expect(job.done).toBe(0);
  await done;
  expect(job.done).toBe(1);
});

it('work ends with its budget, its signal, its error, and when all is closed', async () => {
  const turns = newTurns();
  const short = aJob(1000);
  await turns.run(short.step, never, 12);
  expect(short.done).toBe(12);

  const leaving = new AbortController();
  const left = aJob(1000);
  const leftDone = turns.run(left.step, leaving.signal);
  leaving.abort();
  const atAbort = left.done;
  await leftDone;
  expect(left.done).toBe(atAbort);

  const failing = turns.run(() => {
    throw new Error('no');
  }, never);
  await expect(failing).rejects.toThrow('no');

  const open = aJob(1000);
  const openDone = turns.run(open.step, never);
  turns.close();
  await openDone;
  await turns.run(open.step, never);
  expect(open.done).toBeLessThan(1000);
});
