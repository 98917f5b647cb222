import { describe, expect, it } from 'vitest';
import { parseExposition } from '../../../test/support/exposition.ts';
import { aRecord } from '../../../test/support/record.ts';
import { limits } from '../../shared/limits.ts';
import { defaultOptions } from '../../shared/model/options.ts';
import { version } from '../../shared/version.ts';
import type { FrontendEntry, TableEvent } from '../frontends/table.ts';
import type { StateOfBackend } from '../health/index.ts';
import { createMetrics, type MetricsStatus } from './index.ts';

const status: MetricsStatus = {
  openConnections: 3,
  connections: 10,
  connectionsRefused: 1,
  recordsDropped: 4,
  workers: 2,
  workerCrashes: 5,
  storeState: 'live',
};

const anEntry = (name: string, urls: readonly string[], dead: Record<number, number> = {}) =>
  ({
    name,
    list: ['id', ...urls],
    problem: null,
    options: defaultOptions,
    optionsProblem: null,
    dead: new Map(
      Object.entries(dead).map(([index, at]) => [
        Number(index),
        { url: urls[Number(index)] ?? null, reason: 'refused', at, endsAt: null },
      ]),
    ),
    staleDead: new Map(),
    revision: '1',
  }) satisfies FrontendEntry;

function bench(entries: readonly FrontendEntry[] = [], states: readonly StateOfBackend[] = []) {
  const held = new Map<string, FrontendEntry>(entries.map((entry) => [entry.name, entry]));
  let tell = (_event: TableEvent): void => {};
  const metrics = createMetrics({
    status: () => status,
    states: () => states,
    table: {
      entries: held,
      subscribe: (listener) => {
        tell = listener;
        return () => {
          tell = () => {};
        };
      },
    },
  });
  const samples = async (name: string) =>
    parseExposition(await metrics.text()).get(name)?.samples ?? [];
  return {
    metrics,
    samples,
    valuesOf: async (name: string) => (await samples(name)).map(({ value }) => value),
    change: (entry: FrontendEntry) => {
      const previous = held.get(entry.name) ?? null;
      held.set(entry.name, entry);
      tell({ kind: 'changed', entry, previous });
    },
    close: () => metrics.close(),
  };
}

const url = 'http://127.0.0.1:3000';

