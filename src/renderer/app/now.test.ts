import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createClock } from './now.ts';

describe('clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    vi.stubGlobal('window', globalThis);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  test('it tells each second, and no more once nobody looks', () => {
    const clock = createClock();
    const told: number[] = [];
    const end = clock.subscribe(() => told.push(clock.get()));
    vi.advanceTimersByTime(2000);
    expect(told).toEqual([1_001_000, 1_002_000]);
    end();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whoever looks first after a while reads the time of now', () => {
    const clock = createClock();
    vi.advanceTimersByTime(65_000);
    expect(clock.get()).toBe(1_065_000);
    const end = clock.subscribe(() => undefined);
    expect(clock.get()).toBe(1_065_000);
    end();
    vi.advanceTimersByTime(30_000);
    expect(clock.get()).toBe(1_095_000);
  });

  test('between two ticks it stands still', () => {
    const clock = createClock();
    vi.advanceTimersByTime(400);
    expect(clock.get()).toBe(1_000_000);
  });
});
