import type { Log } from '../../shared/messages.ts';
import type { Keys } from '../../shared/model/keys.ts';
import type { SharedStore } from '../../store/store.ts';
import type { ContainerFinding, ContainerHealthSink } from '../containers/mappings/types.ts';
import type { HealthBook } from './book.ts';
import type { CheckState } from './checkState.ts';
import { Marker } from './marker.ts';
import { wordsOfContainer } from './verdict.ts';

export interface ContainerHealthOptions {
  readonly book: HealthBook;
  readonly store: Pick<SharedStore, 'write' | 'edit'>;
  readonly keys: Keys;
  readonly ttlSeconds: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  readonly log: Log;
}

/**
 * What containers say of themselves, made known to the book and to routing: an unhealthy one gets a dead mark beside
 * others, as one that a check found down. Whoever sees the containers does this, whoever checks.
 */
export class ContainerHealth implements ContainerHealthSink {
  readonly #book: HealthBook;
  readonly #marker: Marker;
  /** Frontends that were told of, with when. */
  readonly #told = new Map<string, number>();
  readonly #wallClock: () => number;

  constructor(options: ContainerHealthOptions) {
    const { book } = options;
    this.#book = book;
    this.#wallClock = options.wallClock;
    this.#marker = new Marker({
      ...options,
      kind: 'container',
      entry: (name) => book.entry(name),
      stateOf: (name, url) => this.#stateOf(name, url),
      mayMark: () => true,
    });
  }

  contained(name: string, findings: ReadonlyMap<string, ContainerFinding>): void {
    this.#told.set(name, this.#wallClock());
    this.#book.contained(name, findings);
    this.#marker.look(name);
  }

  /** What an unhealthy container said of a backend that a person revives; until it says something else. */
  forget(name: string, url: string): void {
    if (this.#book.containerOf(name, url)?.health === 'unhealthy') {
      this.#book.containerForgotten(name, url);
    }
  }

  /** A frontend as the store has it now. */
  put(name: string): void {
    if (!this.#told.has(name)) return;
    this.#marker.look(name);
    if (this.#book.isContained(name)) return;
    // Nothing is said of it any more, and nothing is left of what was.
    const marks = this.#book.entry(name)?.dead.size ?? 0;
    if (marks === 0) this.#forget(name);
  }

  /** Renews marks before they end. */
  tick(): void {
    for (const name of this.#told.keys()) {
      if (this.#book.isContained(name)) this.#marker.look(name);
    }
  }

  close(): void {
    this.#marker.close();
  }

  #forget(name: string): void {
    this.#told.delete(name);
    this.#marker.forget((each) => each === name);
  }

  #stateOf(name: string, url: string): CheckState | null {
    const finding = this.#book.containerOf(name, url);
    if (finding === null) return null;
    const ok = finding.health === 'healthy';
    const at = this.#told.get(name) ?? 0;
    const last = { at, ok, ms: 0, outcome: wordsOfContainer(finding) };
    return { verdict: ok ? 'up' : 'down', streak: 1, last };
  }
}
