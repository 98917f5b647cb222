import { limits } from '../../shared/limits.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { createNames, type Names } from './labels.ts';

/** Upper bounds of the duration's buckets in seconds; the last one is infinite. */
export const durationBounds = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;

const boundsMs = durationBounds.map((seconds) => seconds * 1000);

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'other'];
const methodIndex = new Map(methods.map((method, index) => [method, index]));
const otherMethod = methods.length - 1;
const codeClasses = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'];

/** What was counted of one host. */
export interface HostCounts {
  readonly host: string;
  /** By bucket, each alone. */
  readonly durations: Float64Array;
  durationSum: number;
  bytes: number;
  retries: number;
  readonly backends: ReadonlyMap<string, Float64Array>;
}

interface RequestCount {
  readonly host: string;
  readonly backend: string;
  readonly method: string;
  readonly code_class: string;
  readonly count: number;
}

/**
 * Counts records. A host is the name of the frontend that matched, so that requests for random names under a wildcard
 * cannot use up the bounded number of labels.
 */
export interface Counts {
  add(records: readonly RequestRecord[]): void;
  readonly hosts: Iterable<HostCounts>;
  requests(): Iterable<RequestCount>;
}

export function createCounts(
  hostNames: Names,
  maxBackends: number = limits.maxMetricBackends,
): Counts {
  const hosts = new Map<string, CountedHost>();

  function hostOf(name: string): CountedHost {
    const known = hosts.get(name);
    if (known !== undefined) return known;
    const label = hostNames.of(name);
    const host = hosts.get(label) ?? new CountedHost(label, maxBackends);
    hosts.set(label, host);
    return host;
  }

  return {
    hosts: { [Symbol.iterator]: () => hosts.values() },
    add: (records) => {
      for (const record of records) hostOf(record.frontend ?? 'none').add(record);
    },
    *requests() {
      for (const { host, backends } of hosts.values()) {
        for (const [backend, counts] of backends) {
          for (const [index, count] of counts.entries()) {
            if (count === 0) continue;
            const method = methods[Math.floor(index / codeClasses.length)] ?? '';
            const codeClass = codeClasses[index % codeClasses.length] ?? '';
            yield { host, backend, method, code_class: codeClass, count };
          }
        }
      }
    },
  };
}

class CountedHost implements HostCounts {
  readonly host: string;
  readonly durations = new Float64Array(boundsMs.length + 1);
  readonly backends = new Map<string, Float64Array>();
  readonly #backendNames: Names;
  durationSum = 0;
  bytes = 0;
  retries = 0;

  constructor(host: string, maxBackends: number) {
    this.host = host;
    this.#backendNames = createNames(maxBackends);
  }

  add(record: RequestRecord): void {
    const { attempts } = record;
    // A sum would stay spoilt for good.
    const totalMs = Number.isFinite(record.totalMs) ? Math.max(0, record.totalMs) : 0;
    let bucket = 0;
    while (bucket < boundsMs.length && totalMs > (boundsMs[bucket] ?? 0)) bucket++;
    this.durations[bucket] = (this.durations[bucket] ?? 0) + 1;
    this.durationSum += totalMs / 1000;
    this.bytes += record.bytes;
    if (attempts.length > 1) this.retries += attempts.length - 1;

    const method = methodIndex.get(record.method) ?? otherMethod;
    const hundreds = Math.floor(record.status / 100);
    const index = method * codeClasses.length + (hundreds >= 1 && hundreds <= 5 ? hundreds : 0);
    const counts = this.#countsOf(record.backend ?? 'none');
    counts[index] = (counts[index] ?? 0) + 1;
  }

  #countsOf(backend: string): Float64Array {
    const known = this.backends.get(backend);
    if (known !== undefined) return known;
    const label = this.#backendNames.of(backend);
    const counts =
      this.backends.get(label) ?? new Float64Array(methods.length * codeClasses.length);
    this.backends.set(label, counts);
    return counts;
  }
}
