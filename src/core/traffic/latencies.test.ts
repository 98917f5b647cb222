import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Latencies } from './latencies.ts';

const shares = [0.5, 0.95, 0.99, 1];

describe('latencies', () => {
  it('are percentiles within 1.6 % of the exact ones, from microseconds to an hour', () => {
    const duration = fc
      .tuple(fc.double({ min: 0, max: 6.5, noNaN: true }), fc.integer({ min: 0, max: 9 }))
      .map(([power, extra]) => Math.round(10 ** power * 1000 + extra) / 1000);
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 300 }), (durations) => {
        const latencies = new Latencies();
        for (const ms of durations) latencies.add(ms, 7);
        const sorted = [...durations].sort((a, b) => a - b);
        latencies.percentiles(shares, 7).forEach((found, index) => {
          const rank = Math.max(1, Math.ceil((shares[index] ?? 0) * sorted.length));
          const exact = sorted[rank - 1] ?? 0;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(0.001, exact * 0.016));
        });
      }),
    );
  });

  it('are zero where nothing was', () => {
    expect(new Latencies().percentiles(shares, 3)).toEqual([0, 0, 0, 0]);
  });

  it('are there for a whole minute', () => {
    for (const second of [0, 5, 9]) {
      const latencies = new Latencies();
      latencies.add(100, second);
      expect(latencies.percentiles([1], second + 59)[0]).toBeCloseTo(100, -1);
    }
  });

  it('forget what is over 70 s old, however long nothing came', () => {
    const latencies = new Latencies();
    latencies.add(100, 5);
    latencies.add(10, 40);
    expect(latencies.percentiles([1], 65)[0]).toBeCloseTo(100, -1);
    expect(latencies.percentiles([1], 70)[0]).toBeCloseTo(10, 0);
    expect(latencies.percentiles([1], 110)).toEqual([0]);
    latencies.add(20, 1_000_000);
    expect(latencies.percentiles([0.5, 1], 1_000_001).map(Math.round)).toEqual([20, 20]);
  });

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])('take %d without harm', (ms) => {
    const latencies = new Latencies();
    latencies.add(ms, 0);
    expect(latencies.percentiles([0.5], 0)[0]).toBeGreaterThanOrEqual(0);
  });
});
