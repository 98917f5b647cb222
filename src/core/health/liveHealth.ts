import type {
  CheckResult,
  HealthEvent,
  HealthNews,
  HostHealth,
} from '../../shared/contract/health.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { type Keys, keysFor } from '../../shared/model/keys.ts';
import { healthCheckSchema } from '../../shared/model/options.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { version } from '../../shared/version.ts';
import type { SharedStore } from '../../store/store.ts';
import type { ContainerFinding } from '../containers/mappings/types.ts';
import { atOnce } from '../control/later.ts';
import type { FrontendEntry, FrontendsTable, TableEvent } from '../frontends/table.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { noBackend } from '../hosts/noBackend.ts';
import type { Ports } from '../ports/index.ts';
import { beside } from '../system/beside.ts';
import { createBell, createStreams, pause } from '../traffic/streams.ts';
import { createTurns, type Turns } from '../traffic/turns.ts';
import { HealthBook } from './book.ts';
import { Checker, checkFailed, jobsOf } from './checker.ts';
import { ContainerHealth } from './containerHealth.ts';
import type { Health, HealthSettings, HealthTarget, StateOfBackend } from './health.ts';
import { HealthLines } from './healthLines.ts';
import { createLookups } from './lookups.ts';
import { News } from './news.ts';
import { createPictures, type Pictures } from './pictures.ts';
import { PortHints } from './portHints.ts';
import { type Probe, probe } from './probe.ts';
import { Prober } from './prober.ts';
import { type Job, Runner } from './runner.ts';
import { drainBackend, reviveBackends } from './service.ts';
import { Webhook } from './webhook.ts';

export interface HealthOptions {
  readonly table: Pick<FrontendsTable, 'entries' | 'subscribe' | 'read'>;
  readonly store: Pick<SharedStore, 'read' | 'write' | 'edit'>;
  readonly hosts: Pick<Hosts, 'get' | 'set'>;
  /** Who listens on this machine. */
  readonly ports: Pick<Ports, 'find' | 'lastOwner'>;
  /** Of the driver. */
  readonly prefix: string;
  /** Another one for each start of an instance. */
  readonly instanceId: string;
  /** Asked each time. */
  readonly settings: () => HealthSettings;
  /** Milliseconds between two connections to a backend that nobody checks; null for none. */
  readonly probeMs: number | null;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  readonly log: Log;
}

const plainCheck = healthCheckSchema.parse({});

/** Begins to look after the health of what is in the table. */
export function createHealth(options: HealthOptions): Health {
  return new LiveHealth(options);
}

