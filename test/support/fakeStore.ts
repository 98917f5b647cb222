import type { StoreState } from '../../src/shared/messages.ts';
import type { Reply, StoreCommand } from '../../src/store/command.ts';
import { StoreAway } from '../../src/store/command.ts';
import type { Answer, Store, StoreEvents, Write } from '../../src/store/store.ts';
import type { Trust } from '../../src/store/tracking.ts';

/** A store in memory whose answers come when the test says so, and which records what it was asked. */
export interface FakeStore extends Store {
  readonly lists: Map<string, string[]>;
  readonly sets: Map<string, Set<string>>;
  readonly hashes: Map<string, Map<string, string>>;
  readonly strings: Map<string, string>;
  /** Milliseconds that PTTL tells, by key. */
  readonly lifetimes: Map<string, number>;
  /** Keys that are answered with this error. */
  readonly errors: Map<string, string>;
  readonly reads: (readonly StoreCommand[])[];
  readonly writes: (readonly Write[])[];
  /** Holds answers back until `release`. What they say is what the store held when it was asked. */
  hold(): void;
  release(): Promise<void>;
  /** Loses the store: every read and write fails from now on. */
  lose(): void;
  /** Reaches it, with the given state. */
  reach(state: 'live' | 'polling'): void;
  invalidate(...keys: string[]): void;
  invalidateAll(): void;
}

const found = (value: unknown): Reply => ({ ok: true, value });

export function fakeStore(events: StoreEvents): FakeStore {
  let state: StoreState = 'connecting';
  let trust: Trust | null = null;
  let gate: Promise<void> | null = null;
  let open: (() => void) | null = null;
  const store: FakeStore = {
    lists: new Map(),
    sets: new Map(),
    hashes: new Map(),
    strings: new Map(),
    lifetimes: new Map(),
    errors: new Map(),
    reads: [],
    writes: [],
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
      store.reads.push(commands);
      const believed = trust;
      const answers = commands.map((command): Answer => {
        if (!store.readable) return { kind: 'away', reason: 'lost' };
        return { kind: 'reply', reply: reply(command), trust: believed };
      });
      if (gate !== null) await gate;
      return answers;
    },
    async write(writes) {
      store.writes.push(writes);
      if (gate !== null) await gate;
      if (!store.readable) throw new StoreAway('lost');
    },
    close() {},
    hold() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    async release() {
      open?.();
      gate = null;
      await settled();
    },
    lose() {
      if (trust !== null) trust.live = false;
      trust = null;
      state = 'stale';
      events.changed();
    },
    reach(next) {
      state = next;
      trust = next === 'live' ? { live: true } : null;
      events.changed();
    },
    invalidate(...keys) {
      events.invalidated(keys);
    },
    invalidateAll() {
      if (trust !== null) trust.live = false;
      trust = { live: true };
      events.invalidated(null);
    },
  };

  function reply([name, key = '']: StoreCommand): Reply {
    const at = String(key);
    const error = store.errors.get(at);
    if (error !== undefined) return { ok: false, error };
    switch (name) {
      case 'lrange':
        return found([...(store.lists.get(at) ?? [])]);
      case 'srandmember':
        return found([...(store.sets.get(at) ?? [])]);
      case 'pttl':
        return found(store.lifetimes.get(at) ?? (store.sets.has(at) ? -1 : -2));
      case 'hscan':
        return found(['0', [...(store.hashes.get(at) ?? [])].flat()]);
      case 'getrange':
        return found(store.strings.get(at) ?? '');
      case 'get':
        return found(store.strings.get(at) ?? null);
      default:
        return { ok: false, error: `ERR unknown command '${name}'` };
    }
  }
  return store;
}

/** Lets everything run that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
