import { describe, expect, test } from 'vitest';
import { backendHealth, hostHealth } from '../../../../../test/support/hostHealth.ts';
import { hostView } from '../../../../../test/support/hostView.ts';
import { hostTraffic, trafficSummary } from '../../../../../test/support/trafficSummary.ts';
import type { BackendState } from '../../../../shared/contract/health.ts';
import { defaultOptions } from '../../../../shared/model/options.ts';
import { joinRows, statusOf } from './rows.ts';

const quiet = Array.from({ length: 60 }, () => 0);
const last = (...values: readonly number[]) => [...quiet.slice(values.length), ...values];

const healthOf = (...states: readonly BackendState[]) =>
  hostHealth({ backends: states.map((state, index) => backendHealth({ index, state })) });

describe('the state of a host', () => {
  const host = hostView({ backends: ['http://a:1', 'http://b:1'] });
  test.each([
    [['up', 'up'], 'up', 2],
    [['up', 'unknown'], 'up', 1],
    [['up', 'down'], 'degraded', 1],
    [['unknown', 'down'], 'degraded', 0],
    [['down', 'down'], 'down', 0],
    [['down', 'drained'], 'down', 0],
    [['up', 'drained'], 'up', 1],
    [['drained', 'drained'], 'paused', 0],
    [['unknown', 'unknown'], 'unknown', 0],
  ] as const)('%j is %s', (states, status, up) => {
    expect(statusOf(host, healthOf(...states))).toEqual({ status, up });
  });
  test('unknown where nothing is known, and down where there is no backend', () => {
    expect(statusOf(host, null).status).toBe('unknown');
    expect(statusOf(hostView({ backends: [] }), null).status).toBe('down');
  });
  test('paused whatever its backends do', () => {
    const options = { ...defaultOptions, paused: true };
    expect(statusOf(hostView({ options }), healthOf('down')).status).toBe('paused');
  });
});

describe('numbers', () => {
  const name = '*.preview.dev.local';
  const hosts = new Map([[name, hostView({ name })]]);
  const join = (...traffic: readonly ReturnType<typeof hostTraffic>[]) =>
    joinRows(null, { hosts, health: null, traffic: trafficSummary({ hosts: traffic }) })?.get(name)
      ?.traffic;

  test('of a wildcard are those of all hosts that it answered for', () => {
    const one = { frontend: name, requests: 10, requestsPerSecond: 1, bytes: 5 };
    expect(
      join(
        hostTraffic({ ...one, host: 'pr-1', errorRate: 1, p95: 20, perSecond: last(1), lastAt: 1 }),
        hostTraffic({ ...one, host: 'pr-2', errorRate: 0, p95: 9, perSecond: last(3), lastAt: 2 }),
      ),
    ).toMatchObject({
      requests: 20,
      requestsPerSecond: 2,
      bytes: 10,
      errorRate: 0.25,
      p95: 20,
      perSecond: quiet.slice(1),
      lastAt: 2,
      lastHost: 'pr-2',
    });
  });
  test('leave the second out that has not ended, so that no curve ends in a fall', () => {
    const perSecond = [...quiet.slice(2), 7, 1];
    expect(join(hostTraffic({ frontend: name, perSecond }))?.perSecond).toEqual([
      ...quiet.slice(2),
      7,
    ]);
  });
  test('are not there where nobody asked in the last minute', () => {
    expect(join(hostTraffic({ frontend: name, perSecond: quiet, p95: 0 }))).toMatchObject({
      errorRate: null,
      p95: null,
    });
  });
  test('of a host that no frontend answers for are nobody’s', () => {
    expect(join(hostTraffic({ host: 'nowhere', frontend: null }))).toBeNull();
  });
});

test('a row in which nothing changed is the same object', () => {
  const resting = hostView({ name: 'resting' });
  const busy = hostView({ name: 'busy' });
  const hosts = new Map([resting, busy].map((host) => [host.name, host]));
  const at = (perSecond: readonly number[]) =>
    trafficSummary({
      hosts: [
        hostTraffic({ frontend: 'resting', requestsPerSecond: 0, perSecond: quiet, lastAt: 1 }),
        hostTraffic({ frontend: 'busy', perSecond }),
      ],
    });
  const before = joinRows(null, { hosts, health: null, traffic: at(last(1)) });
  const after = joinRows(before, { hosts, health: null, traffic: at(last(1, 2)) });
  expect(after?.get('resting')).toBe(before?.get('resting'));
  expect(after?.get('busy')).not.toBe(before?.get('busy'));
});

test('there are no rows before the first list came', () => {
  expect(joinRows(null, { hosts: null, health: null, traffic: null })).toBeNull();
});