class LiveHealth implements Health {
  readonly #options: HealthOptions;
  readonly #keys: Keys;
  readonly #book: HealthBook;
  readonly #runner: Runner;
  readonly #checker: Checker;
  readonly #containers: ContainerHealth;
  readonly #prober: Prober | null;
  readonly #webhook: Webhook;
  readonly #lines: HealthLines;
  readonly #turns: Turns;
  readonly #pictures: Pictures;
  readonly #portHints: PortHints;
  readonly #streams = createStreams();
  /** Names that each watcher has not been told of yet. */
  readonly #watchers = new Set<{ readonly names: Set<string>; ring(): void }>();
  readonly #listeners = new Set<(event: HealthEvent) => void>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor(options: HealthOptions) {
    this.#options = options;
    const { table, prefix, random, now, wallClock, settings, probeMs, ports } = options;
    this.#keys = keysFor(prefix);
    this.#turns = createTurns({ now, sliceMs: limits.listSliceMs });
    const lookup = createLookups();
    const changed = (name: string): void => {
      this.#pictures.changed(name);
      for (const watcher of this.#watchers) {
        watcher.names.add(name);
        watcher.ring();
      }
    };
    this.#portHints = new PortHints({ ports, changed, now, wallClock });
    this.#book = new HealthBook({
      wallClock,
      changed,
      portHint: (name, url) => this.#portHints.of(name, url),
      failed: (name, url) => this.#checker.doubt(name, url),
      told: (event) => this.#tell(event),
      probeMs: (name) => (this.#prober?.has(name) === true ? probeMs : null),
    });
    this.#pictures = createPictures({
      names: () => this.#book.names,
      host: (name) => this.#book.host(name),
      turns: this.#turns,
    });
    const probeJob = ({ name, backend, check }: Job): Probe =>
      probe({ name, backend, check, version, lookup, now });
    this.#runner = new Runner({
      probe: probeJob,
      maxChecks: limits.maxConcurrentChecks,
      maxHung: limits.maxHungChecks,
      wallClock,
    });
    this.#checker = new Checker({
      ...options,
      book: this.#book,
      runner: this.#runner,
      keys: this.#keys,
      ttlSeconds: () => settings().deadBackendTtlSeconds,
    });
    this.#containers = new ContainerHealth({
      ...options,
      book: this.#book,
      keys: this.#keys,
      ttlSeconds: () => settings().deadBackendTtlSeconds,
    });
    this.#prober =
      probeMs === null
        ? null
        : new Prober({
            book: this.#book,
            probe: probeJob,
            intervalMs: probeMs,
            maxBackends: limits.maxProbedBackends,
            random,
            now,
            wallClock,
            failed: checkFailed(options),
          });
    this.#lines = new HealthLines(options);
    this.#webhook = new Webhook({ ...options, url: () => settings().webhook });
    this.#unsubscribe = table.subscribe((event) => this.#heard(event));
    this.#readAll();
    this.#timer = setInterval(() => {
      beside(options.log, 'health', () => this.#book.tick());
      beside(options.log, 'health', () => this.#checker.tick());
      beside(options.log, 'health', () => this.#containers.tick());
    }, limits.healthTickMs);
  }

  get backendsDown(): number {
    return this.#book.backendsDown;
  }

  host(name: string): HostHealth | null {
    return this.#book.host(name);
  }

  async list(making = atOnce): Promise<readonly HostHealth[]> {
    return await making(this.#pictures.all);
  }

  states(): Iterable<StateOfBackend> {
    return this.#book.states();
  }

  watch(signal: AbortSignal, making = atOnce): AsyncIterable<readonly HostHealth[]> {
    const bell = createBell();
    const names = new Set<string>();
    const watcher = { names, ring: () => bell.ring() };
    const watchers = this.#watchers;
    const pictures = this.#pictures;
    const everything = async (): Promise<readonly HostHealth[]> => {
      const { hosts, changed } = await pictures.recent();
      for (const name of changed) names.add(name);
      return hosts;
    };
    const news = async (): Promise<readonly HostHealth[]> => {
      const changed = [...names];
      names.clear();
      return await pictures.of(changed);
    };
    return this.#streams.open(async function* (ends) {
      watchers.add(watcher);
      try {
        yield await making(everything);
        while (!ends.aborted) {
          await pause(limits.healthWatchMs, ends);
          if (names.size === 0) await bell.heard(ends);
          if (ends.aborted) return;
          yield await making(news);
        }
      } finally {
        watchers.delete(watcher);
      }
    }, signal);
  }

  events(signal: AbortSignal): AsyncIterable<HealthNews> {
    const bell = createBell();
    const news = new News();
    const listener = (event: HealthEvent): void => {
      news.push(event);
      bell.ring();
    };
    const listeners = this.#listeners;
    return this.#streams.open(async function* (ends) {
      listeners.add(listener);
      try {
        while (!ends.aborted) {
          const event = news.take();
          if (event === null) await bell.heard(ends);
          else yield event;
        }
      } finally {
        listeners.delete(listener);
      }
    }, signal);
  }

  async check({ name, backend }: HealthTarget): Promise<HostHealth> {
    const entry = this.#entryOf(name, backend);
    const { options } = entry;
    const jobs = jobsOf({ ...entry, options: { ...options, check: options.check ?? plainCheck } });
    await Promise.all(
      jobs.map(async (job) => {
        if (backend !== undefined && job.backend.url !== backend) return;
        const found = await this.#runner.check(job);
        if (found === null) return;
        if (options.check !== null && this.#checker.isOurs) this.#checker.found(job, found);
        else this.#book.asked(name, job.backend.url, resultOf(found), found.reached);
      }),
    );
    return this.#hostOf(name);
  }

  async drain({ name, backend }: HealthTarget & { readonly backend: string }): Promise<HostHealth> {
    await drainBackend(this.#options.hosts, name, backend);
    return this.#fresh(name);
  }

  async revive({ name, backend }: HealthTarget): Promise<HostHealth> {
    const { hosts, store } = this.#options;
    const { backends } = await hosts.get({ name });
    for (const url of backends) {
      if (backend === undefined || backend === url) this.#containers.forget(name, url);
    }
    const urls = await reviveBackends({ hosts, store, keys: this.#keys }, name, backend);
    for (const url of urls) this.#book.forget(name, url);
    return this.#fresh(name);
  }

  contained(name: string, findings: ReadonlyMap<string, ContainerFinding>): void {
    this.#containers.contained(name, findings);
  }

  observe(records: readonly RequestRecord[]): void {
    this.#book.observe(records);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe();
    this.#streams.close();
    this.#pictures.close();
    this.#portHints.close();
    this.#turns.close();
    this.#webhook.close();
    this.#lines.close();
    this.#runner.close();
    this.#prober?.close();
    this.#containers.close();
    await this.#checker.close();
  }

  #heard(event: TableEvent): void {
    switch (event.kind) {
      case 'all':
        this.#readAll();
        return;
      case 'changed':
        this.#put(event.entry);
        return;
      case 'removed':
        this.#remove(event.name);
        return;
      case 'state':
    }
  }

  #readAll(): void {
    const { entries } = this.#options.table;
    for (const name of [...this.#book.names]) if (!entries.has(name)) this.#remove(name);
    for (const entry of entries.values()) this.#put(entry);
  }

  #put(entry: FrontendEntry): void {
    this.#book.put(entry);
    this.#checker.put(entry.name, entry);
    this.#containers.put(entry.name);
    this.#prober?.put(entry.name, entry);
  }

  #remove(name: string): void {
    this.#book.remove(name);
    this.#checker.put(name, null);
    this.#containers.put(name);
    this.#prober?.put(name, null);
  }

  #tell(event: HealthEvent): void {
    this.#lines.add(event);
    for (const listener of this.#listeners) listener(event);
    this.#webhook.push(event);
  }

  #entryOf(name: string, backend: string | undefined): FrontendEntry {
    const entry = this.#book.entry(name);
    if (entry === null) throw new BerthError('BERTH_HOST_NOT_FOUND', name);
    const listed = entry.list?.slice(1) ?? [];
    if (backend !== undefined && !listed.includes(backend))
      throw noBackend(name, [backend], listed);
    return entry;
  }

  /** After something was written: as the store has it now. */
  async #fresh(name: string): Promise<HostHealth> {
    await this.#options.table.read(name);
    return this.#hostOf(name);
  }

  #hostOf(name: string): HostHealth {
    const host = this.#book.host(name);
    if (host === null) throw new BerthError('BERTH_HOST_NOT_FOUND', name);
    return host;
  }
}

const resultOf = ({ begunAt, ok, ms, outcome }: { begunAt: number } & Omit<CheckResult, 'at'>) => ({
  at: begunAt,
  ok,
  ms,
  outcome,
});
