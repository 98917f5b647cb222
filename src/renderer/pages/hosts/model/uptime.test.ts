import { expect, test } from 'vitest';
import { backendHealth } from '../../../../../test/support/hostHealth.ts';
import type { HealthSlot } from '../../../../shared/contract/health.ts';
import { limits } from '../../../../shared/limits.ts';
import { uptimeOf, uptimeText } from './uptime.ts';

const hostOf = (...backends: readonly (readonly HealthSlot['state'][])[]) => ({
  backends: backends.map((states, index) =>
    backendHealth({
      index,
      history: states.map((state, minute) => ({
        at: (100 + minute) * limits.healthSlotMs,
        state,
        reason: '',
      })),
    }),
  ),
});

test('a minute counts as up where one backend answered in it', () => {
  expect(uptimeOf(hostOf(['up', 'down', 'down'], ['down', 'up', 'down']))).toEqual({
    known: 3,
    up: 2,
  });
});
test('a minute in which no backend answered all the time is half a minute, so that a short outage is seen', () => {
  expect(uptimeOf(hostOf(['degraded', 'up'], ['down', 'degraded']))).toEqual({
    known: 2,
    up: 1.5,
  });
  expect(uptimeText(uptimeOf(hostOf(['up', 'degraded', 'up'])))).toBe('83 %');
});
test('minutes of which nothing is known, or that were meant, count neither way', () => {
  expect(uptimeOf(hostOf(['unknown', 'paused', 'drained', 'up']))).toEqual({ known: 1, up: 1 });
  expect(uptimeOf(null)).toEqual({ known: 0, up: 0 });
});
test('backends that were added later have their own minutes', () => {
  const [first, second] = hostOf(['down', 'down'], ['down']).backends;
  const later = { at: 101 * limits.healthSlotMs, state: 'up', reason: '' } as const;
  expect(
    uptimeOf({
      backends: [first, second && { ...second, history: [later] }].flatMap((b) => b ?? []),
    }),
  ).toEqual({ known: 2, up: 1 });
});
test('all is said of what was never away alone', () => {
  expect(uptimeText({ known: 90, up: 90 })).toBe('100 %');
  expect(uptimeText({ known: 1000, up: 999 })).toBe('99 %');
  expect(uptimeText({ known: 3, up: 0 })).toBe('0 %');
  expect(uptimeText({ known: 0, up: 0 })).toBeNull();
});
