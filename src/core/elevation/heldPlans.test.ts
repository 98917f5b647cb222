import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { createHeldPlans } from './heldPlans.ts';
import type { Step } from './step.ts';

const writing = (bytes: number): Step => ({
  says: 'Write it',
  needsRoot: false,
  file: { path: '/x', before: null, after: Buffer.alloc(bytes) },
});

function held() {
  let time = 0;
  const plans = createHeldPlans<readonly Step[]>({ now: () => time, stepsOf: (steps) => steps });
  return {
    plans,
    wait: (ms: number) => {
      time += ms;
    },
    has: (id: string): boolean => {
      try {
        plans.take(id);
        return true;
      } catch {
        return false;
      }
    },
  };
}

test('a plan is taken once, by an id that nobody guesses', () => {
  const { plans, has } = held();
  const steps = [writing(1)];
  const [one, other] = [plans.hold(steps), plans.hold(steps)];
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(other).not.toBe(one);
  expect(plans.take(one)).toBe(steps);
  expect(() => plans.take(one)).toThrow(/look again/);
  expect([one, other].map(has)).toEqual([false, true]);
});

test('no more are held than their limit: the oldest make room', () => {
  const { plans, has } = held();
  const ids = Array.from({ length: limits.maxHeldPlans + 3 }, () => plans.hold([]));
  expect(ids.map(has)).toEqual(ids.map((_id, at) => at >= 3));
});

test('none is held for longer than its time', () => {
  const { plans, wait, has } = held();
  const early = plans.hold([]);
  wait(limits.heldPlanMs - 1);
  const late = plans.hold([]);
  wait(2);
  expect([early, late].map(has)).toEqual([false, true]);
});

test('large files are held for the newest alone, and a copy of a file counts once', () => {
  const { plans, has } = held();
  const large = limits.maxHeldPlanBytes / 2 + 1;
  const one = plans.hold([writing(large)]);
  const other = plans.hold([writing(large)]);
  expect([one, other].map(has)).toEqual([false, true]);
  const step = writing(large);
  const small = plans.hold([writing(1)]);
  const shared = plans.hold([step, step]);
  expect([small, shared].map(has)).toEqual([true, true]);
  expect(has(plans.hold([writing(limits.maxHeldPlanBytes + 1)]))).toBe(true);
});
