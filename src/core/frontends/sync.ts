import { limits } from '../../shared/limits.ts';
import type { Keys } from '../../shared/model/keys.ts';
import { StoreAway } from '../../store/command.ts';
import type { SharedStore } from '../../store/store.ts';
import { Entries } from './entries.ts';
import { isListAlone, type Stored } from './entry.ts';
import { FrontendReader } from './reader.ts';
import type { TableEvent } from './table.ts';

interface SyncOptions {
  readonly store: Pick<SharedStore, 'scan' | 'read'>;
  readonly keys: Keys;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Hears of each entry that is new or another one, also where nobody else is told. */
  readonly applied: (event: TableEvent) => void;
}

/** Hears what a reading has changed. */
export type Tell = (event: TableEvent) => void;

/** Whether some host could have this name. */
export const isName = (name: string): boolean =>
  name !== '' && name.length <= limits.maxHostBytes + 2;

const none: ReadonlySet<string> = new Set();

function* stepsOf(names: readonly string[]): Generator<readonly string[]> {
  for (let i = 0; i < names.length; i += limits.tableStepNames) {
    yield names.slice(i, i + limits.tableStepNames);
  }
}

/** Brings the entries into line with the store, in steps of which none holds the store up. */
export class FrontendSync {
  readonly entries = new Entries();
  /** Names that have changed since they were read; true for those of which only the list has. */
  readonly #dirty = new Map<string, boolean>();
  readonly #options: SyncOptions;
  readonly #reader: FrontendReader;
  #beyond = 0;
  #closed = false;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#reader = new FrontendReader(options.store, options.keys);
  }

  /** How many names wait to be read again. */
  get pending(): number {
    return this.#dirty.size;
  }

  /** @param onlyList nothing but its list, since all of it was read */
  changed(name: string, onlyList = false): void {
    this.#reader.changed(name);
    this.#dirty.set(name, onlyList && this.#dirty.get(name) !== false);
  }

  /** For when everything is to be read anyway. */
  forgetPending(): void {
    this.#dirty.clear();
  }

  close(): void {
    this.#closed = true;
    this.#dirty.clear();
  }

  /** Reads one name, whether there is room for it or not. @throws StoreAway */
  async read(name: string): Promise<Stored> {
    const reading = (await this.#reader.read([name])).get(name);
    if (reading?.kind !== 'stored') throw new StoreAway(reading?.reason ?? 'no answer');
    return reading.stored;
  }

  apply(name: string, stored: Stored, tell: Tell): void {
    if (this.#closed) return;
    const event = this.entries.apply(name, stored, this.#options.now());
    if (event === 'left') this.#beyond++;
    else if (event !== null) {
      this.#options.applied(event);
      tell(event);
    }
  }

  /**
   * Reads everything, and beside it what changes meanwhile.
   *
   * @returns how many frontends there was no room for
   * @throws StoreAway, or the refusal of the server; all that could be read has been
   */
  async readAll(tell: Tell): Promise<number> {
    const { store, keys } = this.#options;
    const seen = new Set<string>();
    this.#beyond = 0;
    let away: string | null = null;
    for await (const found of store.scan(keys.frontend(''))) {
      const names = found.flatMap((key) => keys.subject(key)?.name ?? []);
      for (const step of stepsOf(this.#listed(names, seen))) {
        away = (await this.#readStep(step, tell)) ?? away;
      }
      if (this.#dirty.size > 0) away = (await this.readPending(tell)) ?? away;
      if (this.#closed) return 0;
    }
    // SCAN shows all that was there all the time; what it did not show is looked at by name.
    const unseen = [...this.entries.all.keys()].filter((name) => !seen.has(name));
    for (const step of stepsOf(unseen)) away = (await this.#readStep(step, tell)) ?? away;
    if (away !== null) throw new StoreAway(away);
    return this.#beyond;
  }

  /** Reads a part of what waits. Returns why a name could not be read, if one could not: it still waits then. */
  async readPending(tell: Tell): Promise<string | null> {
    const names: string[] = [];
    const lists = new Set<string>();
    for (const [name, onlyList] of this.#dirty) {
      if (names.length >= limits.tableStepNames) break;
      names.push(name);
      this.#dirty.delete(name);
      if (onlyList && this.#hasListAlone(name)) lists.add(name);
    }
    return this.#readStep(names, tell, lists);
  }

  /** Those of a SCAN step that are listed and new to this reading; counts those for which there is no room. */
  #listed(names: readonly string[], seen: Set<string>): readonly string[] {
    const listed: string[] = [];
    let more = 0;
    for (const name of names) {
      if (!isName(name) || seen.has(name)) continue;
      if (!this.entries.admits(name, more)) {
        this.#beyond++;
        continue;
      }
      if (!this.entries.all.has(name)) more++;
      seen.add(name);
      listed.push(name);
    }
    return listed;
  }

  #hasListAlone(name: string): boolean {
    const entry = this.entries.all.get(name);
    return entry !== undefined && isListAlone(entry);
  }

  /** @param lists those of which only the list is to be read */
  async #readStep(
    names: readonly string[],
    tell: Tell,
    lists: ReadonlySet<string> = none,
  ): Promise<string | null> {
    let away: string | null = null;
    const readings = await this.#reader.read(names, (name) => lists.has(name));
    for (const [name, reading] of readings) {
      if (reading.kind === 'away') away = reading.reason;
      // Somebody read more of it meanwhile.
      else if (!lists.has(name) || this.#hasListAlone(name)) {
        this.apply(name, reading.stored, tell);
        continue;
      }
      if (!this.#closed) this.#dirty.set(name, false);
    }
    return away;
  }
}
