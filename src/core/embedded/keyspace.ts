import { Data } from './data.ts';
import { Deadlines } from './deadlines.ts';
import { wrongType } from './reply.ts';
import { isEmpty, type Value, type ValueType } from './value.ts';

/** What is known of a key beside its value. */
export interface KeyState {
  readonly type: ValueType;
  /** Unix milliseconds; null lives for ever. */
  readonly deadline: number | null;
  /** Whether the append-only file knows the key: its changes, and its end, must stand there too. */
  readonly onFile: boolean;
}

/** What one command changed, in such a way that it can be undone. */
export class Change {
  /** Each touched key and its state before; null when it did not exist. */
  readonly before = new Map<string, KeyState | null>();
  readonly restore: (() => Promise<void>)[] = [];
  /** FLUSHALL or FLUSHDB: told to trackers as such. */
  flushed = false;
  /** What the file shall hold in place of the command as it came; null leaves it so. */
  records: readonly (readonly string[])[] | null = null;

  async undo(): Promise<void> {
    for (const step of [...this.restore].reverse()) await step();
  }
}

/** The keys of the store: their types, deadlines and values. One command works on it at a time. */
export class Keyspace {
  readonly #data = new Data();
  readonly #states = new Map<string, KeyState>();
  readonly #deadlines = new Deadlines((key) => this.#states.get(key)?.deadline ?? null);
  #withDeadline = 0;
  #change = new Change();

  /** Begins a change: what follows is recorded in it. */
  begin(): Change {
    this.#change = new Change();
    return this.#change;
  }

  get size(): number {
    return this.#states.size;
  }

  /** Keys that expire. */
  get expiring(): number {
    return this.#withDeadline;
  }

  /** Every key, oldest first. */
  keys(): IterableIterator<string> {
    return this.#states.keys();
  }

  state(key: string): KeyState | null {
    return this.#states.get(key) ?? null;
  }

  nextDeadline(): number | null {
    return this.#deadlines.next();
  }

  takeDue(now: number): string | null {
    return this.#deadlines.takeDue(now);
  }

  async value(key: string): Promise<Value | null> {
    const state = this.#states.get(key);
    return state === undefined ? null : this.#data.read(key, state.type);
  }

  async text(key: string): Promise<string | null> {
    const value = await this.#typed(key, 'string');
    return value?.type === 'string' ? value.text : null;
  }

  /** A copy that the caller may change and `put`. */
  async list(key: string): Promise<string[] | null> {
    const value = await this.#typed(key, 'list');
    return value?.type === 'list' ? [...value.items] : null;
  }

  async set(key: string): Promise<Set<string> | null> {
    const value = await this.#typed(key, 'set');
    return value?.type === 'set' ? new Set(value.members) : null;
  }

  async hash(key: string): Promise<Map<string, string> | null> {
    const value = await this.#typed(key, 'hash');
    return value?.type === 'hash' ? new Map(value.fields) : null;
  }

  async scores(key: string): Promise<Map<string, number> | null> {
    const value = await this.#typed(key, 'zset');
    return value?.type === 'zset' ? new Map(value.scores) : null;
  }

  async listLength(key: string): Promise<number> {
    return this.#is(key, 'list') ? this.#data.length(key) : 0;
  }

  /** Elements `from` to `to` of a list, both included and within it. */
  async listRange(key: string, from: number, to: number): Promise<readonly string[]> {
    return this.#is(key, 'list') && from <= to ? this.#data.range(key, from, to) : [];
  }

  /** Adds to the end of a list, or begins one; returns the new length. Long lists are not read for it. */
  async append(key: string, items: readonly string[]): Promise<number> {
    const exists = this.#is(key, 'list');
    const length = exists ? this.#data.length(key) : 0;
    if (!this.#change.before.has(key)) {
      const state = this.state(key);
      this.#change.before.set(key, state);
      this.#change.restore.push(async () => {
        if (exists) this.#data.truncate(key, length);
        else await this.#data.remove(key);
        this.#setState(key, state);
      });
    }
    this.#data.append(key, items);
    if (!exists) this.#setState(key, { type: 'list', deadline: null, onFile: false });
    return length + items.length;
  }

  /** Stores a value; an empty collection is no key. `deadline` undefined keeps the one there is. */
  async put(key: string, value: Value, deadline?: number | null): Promise<void> {
    if (isEmpty(value)) {
      await this.drop(key);
      return;
    }
    await this.#remember(key);
    await this.#data.write(key, value);
    const state = this.state(key);
    this.#setState(key, {
      type: value.type,
      deadline: deadline === undefined ? (state?.deadline ?? null) : deadline,
      onFile: state?.onFile ?? false,
    });
  }

  /** Removes a key; false when there was none. */
  async drop(key: string): Promise<boolean> {
    if (!this.#states.has(key)) return false;
    await this.#remember(key);
    await this.#data.remove(key);
    this.#setState(key, null);
    return true;
  }

  /** Sets when a key that exists expires. */
  async setDeadline(key: string, deadline: number | null): Promise<void> {
    const state = this.#states.get(key);
    if (state === undefined) return;
    await this.#remember(key);
    this.#setState(key, { ...state, deadline });
  }

  /** Marks a key as touched although nothing of it changed, as Redis does in places. */
  async touch(key: string): Promise<void> {
    await this.#remember(key);
  }

  async flush(): Promise<void> {
    this.#change.flushed = true;
    for (const key of [...this.#states.keys()]) await this.drop(key);
  }

  /** Notes that the file holds this key from now on. */
  setOnFile(key: string): void {
    const state = this.#states.get(key);
    if (state !== undefined && !state.onFile) this.#states.set(key, { ...state, onFile: true });
  }

  async close(): Promise<void> {
    this.#states.clear();
    await this.#data.close();
  }

  async #typed(key: string, type: ValueType): Promise<Value | null> {
    return this.#is(key, type) ? this.#data.read(key, type) : null;
  }

  #is(key: string, type: ValueType): boolean {
    const state = this.#states.get(key);
    if (state === undefined) return false;
    if (state.type !== type) throw wrongType();
    return true;
  }

  async #remember(key: string): Promise<void> {
    const change = this.#change;
    if (change.before.has(key)) return;
    const state = this.state(key);
    const value = await this.value(key);
    change.before.set(key, state);
    change.restore.push(() => this.#restore(key, state, value));
  }

  async #restore(key: string, state: KeyState | null, value: Value | null): Promise<void> {
    if (value === null) await this.#data.remove(key);
    else await this.#data.write(key, value);
    this.#setState(key, state);
  }

  #setState(key: string, state: KeyState | null): void {
    const old = this.#states.get(key)?.deadline ?? null;
    const deadline = state?.deadline ?? null;
    if (old !== null) this.#withDeadline--;
    if (deadline !== null) this.#withDeadline++;
    if (state === null) this.#states.delete(key);
    else this.#states.set(key, state);
    if (deadline !== null && deadline !== old) {
      this.#deadlines.add(key, deadline, this.#withDeadline);
    }
  }
}
