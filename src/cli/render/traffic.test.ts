import { describe, expect, test } from 'vitest';
import { hostTraffic, trafficSummary } from '../../../test/support/trafficSummary.ts';
import { createStyle } from './style.ts';
import { widthOf } from './text.ts';
import { sparkline, trafficLines } from './traffic.ts';

const at = new Date(2026, 2, 1, 10, 42, 7).getTime();
const style = createStyle(false);
const busy = trafficSummary({
  at,
  requestsPerSecond: 12.4,
  errorsPerMinute: 3,
  hosts: [
    hostTraffic({
      lastAt: at - 100,
      requestsPerSecond: 12.1,
      errorRate: 0.012,
      p95: 1200,
      p99: 6000,
    }),
    hostTraffic({ host: 'api.app.localhost', lastAt: at - 18_000, requestsPerSecond: 0.3 }),
    hostTraffic({ host: '', lastAt: at - 60_000, requestsPerSecond: 0 }),
  ],
});

test('hosts with their requests a second, errors and durations', () => {
  expect(trafficLines(busy, { style, width: 100, height: null })).toEqual([
    '10:42:07  12 requests/s, 3 errors in the last minute, 3 hosts',
    'ERRORS, P50, P95, P99: of the last minute',
    '',
    'HOST               REQ/S  ERRORS    P50    P95    P99  REQUESTS  LAST',
    'app.localhost         12   1.2 %  12 ms  1.2 s  6.0 s       100  just now',
    'api.app.localhost    0.3     0 %  12 ms  20 ms  30 ms       100  18 s ago',
    '-                      0     0 %  12 ms  20 ms  30 ms       100  1 min ago',
  ]);
});

test('a wide terminal has a picture of the last seconds', () => {
  const lines = trafficLines(busy, { style, width: 120, height: null });
  expect(lines[3]).toContain('LAST 30 S');
  expect(lines[4]).toMatch(/▁▂▃▄▅▆▇█$/);
});

test('what has no room is counted', () => {
  const lines = trafficLines(
    { ...busy, otherHosts: 4, dropped: 7 },
    { style, width: 100, height: 8 },
  );
  expect(lines).toHaveLength(8);
  expect(lines[1]).toBe('7 records lost: more than could be counted');
  expect(lines.at(-1)).toBe('and 5 hosts more');
});

describe('no line is wider than the terminal', () => {
  test.each([200, 120, 110, 100, 80, 79, 72, 64, 60, 56, 50, 45, 40])('%i columns', (width) => {
    for (const line of trafficLines(busy, { style, width, height: null })) {
      expect(widthOf(line), line).toBeLessThanOrEqual(width);
    }
  });
});

test('a narrow terminal loses columns in their order before names of hosts', () => {
  const heads = (width: number) =>
    trafficLines(busy, { style, width, height: null })
      .find((line) => line.startsWith('HOST'))
      ?.split(/ {2,}/)
      .join(' ');
  expect(heads(74)).toBe('HOST REQ/S ERRORS P50 P95 P99 REQUESTS LAST');
  expect(heads(70)).toBe('HOST REQ/S ERRORS P95 P99 REQUESTS LAST');
  expect(heads(62)).toBe('HOST REQ/S ERRORS P95 REQUESTS LAST');
  expect(heads(50)).toBe('HOST REQ/S ERRORS P95 REQUESTS');
  expect(heads(40)).toBe('HOST REQ/S ERRORS P95');
  const lines = trafficLines(busy, { style, width: 40, height: null });
  expect(lines.join('\n')).toContain('api.app.localhost');
  expect(lines).toContain('ERRORS, P95: of the last minute');
});

test('a host without a request in the last minute has no durations', () => {
  const idle = hostTraffic({ perSecond: Array(60).fill(0), p50: 0, p95: 0, p99: 0 });
  const lines = trafficLines(trafficSummary({ at, hosts: [idle] }), {
    style,
    width: 100,
    height: null,
  });
  expect(lines.at(-1)).toMatch(/^app\.localhost +\S+ +- +- +- +- +100 /);
});

test('a bar is as high as its share of the largest', () => {
  expect(sparkline([0, 1, 2, 4, 8])).toBe('·▁▂▄█');
  expect(sparkline([])).toBe('');
});
