import { limits } from '../../shared/limits.ts';
import { bytesOf, entryOf, type Stored } from './entry.ts';
import type { FrontendEntry, TableEvent } from './table.ts';

/** The frontends that are listed: as many as fit. */
export class Entries {
  readonly #entries = new Map<string, FrontendEntry>();
  readonly #bytes = new Map<string, number>();
  #totalBytes = 0;
  #version = 0;

  get all(): ReadonlyMap<string, FrontendEntry> {
    return this.#entries;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** Whether this one is listed, or would be after `more` others. */
  admits(name: string, more = 0): boolean {
    return (
      this.#entries.has(name) ||
      (this.#entries.size + more < limits.maxListedFrontends &&
        this.#totalBytes < limits.maxListedBytes)
    );
  }

  /**
   * Takes over what the store said; returns what that has changed, null when nothing, or `left` when there is no room.
   *
   * @param now Unix milliseconds of the answer
   */
  apply(name: string, stored: Stored, now: number): TableEvent | 'left' | null {
    const previous = this.#entries.get(name) ?? null;
    const entry = entryOf(name, stored, previous, now);
    if (entry === previous) return null;
    if (!this.admits(name)) return 'left';
    this.#version++;
    this.#totalBytes -= this.#bytes.get(name) ?? 0;
    if (entry === null) {
      this.#entries.delete(name);
      this.#bytes.delete(name);
      return { kind: 'removed', name };
    }
    const bytes = bytesOf(entry);
    this.#entries.set(name, entry);
    this.#bytes.set(name, bytes);
    this.#totalBytes += bytes;
    return { kind: 'changed', entry, previous };
  }
}
