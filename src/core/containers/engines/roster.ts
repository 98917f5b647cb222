import { limits } from '../../../shared/limits.ts';
import type { Container } from '../../../shared/model/container.ts';
import type { ReadContainer } from './container.ts';
import type { ContainerEvent } from './events.ts';

/** Containers of which it is remembered that they ended: as many again as there can be, and looks under way. */
const maxEnds = 2 * limits.maxContainers;

/** The containers of one engine, as they are known. */
export class Roster {
  readonly #read = new Map<string, ReadContainer>();
  /** What the last list said of each, in short. */
  #listed: Map<string, string> = new Map<string, string>();
  /** How often an event has said that one runs no more. */
  readonly #ends = new Map<string, number>();
  #left = 0;

  get all(): ReadonlyMap<string, ReadContainer> {
    return this.#read;
  }

  /** Containers that there are beyond those that are looked at. */
  get left(): number {
    return this.#left;
  }

  /**
   * Takes a new list: what is not in it is gone. Returns those that are to be looked at, since they are new or the list
   * says something else of them than the last one.
   *
   * @param listed by id, what the list says of each in short; those that run first
   */
  list(listed: ReadonlyMap<string, string>): readonly string[] {
    const kept = new Map([...listed].slice(0, limits.maxContainers));
    this.#left = listed.size - kept.size;
    for (const id of this.#read.keys()) if (!kept.has(id)) this.forget(id);
    const changed = [...kept].filter(
      ([id, short]) => this.#listed.get(id) !== short || !this.#read.has(id),
    );
    this.#listed = kept;
    return changed.map(([id]) => id);
  }

  /** Whether there is room for this one. */
  takes(id: string): boolean {
    return this.#read.has(id) || this.#read.size < limits.maxContainers;
  }

  /** What an event says at once. Returns whether anything is other than before. */
  apply({ id, now }: ContainerEvent): boolean {
    if (now === null) return false;
    const known = this.#read.get(id);
    // Remembered until it was looked at again: a look that began before may still find it running.
    this.#ends.set(id, this.endsOf(id) + 1);
    // An engine may tell of any number that nobody looks at: of those the first is forgotten.
    const [oldest] = this.#ends.size > maxEnds ? this.#ends.keys() : [];
    if (oldest !== undefined) this.#ends.delete(oldest);
    if (now === 'gone') return this.#read.delete(id);
    if (known === undefined || known.container.state !== 'running') return false;
    const ended: Partial<Container> =
      now === 'paused' ? {} : { pid: null, health: null, healthOutput: '' };
    this.#read.set(id, { ...known, container: { ...known.container, ...ended, state: now } });
    return true;
  }

  /** Containers of which it is remembered that they ended. */
  get remembered(): number {
    return this.#ends.size;
  }

  /** How often it has ended; for `set`. */
  endsOf(id: string): number {
    return this.#ends.get(id) ?? 0;
  }

  /** Takes what a look has found that began at `ends`; not when it has ended since, for then it is looked at again. */
  set(id: string, read: ReadContainer, ends: number): boolean {
    if (this.endsOf(id) !== ends || !this.takes(id)) return false;
    this.#read.set(id, read);
    return true;
  }

  /** The next list has it looked at again. */
  doubt(id: string): void {
    this.#listed.delete(id);
  }

  /** Whether it was known. */
  forget(id: string): boolean {
    this.#listed.delete(id);
    this.#ends.delete(id);
    return this.#read.delete(id);
  }
}
