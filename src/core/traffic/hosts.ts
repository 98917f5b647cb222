import type { HostTraffic, TrafficSummary } from '../../shared/contract/traffic.ts';
import { limits } from '../../shared/limits.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { Latencies } from './latencies.ts';
import { Minute, rateOf } from './minute.ts';

/** Numbers of a bounded number of hosts, and of all traffic. */
export interface HostNumbers {
  /** @param second whole seconds of a monotonic clock */
  add(record: RequestRecord, second: number): void;
  /** @param at Unix milliseconds */
  summary(second: number, at: number, dropped: number): TrafficSummary;
}

const shares = [0.5, 0.95, 0.99] as const;

export function createHostNumbers(
  began: number,
  maxHosts: number = limits.maxTrafficHosts,
): HostNumbers {
  /** Each in the order in which they were last asked for, to the second. Anybody can ask for a host of `unmatched`. */
  const matched = new Map<string, Host>();
  const unmatched = new Map<string, Host>();
  const everything = new Minute(began);
  let forgotten = 0;

  function count(record: RequestRecord, second: number): void {
    const { host: name, frontend } = record;
    const group = frontend === null ? unmatched : matched;
    const other = frontend === null ? matched : unmatched;
    let host = group.get(name);
    if (host === undefined) {
      host = other.get(name) ?? room(frontend !== null, second);
      if (host === undefined) return;
      other.delete(name);
      group.set(name, host);
    } else if (host.lastSecond !== second) {
      group.delete(name);
      group.set(name, host);
    }
    host.add(record, second);
  }

  /** A host to count in: a new one, or one that another was counted in; undefined when there is none to give up. */
  function room(isMatched: boolean, second: number): Host | undefined {
    if (matched.size + unmatched.size < maxHosts) return new Host(second);
    forgotten++;
    return take(unmatched, second) ?? (isMatched ? take(matched, second) : undefined);
  }

  function take(group: Map<string, Host>, second: number): Host | undefined {
    for (const [name, host] of group) {
      group.delete(name);
      host.forget(second);
      return host;
    }
    return undefined;
  }

  return {
    add: (record, second) => {
      everything.add(second, record.status >= 500);
      if (record.host === '' || record.host.length > limits.maxHostBytes) return;
      count(record, second);
    },
    summary: (second, at, dropped) => ({
      at,
      requestsPerSecond: rateOf(everything.requests(second), second, began),
      errorsPerMinute: everything.errors(second),
      dropped,
      hosts: [...matched, ...unmatched]
        .map(([name, host]) => host.view(name, second, began))
        .sort(busier),
      otherHosts: forgotten,
    }),
  };
}

class Host {
  readonly #minute: Minute;
  readonly #latencies = new Latencies();
  #frontend: string | null = null;
  #requests = 0;
  #errors = 0;
  #bytes = 0;
  #lastAt = 0;
  lastSecond = 0;

  constructor(second: number) {
    this.#minute = new Minute(second);
  }

  add(record: RequestRecord, second: number): void {
    const isError = record.status >= 500;
    this.#minute.add(second, isError);
    this.#latencies.add(record.totalMs, second);
    this.#frontend = record.frontend;
    this.#requests++;
    if (isError) this.#errors++;
    this.#bytes += record.bytes;
    this.#lastAt = Math.max(this.#lastAt, record.startedAt);
    this.lastSecond = second;
  }

  view(name: string, second: number, began: number): HostTraffic {
    const perSecond = this.#minute.requests(second);
    const lastMinute = sum(perSecond);
    const [p50 = 0, p95 = 0, p99 = 0] = this.#latencies.percentiles(shares, second);
    return {
      host: name,
      frontend: this.#frontend,
      requests: this.#requests,
      requestsPerSecond: rateOf(perSecond, second, began),
      errors: this.#errors,
      errorRate: lastMinute === 0 ? 0 : this.#minute.errors(second) / lastMinute,
      p50,
      p95,
      p99,
      bytes: this.#bytes,
      perSecond,
      lastAt: this.#lastAt,
    };
  }

  forget(second: number): void {
    this.#minute.forget(second);
    this.#latencies.forget();
    this.#requests = 0;
    this.#errors = 0;
    this.#bytes = 0;
    this.#lastAt = 0;
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

function busier(a: HostTraffic, b: HostTraffic): number {
  return (
    sum(b.perSecond) - sum(a.perSecond) || b.requests - a.requests || (a.host < b.host ? -1 : 1)
  );
}
