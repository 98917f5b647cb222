import type { StoreState } from '../../src/shared/messages.ts';
import {
  Discarded,
  keyOf,
  type Reply,
  StoreAway,
  type StoreCommand,
} from '../../src/store/command.ts';
import { makeEdit, type Seat } from '../../src/store/edit.ts';
import type { Answer, SharedStore, StoreEvents } from '../../src/store/store.ts';
import { settled } from './fakeStore.ts';

type Value = string | string[] | Set<string> | Map<string, string>;

/** A store in memory that is read, listed and edited as a real one, and pushes what changes. */
export interface MemoryStore extends SharedStore {
  /** What another client does: changes are pushed, as everybody's are. */
  run(...command: [name: string, ...args: (string | number)[]]): unknown;
  value(key: string): Value | undefined;
  /** Commands that were read with, in order. */
  readonly reads: StoreCommand[];
  /** Called before the transaction of an edit, once each. */
  readonly overtaking: (() => void)[];
  /** Keys that are answered with this error. */
  readonly errors: Map<string, string>;
  /** What keys take in memory, as MEMORY USAGE tells; 0 where nothing is said. */
  readonly sizes: Map<string, number>;
  /** Keys, or commands and keys, that no answer comes for. */
  readonly silent: Set<string>;
  lose(): void;
  reach(state: 'live' | 'polling'): void;
  /** Says that everything may have changed. */
  invalidateAll(): void;
}

const found = (value: unknown): Reply => ({ ok: true, value });
const wrongType: Reply = {
  ok: false,
  error: 'WRONGTYPE Operation against a key holding the wrong kind of value',
};

/** @param now Unix milliseconds, for keys that expire */
export function memoryStore(events: StoreEvents, now: () => number = Date.now): MemoryStore {
  const values = new Map<string, Value>();
  const ends = new Map<string, number>();
  const versions = new Map<string, number>();
  let state: StoreState = 'connecting';
  let version = 0;

  const get = (key: string): Value | undefined => {
    if ((ends.get(key) ?? Number.POSITIVE_INFINITY) <= now()) {
      values.delete(key);
      ends.delete(key);
    }
    return values.get(key);
  };

  const changed = (key: string): void => {
    versions.set(key, ++version);
    if (state === 'live') queueMicrotask(() => events.invalidated([key]));
  };

  const put = (key: string, value: Value): void => {
    values.set(key, value);
    changed(key);
  };

  function execute(command: StoreCommand): Reply {
    const [name, ...rest] = command;
    const args = rest.map(String);
    const key = keyOf(command);
    const error = store.errors.get(key);
    if (error !== undefined) return { ok: false, error };
    const value = get(key);
    const list = value === undefined ? [] : Array.isArray(value) ? value : null;
    const set = value === undefined ? new Set<string>() : value instanceof Set ? value : null;
    const hash =
      value === undefined ? new Map<string, string>() : value instanceof Map ? value : null;
    const text = value === undefined ? '' : typeof value === 'string' ? value : null;
    switch (name) {
      case 'memory':
        return found(store.sizes.get(key) ?? null);
      case 'llen':
        return list === null ? wrongType : found(list.length);
      case 'lrange':
        return list === null ? wrongType : found(list.slice(0, Number(args[2]) + 1));
      case 'rpush':
        if (list === null) return wrongType;
        put(key, [...list, ...args.slice(1)]);
        return found(list.length);
      case 'lset':
        if (list === null) return wrongType;
        put(key, list.with(Number(args[1]), args[2] ?? ''));
        return found('OK');
      case 'ltrim':
        if (list === null) return wrongType;
        put(key, list.slice(Number(args[1]), Number(args[2]) + 1));
        return found('OK');
      case 'strlen':
        return text === null ? wrongType : found(Buffer.byteLength(text));
      case 'getrange':
        return text === null ? wrongType : found(text.slice(0, Number(args[2]) + 1));
      case 'set':
        put(key, args[1] ?? '');
        return found('OK');
      case 'scard':
        return set === null ? wrongType : found(set.size);
      case 'srandmember':
        return set === null ? wrongType : found([...set]);
      case 'sadd':
        if (set === null) return wrongType;
        put(key, new Set([...set, ...args.slice(1)]));
        return found(1);
      case 'hscan':
        return hash === null ? wrongType : found(['0', [...hash].flat()]);
      case 'hset': {
        if (hash === null) return wrongType;
        const next = new Map(hash);
        for (let i = 1; i + 1 < args.length; i += 2) next.set(args[i] ?? '', args[i + 1] ?? '');
        put(key, next);
        return found(1);
      }
      case 'pttl':
        return found(value === undefined ? -2 : Math.ceil((ends.get(key) ?? now() - 1) - now()));
      case 'pexpire':
        if (value === undefined) return found(0);
        ends.set(key, now() + Number(args[1]));
        changed(key);
        return found(1);
      case 'del':
        values.delete(key);
        ends.delete(key);
        changed(key);
        return found(1);
      default:
        return { ok: false, error: `ERR unknown command '${name}'` };
    }
  }

  const mustBeThere = (): void => {
    if (!store.readable) throw new StoreAway('lost');
  };

  const seat = (): Seat => {
    let watched = new Map<string, number>();
    return {
      async send(commands, options) {
        mustBeThere();
        if (options?.atomic === true) {
          store.overtaking.shift()?.();
          const isStale = [...watched].some(([key, was]) => (versions.get(key) ?? 0) !== was);
          watched = new Map();
          if (isStale) throw new Discarded('changed');
        }
        return commands.map((command) => {
          const [name, ...keys] = command;
          if (name === 'unwatch') watched.clear();
          else if (name === 'watch') {
            for (const key of keys) watched.set(String(key), versions.get(String(key)) ?? 0);
          } else return execute(command);
          return found('OK');
        });
      },
    };
  };

  const store: MemoryStore = {
    reads: [],
    overtaking: [],
    errors: new Map(),
    sizes: new Map(),
    silent: new Set(),
    get state() {
      return state;
    },
    get reason() {
      return state === 'live' ? null : 'as the test wants it';
    },
    get readable() {
      return state === 'live' || state === 'polling';
    },
    async read(commands) {
      store.reads.push(...commands);
      const answers = commands.map((command): Answer => {
        if (!store.readable) return { kind: 'away', reason: 'lost' };
        const key = keyOf(command);
        if (store.silent.has(key) || store.silent.has(`${command[0]} ${key}`))
          return { kind: 'away', reason: 'no answer' };
        return { kind: 'reply', reply: execute(command), trust: null };
      });
      await settled();
      return answers;
    },
    async write(writes) {
      mustBeThere();
      for (const command of writes.flat()) execute(command);
    },
    async *scan(prefix) {
      mustBeThere();
      const keys = [...values.keys()].filter((key) => key.startsWith(prefix));
      for (let i = 0; i <= keys.length; i += 1000) {
        await settled();
        mustBeThere();
        yield keys.slice(i, i + 1000);
      }
    },
    edit: (edit) =>
      makeEdit(edit, {
        groupOf: () => 0,
        seats: async (groups) => groups.map(seat),
        moved: async () => {},
        pause: async () => {},
      }),
    close() {},
    run(...command) {
      const reply = execute(command);
      if (!reply.ok) throw new Error(reply.error);
      return reply.value;
    },
    value: get,
    lose() {
      state = 'stale';
      events.changed();
    },
    reach(next) {
      state = next;
      events.changed();
    },
    invalidateAll: () => events.invalidated(null),
  };
  return store;
}
