import { setImmediate as endOfTurn } from 'node:timers/promises';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import type { AppendOnlyFile } from './appendOnlyFile.ts';
import type { Turns } from './turns.ts';

/** Something that is done in memory and waits for the disk. */
export interface Entry {
  /** What the file shall hold; empty for what only depends on entries before it, such as a read. */
  readonly bytes: string;
  /** Takes back what was done in memory. */
  undo(): Promise<void>;
  /** It is on the disk. */
  committed(): void;
  /** It is not, and was undone. */
  refused(cause: Error): void;
}

/** Entries that reach the disk together, by one sync. */
export class Group {
  readonly entries: Entry[] = [];
}

export interface JournalDependencies {
  readonly file: AppendOnlyFile;
  readonly turns: Turns;
  /** The file's contents, written anew from memory. Called in a turn of its own. */
  readonly snapshot: () => Promise<Buffer>;
  readonly log: Log;
}

/**
 * Brings changes to the disk before they are acknowledged. What is executed while one sync runs waits for the next
 * (group commit). A group that cannot be written is undone, with everything that was built upon it, and refused; the
 * next one is tried afresh.
 */
export class Journal {
  readonly #file: AppendOnlyFile;
  readonly #turns: Turns;
  readonly #snapshot: () => Promise<Buffer>;
  readonly #log: Log;
  #current = new Group();
  /** The group on its way to the disk. */
  #flying: Group | null = null;
  #draining: Promise<void> | null = null;
  #compactAt: number;
  #compactionAsked = false;
  #failure: Error | null = null;

  constructor({ file, turns, snapshot, log }: JournalDependencies) {
    this.#file = file;
    this.#turns = turns;
    this.#snapshot = snapshot;
    this.#log = log;
    this.#compactAt = this.#nextCompaction();
  }

  /** Why the last group was refused; null when it was written. */
  get failure(): Error | null {
    return this.#failure;
  }

  get bytes(): number {
    return this.#file.size;
  }

  /** The youngest group that is not yet on the disk, or null. */
  get latest(): Group | null {
    return this.#current.entries.length > 0 ? this.#current : this.#flying;
  }

  add(entry: Entry): Group {
    const group = this.#current;
    group.entries.push(entry);
    this.#start();
    return group;
  }

  /** Writes the file anew as soon as it can be done. */
  compact(): void {
    this.#compactionAsked = true;
    this.#start();
  }

  /** Resolves when nothing waits for the disk. */
  async settled(): Promise<void> {
    while (this.#draining !== null) await this.#draining;
  }

  #start(): void {
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    await endOfTurn();
    while (this.#current.entries.length > 0 || this.#compactionAsked) {
      try {
        const uncertain = this.#file.isUncertain;
        const wanted = uncertain || this.#compactionAsked || this.#file.size >= this.#compactAt;
        if (wanted) await this.#replace(uncertain);
        else await this.#append(this.#take());
      } catch (error) {
        await this.#refuse(error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#draining = null;
  }

  #take(): Group {
    const group = this.#current;
    this.#current = new Group();
    this.#flying = group;
    return group;
  }

  async #append(group: Group): Promise<void> {
    const bytes = Buffer.from(group.entries.map((entry) => entry.bytes).join(''), 'latin1');
    if (bytes.length > 0) await this.#file.append(bytes);
    this.#commit(group);
  }

  /** Compacts. Memory holds the group's changes already, so that the new file holds them too. */
  async #replace(necessary: boolean): Promise<void> {
    this.#compactionAsked = false;
    const { group, bytes } = await this.#turns.urgent(async () => ({
      group: this.#take(),
      bytes: await this.#snapshot(),
    }));
    const before = this.#file.size;
    try {
      await this.#file.replace(bytes);
    } catch (error) {
      this.#compactAt = this.#file.size + limits.aofCompactBytes;
      if (necessary || this.#file.isUncertain) throw error;
      this.#log('warn', `${this.#file.path} could not be compacted: ${String(error)}`);
      await this.#append(group);
      return;
    }
    this.#log('debug', `${this.#file.path} compacted from ${before} to ${bytes.length} bytes`);
    this.#compactAt = this.#nextCompaction();
    this.#commit(group);
  }

  #nextCompaction(): number {
    return Math.max(limits.aofCompactBytes, this.#file.size * limits.aofCompactGrowth);
  }

  #commit(group: Group): void {
    this.#flying = null;
    if (this.#failure !== null) {
      this.#failure = null;
      this.#log('info', `${this.#file.path} can be written again`);
    }
    for (const entry of group.entries) entry.committed();
  }

  async #refuse(cause: Error): Promise<void> {
    if (this.#failure === null) {
      this.#log(
        'error',
        `${this.#file.path} cannot be written, changes are refused: ${cause.message}`,
      );
    }
    this.#failure = cause;
    const groups = await this.#turns.urgent(async () => {
      const refused = [this.#flying, this.#take()].filter((group) => group !== null);
      this.#flying = null;
      for (const entry of refused.flatMap((group) => group.entries).reverse()) await entry.undo();
      return refused;
    });
    for (const group of groups) for (const entry of group.entries) entry.refused(cause);
  }
}
