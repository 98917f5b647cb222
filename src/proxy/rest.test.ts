import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectAtRest } from './rest.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A process that holds 10 of what it has, and may be given back the rest; rest is 5 ms, worth it are 20. */
function process() {
  const state = { passed: 0, used: 10, collections: 0 };
  const stop = collectAtRest({
    restMs: 5,
    growthBytes: 20,
    passed: () => state.passed,
    used: () => state.used,
    collect: async () => {
      state.collections++;
      state.used = 10;
    },
  });
  return { state, stop };
}

describe('a process at rest', () => {
  it('gives back what a busy time took, once', async () => {
    const { state } = process();
    state.passed = 1000;
    state.used = 80;
    await vi.advanceTimersByTimeAsync(5);
    expect(state.collections).toBe(0);
    await vi.advanceTimersByTimeAsync(100);
    expect(state).toMatchObject({ collections: 1, used: 10 });
  });

  it('does so again after the next busy time', async () => {
    const { state } = process();
    for (const time of [1, 2, 3]) {
      state.passed += 1000;
      state.used = 80;
      await vi.advanceTimersByTimeAsync(20);
      expect(state.collections).toBe(time);
    }
  });

  it('is not there while anything passes', async () => {
    const { state } = process();
    state.used = 80;
    for (let tick = 0; tick < 20; tick++) {
      state.passed++;
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(state.collections).toBe(0);
  });

  it('is left alone when there is little to gain', async () => {
    const { state } = process();
    state.used = 80;
    await vi.advanceTimersByTimeAsync(20);
    state.passed = 10;
    state.used = 29;
    await vi.advanceTimersByTimeAsync(100);
    expect(state.collections).toBe(1);
  });

  it('is not watched any more once that is stopped', async () => {
    const { state, stop } = process();
    stop();
    state.used = 80;
    await vi.advanceTimersByTimeAsync(100);
    expect(state.collections).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
