import { Registry } from 'prom-client';
import type { BackendState } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import type { StoreState } from '../../shared/messages.ts';
import { version } from '../../shared/version.ts';
import { type Description, type Line, register } from './collected.ts';
import { type Counts, createCounts, durationBounds, type HostCounts } from './counts.ts';
import { countDeadMarks } from './deadMarks.ts';
import { createNames, type Names, otherName } from './labels.ts';
import type { Metrics, MetricsOptions } from './metrics.ts';

export type { Metrics, MetricsOptions, MetricsStatus } from './metrics.ts';

const storeStates: readonly StoreState[] = ['live', 'polling', 'stale', 'connecting'];

/** The metrics of an instance: of all its workers together, as every record passes the supervisor. */
export function createMetrics({ status, table, states }: MetricsOptions): Metrics {
  const registry = new Registry();
  const hostNames = createNames(limits.maxMetricHosts);
  const counts = createCounts(hostNames);
  const deadMarks = countDeadMarks(table);

  const descriptions: readonly Description[] = [
    {
      name: 'berth_build_info',
      help: 'The version that runs.',
      type: 'gauge',
      read: () => [{ labels: { version }, value: 1 }],
    },
    ...ofRecords(counts),
    ...ofBackends({ table, states }, hostNames),
    {
      name: 'berth_dead_marks_total',
      help: 'Dead marks that appeared in the store, whoever set them.',
      type: 'counter',
      read: () => [{ value: deadMarks.count }],
    },
    single('counter', 'berth_connections_total', 'Client connections.', () => status().connections),
    single(
      'counter',
      'berth_connections_refused_total',
      'Client connections closed because no worker could take them.',
      () => status().connectionsRefused,
    ),
    single(
      'gauge',
      'berth_open_connections',
      'Client connections that are open.',
      () => status().openConnections,
    ),
    single(
      'counter',
      'berth_records_dropped_total',
      'Requests that are in no other metric, since workers lost their records.',
      () => status().recordsDropped,
    ),
    single('gauge', 'berth_workers', 'Worker processes.', () => status().workers),
    single(
      'counter',
      'berth_worker_crashes_total',
      'Workers that ended without being asked to.',
      () => status().workerCrashes,
    ),
    {
      name: 'berth_store_state',
      help: '1 for the state that the store is in.',
      type: 'gauge',
      read: () => {
        const { storeState } = status();
        return storeStates.map((state) => ({
          labels: { state },
          value: state === storeState ? 1 : 0,
        }));
      },
    },
  ];
  for (const description of descriptions) register(registry, description);

  return {
    add: counts.add,
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: deadMarks.close,
  };
}

function ofRecords(counts: Counts): readonly Description[] {
  const byHost = (value: (host: HostCounts) => number) =>
    function* (): Iterable<Line> {
      for (const host of counts.hosts) yield { labels: { host: host.host }, value: value(host) };
    };
  return [
    {
      name: 'berth_requests_total',
      help: 'Requests that are over. The host is the frontend that matched.',
      type: 'counter',
      *read() {
        for (const { count, ...labels } of counts.requests()) yield { labels, value: count };
      },
    },
    {
      name: 'berth_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer.',
      type: 'histogram',
      read: () => histogram(counts, 'berth_request_duration_seconds'),
    },
    {
      name: 'berth_response_bytes_total',
      help: 'Bytes sent to clients.',
      type: 'counter',
      read: byHost(({ bytes }) => bytes),
    },
    {
      name: 'berth_retries_total',
      help: 'Tries of a further backend after the first.',
      type: 'counter',
      read: byHost(({ retries }) => retries),
    },
  ];
}

function* histogram(counts: Counts, name: string): Iterable<Line> {
  for (const { host, durations, durationSum } of counts.hosts) {
    let below = 0;
    for (const [index, count] of durations.entries()) {
      below += count;
      const le = durationBounds[index] ?? '+Inf';
      yield { name: `${name}_bucket`, labels: { host, le }, value: below };
    }
    yield { name: `${name}_sum`, labels: { host }, value: durationSum };
    yield { name: `${name}_count`, labels: { host }, value: below };
  }
}

function ofBackends(
  { table, states }: Pick<MetricsOptions, 'table' | 'states'>,
  hostNames: Names,
): readonly Description[] {
  return [
    single('gauge', 'berth_frontends', 'Frontends in the store.', () => table.entries.size),
    {
      name: 'berth_backends',
      help: 'Backends of all frontends.',
      type: 'gauge',
      read: () => {
        const counts: Record<BackendState, number> = {
          up: 0,
          down: 0,
          unknown: 0,
          drained: 0,
          paused: 0,
        };
        for (const { state } of states()) counts[state]++;
        return Object.entries(counts).map(([state, value]) => ({ labels: { state }, value }));
      },
    },
    {
      name: 'berth_backend_up',
      help: '1 for a backend that is up, 0 for one that is down, and nothing for any other.',
      type: 'gauge',
      *read() {
        let host = '';
        let shown = 0;
        for (const { name, url: backend, state } of states()) {
          if (name !== host) shown = 0;
          host = name;
          if (state !== 'up' && state !== 'down') continue;
          shown++;
          if (shown > limits.maxMetricBackends || hostNames.of(host) === otherName) continue;
          yield { labels: { host, backend }, value: state === 'up' ? 1 : 0 };
        }
      },
    },
  ];
}

const single = (
  type: Description['type'],
  name: string,
  help: string,
  value: () => number,
): Description => ({ name, help, type, read: () => [{ value: value() }] });
