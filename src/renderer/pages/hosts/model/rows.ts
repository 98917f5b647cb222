import type { HostHealth } from '../../../../shared/contract/health.ts';
import type { HostView } from '../../../../shared/contract/hosts.ts';
import type { HostTraffic, TrafficSummary } from '../../../../shared/contract/traffic.ts';
import { hasUnseen, visibleText } from '../../../../shared/escapeUnseen.ts';
import type { Status } from '../../../ui/Status.tsx';

/** Numbers of all requests that went to one frontend, whatever host they asked for. */
export interface RowTraffic {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly errors: number;
  /** Share in the last minute, 0 to 1; null where there was no request in it. */
  readonly errorRate: number | null;
  /** Milliseconds; of several hosts the slowest; null where there was no request in the last minute. */
  readonly p95: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly bytes: number;
  /** Requests in each whole second of the last minute, oldest first. */
  readonly perSecond: readonly number[];
  /** Unix milliseconds. */
  readonly lastAt: number;
  /** The requested host of the last request: what a wildcard is opened as. */
  readonly lastHost: string;
}

/** One line of the list of hosts. */
export interface HostRow {
  readonly name: string;
  readonly host: HostView;
  readonly health: HostHealth | null;
  readonly traffic: RowTraffic | null;
  readonly status: Status;
  /** Backends that get requests. */
  readonly up: number;
  /** What a filter looks into: name, identifier and backends in lower case, as they are and as they are shown. */
  readonly search: string;
  /** Compares as a person counts: `pr-9` before `pr-10`. */
  readonly order: string;
}

/** What lists are made of; each is another object when it changed. */
export interface RowSources {
  readonly hosts: ReadonlyMap<string, HostView> | null;
  readonly health: ReadonlyMap<string, HostHealth> | null;
  readonly traffic: TrafficSummary | null;
}

export type Rows = ReadonlyMap<string, HostRow>;

/** @param before rows in which nothing changed are taken from here, so that they are not drawn again */
export function joinRows(before: Rows | null, sources: RowSources): Rows | null {
  if (sources.hosts === null) return null;
  const traffic = new Map<string, readonly HostTraffic[]>();
  for (const one of sources.traffic?.hosts ?? []) {
    if (one.frontend === null) continue;
    const others = traffic.get(one.frontend);
    traffic.set(one.frontend, others === undefined ? [one] : [...others, one]);
  }
  const rows = new Map<string, HostRow>();
  for (const [name, host] of sources.hosts) {
    const health = sources.health?.get(name) ?? null;
    const numbers = traffic.get(name);
    const known = before?.get(name);
    if (
      known !== undefined &&
      known.host === host &&
      known.health === health &&
      isSame(known.traffic, numbers)
    ) {
      rows.set(name, known);
    } else {
      rows.set(name, rowOf(host, health, numbers, known));
    }
  }
  return rows;
}

/** Whether the numbers say what they said: a host that rests comes with the same ones each second. */
const isSame = (known: RowTraffic | null, now: readonly HostTraffic[] | undefined): boolean => {
  if (now === undefined) return known === null;
  if (known === null || known.requestsPerSecond > 0) return false;
  return (
    now.every(
      ({ perSecond, lastAt }) => lastAt <= known.lastAt && perSecond.every((n) => n === 0),
    ) && known.perSecond.every((n) => n === 0)
  );
};

function rowOf(
  host: HostView,
  health: HostHealth | null,
  traffic: readonly HostTraffic[] | undefined,
  known: HostRow | undefined,
): HostRow {
  const isKnown = known?.host === host;
  return {
    name: host.name,
    host,
    health,
    traffic: traffic === undefined ? null : addUp(traffic),
    ...statusOf(host, health),
    search: isKnown ? known.search : searchOf(host),
    order: isKnown ? known.order : host.name.replace(/\d+/g, (digits) => digits.padStart(8, '0')),
  };
}

/** As it is stored, and as it is shown where something in it is hidden. */
function searchOf({ name, identifier, backends }: HostView): string {
  const text = [name, identifier, ...backends].join('\n');
  return (hasUnseen(text) ? `${text}\n${visibleText(text)}` : text).toLowerCase();
}

/** Of a host as a whole: what it means for who asks for it. */
export function statusOf(
  host: Pick<HostView, 'backends' | 'options'>,
  health: Pick<HostHealth, 'backends'> | null,
): { readonly status: Status; readonly up: number } {
  const count = host.backends.length;
  const states = health?.backends.map(({ state }) => state) ?? [];
  const up = states.filter((state) => state === 'up').length;
  if (host.options.paused) return { status: 'paused', up };
  if (count === 0) return { status: 'down', up };
  const serving = states.filter((state) => state !== 'drained');
  if (states.length > 0 && serving.length === 0) return { status: 'paused', up };
  const down = serving.filter((state) => state === 'down').length;
  if (down > 0) return { status: down === serving.length ? 'down' : 'degraded', up };
  return { status: up > 0 ? 'up' : 'unknown', up };
}

function addUp(hosts: readonly HostTraffic[]): RowTraffic | null {
  const [first, ...others] = hosts;
  if (first === undefined) return null;
  let last = first;
  let requestsPerSecond = first.requestsPerSecond;
  let requests = first.requests;
  let errors = first.errors;
  let bytes = first.bytes;
  const perSecond = [...first.perSecond];
  const minute = (one: HostTraffic): number => one.perSecond.reduce((sum, n) => sum + n, 0);
  let wrong = first.errorRate * minute(first);
  for (const one of others) {
    requestsPerSecond += one.requestsPerSecond;
    requests += one.requests;
    errors += one.errors;
    bytes += one.bytes;
    wrong += one.errorRate * minute(one);
    for (const [second, value] of one.perSecond.entries()) {
      perSecond[second] = (perSecond[second] ?? 0) + value;
    }
    if (one.lastAt > last.lastAt) last = one;
  }
  const inMinute = perSecond.reduce((sum, n) => sum + n, 0);
  const slowest = (of: (one: HostTraffic) => number): number | null =>
    inMinute === 0 ? null : Math.max(...hosts.map(of));
  return {
    requests,
    requestsPerSecond,
    errors,
    errorRate: inMinute === 0 ? null : wrong / inMinute,
    p50: slowest(({ p50 }) => p50),
    p95: slowest(({ p95 }) => p95),
    p99: slowest(({ p99 }) => p99),
    bytes,
    // The second that has just begun would end each curve in a fall.
    perSecond: perSecond.slice(0, -1),
    lastAt: last.lastAt,
    lastHost: last.host,
  };
}
