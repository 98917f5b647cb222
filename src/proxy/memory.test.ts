import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchMemory } from './memory.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function bench(before: number, after: number) {
  const over: number[] = [];
  let rss = before;
  const stop = watchMemory({
    limitBytes: 100,
    checkMs: 60,
    rss: () => rss,
    collect: () => {
      rss = after;
    },
    over: (bytes) => over.push(bytes),
  });
  return { over, stop };
}

describe('the memory watch', () => {
  it('is silent at the limit', () => {
    const { over } = bench(100, 100);
    vi.advanceTimersByTime(200);
    expect(over).toEqual([]);
  });

  it('is silent when a collection helps', () => {
    const { over } = bench(150, 90);
    vi.advanceTimersByTime(200);
    expect(over).toEqual([]);
  });

  it('tells at every check while a collection does not help', () => {
    const { over } = bench(150, 120);
    vi.advanceTimersByTime(130);
    expect(over).toEqual([120, 120]);
  });

  it('ends', () => {
    const { over, stop } = bench(150, 120);
    stop();
    vi.advanceTimersByTime(200);
    expect(over).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