describe('the metrics', () => {
  it('are text that Prometheus reads, with nothing counted yet and with anything counted', async () => {
    const { metrics } = bench([anEntry('a.local', [url])]);
    parseExposition(await metrics.text());
    metrics.add([
      aRecord(),
      aRecord({ frontend: 'we"ird\\\n', backend: 'http://x/,host:"y"\\' }),
      aRecord({ frontend: null, backend: null, method: '-', status: 0, totalMs: Number.NaN }),
    ]);
    const families = parseExposition(await metrics.text());
    expect([...families.keys()]).toContain('berth_request_duration_seconds');
    expect(metrics.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it('count requests by host, backend, method and class of status', async () => {
    const { metrics, samples } = bench();
    metrics.add([
      aRecord(),
      aRecord(),
      aRecord({ status: 503 }),
      aRecord({ method: 'BREW', status: 101 }),
      aRecord({ frontend: null, backend: null, status: 400 }),
    ]);
    const own = { host: 'app.dev.local', backend: url };
    expect(
      (await samples('berth_requests_total')).map(({ labels, value }) => ({ ...labels, value })),
    ).toEqual([
      { ...own, method: 'GET', code_class: '2xx', value: 2 },
      { ...own, method: 'GET', code_class: '5xx', value: 1 },
      { ...own, method: 'other', code_class: '1xx', value: 1 },
      { host: 'none', backend: 'none', method: 'GET', code_class: '4xx', value: 1 },
    ]);
  });

  it('count durations, bytes and retries by host', async () => {
    const { metrics, samples, valuesOf } = bench();
    const attempt = { index: 0, url, ms: 1, outcome: 'answered' as const };
    metrics.add([
      aRecord({ totalMs: 5 }),
      aRecord({ totalMs: 5.1, attempts: [attempt, attempt, attempt] }),
      aRecord({ totalMs: 100_000, attempts: [attempt] }),
    ]);
    const lines = await samples('berth_request_duration_seconds');
    const at = (le: string) => lines.find(({ labels }) => labels['le'] === le)?.value;
    expect([at('0.005'), at('0.01'), at('60'), at('+Inf')]).toEqual([1, 2, 2, 3]);
    expect(lines.find(({ name }) => name.endsWith('_sum'))?.value).toBeCloseTo(100.0101);
    expect(await valuesOf('berth_response_bytes_total')).toEqual([3 * 1234]);
    expect(await valuesOf('berth_retries_total')).toEqual([2]);
  });

  it('name a bounded number of hosts and backends, and count the rest as other', async () => {
    const { metrics, samples } = bench();
    const many = limits.maxMetricHosts + 50;
    metrics.add(Array.from({ length: many }, (_, index) => aRecord({ frontend: `h${index}` })));
    metrics.add(
      Array.from({ length: many }, (_, index) => aRecord({ frontend: 'h0', backend: `b${index}` })),
    );
    const lines = await samples('berth_requests_total');
    const hosts = new Set(lines.map(({ labels }) => labels['host']));
    expect(hosts.size).toBe(limits.maxMetricHosts + 1);
    const of = (label: string, value: string) =>
      lines
        .filter(({ labels }) => labels[label] === value)
        .reduce((sum, { value: n }) => sum + n, 0);
    expect(of('host', 'other')).toBe(50);
    expect(lines.filter(({ labels }) => labels['host'] === 'h0')).toHaveLength(
      limits.maxMetricBackends + 1,
    );
    expect(of('host', 'h0')).toBe(1 + many);
  });

  it('tell which backends are up or down, and how many are in each state', async () => {
    const { samples } = bench(
      [],
      [
        { name: 'a.local', url, state: 'up' },
        { name: 'a.local', url: 'http://b', state: 'down' },
        { name: 'a.local', url: 'http://c', state: 'unknown' },
        { name: 'c.local', url: 'http://c', state: 'drained' },
        { name: 'c.local', url: 'http://d', state: 'down' },
        { name: 'd.local', url: 'http://d', state: 'paused' },
      ],
    );
    expect((await samples('berth_backend_up')).map(({ labels, value }) => [labels, value])).toEqual(
      [
        [{ host: 'a.local', backend: url }, 1],
        [{ host: 'a.local', backend: 'http://b' }, 0],
        [{ host: 'c.local', backend: 'http://d' }, 0],
      ],
    );
    expect((await samples('berth_backends')).map(({ labels, value }) => [labels, value])).toEqual([
      [{ state: 'up' }, 1],
      [{ state: 'down' }, 2],
      [{ state: 'unknown' }, 1],
      [{ state: 'drained' }, 1],
      [{ state: 'paused' }, 1],
    ]);
  });

  it('count each dead mark once, as long as they are watched', async () => {
    const { valuesOf, change, close } = bench([anEntry('a', [url, 'http://b'], { 0: 1 })]);
    const marks = () => valuesOf('berth_dead_marks_total');
    expect(await marks()).toEqual([0]);
    change(anEntry('a', [url, 'http://b'], { 0: 1, 1: 5 }));
    expect(await marks()).toEqual([1]);
    change(anEntry('a', [url, 'http://b'], {}));
    change(anEntry('a', [url, 'http://b'], { 0: 9 }));
    expect(await marks()).toEqual([2]);
    close();
    change(anEntry('a', [url, 'http://b'], { 0: 20 }));
    expect(await marks()).toEqual([2]);
  });

  it('tell the state of the instance', async () => {
    const { metrics } = bench();
    const families = parseExposition(await metrics.text());
    const only = (name: string) => families.get(name)?.samples[0]?.value;
    expect(families.get('berth_build_info')?.samples).toEqual([
      { name: 'berth_build_info', labels: { version }, value: 1 },
    ]);
    expect(only('berth_open_connections')).toBe(3);
    expect(only('berth_connections_total')).toBe(10);
    expect(only('berth_connections_refused_total')).toBe(1);
    expect(only('berth_records_dropped_total')).toBe(4);
    expect(only('berth_workers')).toBe(2);
    expect(only('berth_worker_crashes_total')).toBe(5);
    expect(
      families
        .get('berth_store_state')
        ?.samples.filter(({ value }) => value === 1)
        .map(({ labels }) => labels['state']),
    ).toEqual(['live']);
  });
});
