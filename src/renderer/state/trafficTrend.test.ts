import { expect, it } from 'vitest';
import type { HostTraffic, TrafficSummary } from '../../shared/contract/traffic.ts';
import { type Trend, trendBounds, withPicture } from './trafficTrend.ts';

const host = (name: string, changes: Partial<HostTraffic> = {}): HostTraffic => ({
  host: name,
  frontend: name,
  requests: 1,
  requestsPerSecond: 1,
  errors: 0,
  errorRate: 0,
  p50: 10,
  p95: 20,
  p99: 30,
  bytes: 1,
  perSecond: [1],
  lastAt: 1,
  ...changes,
});
const picture = (at: number, ...hosts: readonly HostTraffic[]): TrafficSummary => ({
  at,
  requestsPerSecond: 1,
  errorsPerMinute: 0,
  dropped: 0,
  hosts,
  otherHosts: 0,
});
const after = (...pictures: readonly TrafficSummary[]): ReadonlyMap<string, Trend> =>
  pictures.reduce<ReadonlyMap<string, Trend>>(withPicture, new Map());

it('keeps a point every few seconds, and the last ones alone', () => {
  const { points, everyMs } = trendBounds;
  const all = Array.from({ length: points * 2 * 5 }, (_, at) =>
    picture((at * everyMs) / 5, host('a', { p50: at })),
  );
  const kept = after(...all).get('a')?.points ?? [];
  expect(kept).toHaveLength(points);
  expect(kept.at(-1)?.p50).toBe(points * 2 * 5 - 5);
});

it('is of the busiest host of a frontend, and begins anew with another', () => {
  const wild = { frontend: '*.dev' };
  const both = picture(0, host('a.dev', { ...wild, p50: 1 }), host('b.dev', { ...wild, p50: 2 }));
  expect(after(both).get('*.dev')).toMatchObject({ host: 'a.dev', points: [{ p50: 1 }] });
  const other = picture(9000, host('b.dev', { ...wild, p50: 3 }));
  expect(after(both, other).get('*.dev')).toMatchObject({ host: 'b.dev', points: [{ p50: 3 }] });
});

it('has no point for a minute without requests, nor for hosts without a frontend', () => {
  const quiet = { perSecond: [0, 0], p50: 0 };
  const trends = after(
    picture(0, host('a'), host('x', { frontend: null })),
    picture(9000, host('a', quiet), host('b', quiet)),
  );
  expect([...trends].map(([name, { points }]) => [name, points.length])).toEqual([['a', 1]]);
});
