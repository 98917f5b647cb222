import { describe, expect, test } from 'vitest';
import { limits } from '../shared/limits.ts';
import { type Progress, TimeLimits } from './timeLimits.ts';

const timeoutMs = 20_000;
const progress: Progress = {
  phase: 'waiting',
  activity: 1,
  uploading: false,
  unsent: false,
  receivedBytes: 0,
  awaitsContinue: false,
  backendIsFull: false,
  clientIsFull: false,
};

/** The verdict after nothing moved for `idleMs`. */
function verdictAfter(idleMs: number, change: Partial<Progress>): string {
  const time = new TimeLimits(timeoutMs, 0);
  const state = { ...progress, ...change };
  time.tryBegins(0);
  time.sends(0);
  expect(time.look(state, 0)).toBe('in-time');
  return time.look(state, idleMs);
}

describe('when nothing moves', () => {
  test.each([
    ['a backend owes its answer', {}, 'silent-backend'],
    ['a client owes its body', { unsent: true, uploading: false }, 'silent-client'],
    [
      'a backend that takes none of the body',
      { unsent: true, backendIsFull: true },
      'silent-backend',
    ],
    ['a backend owes the rest of its response', { phase: 'relaying' }, 'silent-backend'],
    ['a client does not read', { phase: 'relaying', clientIsFull: true }, 'full-client'],
    ['a client does not read the end', { phase: 'flushing' }, 'full-client'],
    ['nobody is to blame while a connection is made', { phase: 'other' }, 'in-time'],
  ] as const)('%s', (_name, change, verdict) => {
    expect(verdictAfter(timeoutMs - 1, change)).toBe('in-time');
    expect(verdictAfter(timeoutMs, change)).toBe(verdict);
  });

  test('the time begins again whenever bytes move', () => {
    const time = new TimeLimits(timeoutMs, 0);
    for (let i = 1; i < 10; i++) {
      expect(time.look({ ...progress, activity: i }, i * (timeoutMs - 1))).toBe('in-time');
    }
    expect(time.look({ ...progress, activity: 9 }, 10 * timeoutMs)).toBe('silent-backend');
  });

  test('each try has its own time, also when it moved as many bytes as the last', () => {
    const time = new TimeLimits(timeoutMs, 0);
    time.look(progress, 0);
    time.tryBegins(timeoutMs - 1);
    expect(time.look(progress, timeoutMs)).toBe('in-time');
    expect(time.look(progress, 2 * timeoutMs)).toBe('silent-backend');
  });
});

describe('a client that waits for 100', () => {
  const waits = { unsent: true, uploading: true, awaitsContinue: true };
  test('gets it after a while', () => {
    expect(verdictAfter(limits.expectContinueMs - 1, waits)).toBe('in-time');
    expect(verdictAfter(limits.expectContinueMs, waits)).toBe('continue');
  });
  test.each([
    ['not when it has it', { awaitsContinue: false }],
    ['not when all of its body came', { unsent: false, uploading: false }],
    ['not once the answer comes', { phase: 'relaying' }],
  ] as const)('%s', (_name, change) => {
    expect(verdictAfter(limits.expectContinueMs, { ...waits, ...change })).toBe('in-time');
  });
});

describe('a body that trickles', () => {
  const enough = (limits.minBodyBytesPerSecond * timeoutMs) / 1000;

  /** Looks every second while one byte of activity comes each time. */
  function trickle(seconds: number, change: (second: number) => Partial<Progress>): string {
    const time = new TimeLimits(timeoutMs, 0);
    time.tryBegins(0);
    time.sends(0);
    let verdict = '';
    for (let second = 1; second <= seconds; second++) {
      const state = { ...progress, unsent: true, uploading: true, activity: second };
      verdict = time.look({ ...state, ...change(second) }, second * 1000);
    }
    return verdict;
  }

  test('is over time once it took as long as nothing may move', () => {
    expect(trickle(timeoutMs / 1000 - 1, () => ({}))).toBe('in-time');
    expect(trickle(timeoutMs / 1000, () => ({ receivedBytes: enough - 1 }))).toBe('slow-body');
  });
  test('is in time with enough bytes', () => {
    expect(trickle(timeoutMs / 1000, () => ({ receivedBytes: enough }))).toBe('in-time');
  });
  test.each([
    ['a backend that takes nothing is no fault of the client', { backendIsFull: true }],
    ['who waits for 100 sends nothing', { awaitsContinue: true }],
    ['what came whole is not judged', { uploading: false }],
    ['what is answered is not judged', { phase: 'relaying' }],
  ] as const)('%s', (_name, change) => {
    expect(trickle(10 * (timeoutMs / 1000), () => change)).toBe('in-time');
  });
  test('the time before it began does not count', () => {
    const time = new TimeLimits(timeoutMs, 0);
    const state = { ...progress, unsent: true, uploading: true };
    time.sends(5 * timeoutMs);
    expect(time.look(state, 5 * timeoutMs + 1)).toBe('in-time');
  });
});
