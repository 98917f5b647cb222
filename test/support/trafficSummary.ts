import type { HostTraffic, TrafficSummary } from '../../src/shared/contract/traffic.ts';

/** The numbers of all hosts, with what a test does not care about filled in. */
export function trafficSummary(fields: Partial<TrafficSummary> = {}): TrafficSummary {
  return {
    at: 0,
    requestsPerSecond: 0,
    errorsPerMinute: 0,
    dropped: 0,
    hosts: [],
    otherHosts: 0,
    ...fields,
  };
}

export function hostTraffic(fields: Partial<HostTraffic> = {}): HostTraffic {
  return {
    host: 'app.localhost',
    frontend: 'app.localhost',
    requests: 100,
    requestsPerSecond: 1,
    errors: 0,
    errorRate: 0,
    p50: 12,
    p95: 20,
    p99: 30,
    bytes: 1000,
    perSecond: [...Array.from({ length: 52 }, () => 0), 1, 2, 3, 4, 5, 6, 7, 8],
    lastAt: 0,
    ...fields,
  };
}
