import { limits } from '../../shared/limits.ts';
import { CommandError, encodeReply, type Reply } from './reply.ts';

/** The channel that invalidations come on in RESP2. */
const channel = '__redis__:invalidate';

/** How a client is told of changes (CLIENT TRACKING). */
export interface TrackingOptions {
  /** Id of the client that gets the invalidations; 0 is the client itself, which RESP2 cannot tell. */
  readonly redirect: number;
  readonly broadcast: boolean;
  readonly prefixes: readonly string[];
  readonly optIn: boolean;
  readonly optOut: boolean;
  readonly noLoop: boolean;
}

/** The part of a client that tracking sees. */
export interface Tracker {
  readonly id: number;
  tracking: TrackingOptions | null;
  /** What CLIENT CACHING said for the next command. */
  caching: boolean | null;
  redirectIsBroken: boolean;
  /** Whether the client is subscribed to anything: only then can RESP2 push to it. */
  readonly isListening: boolean;
  push(bytes: string): void;
}

/**
 * Server-assisted client side caching as Redis 7 does it in RESP2: either the server remembers which client read which
 * key and tells it once, or (BCAST) tells every change under a prefix, many keys in one message.
 */
export class Tracking {
  readonly #find: (id: number) => Tracker | undefined;
  readonly #readers = new Map<string, Set<Tracker>>();
  readonly #trackers = new Set<Tracker>();
  /** Prefix → its listeners, and the keys changed since the last `sendBroadcasts` with who changed them. */
  readonly #prefixes = new Map<
    string,
    { readonly listeners: Set<Tracker>; readonly changed: Map<string, Tracker | null> }
  >();
  #sending = false;

  constructor(find: (id: number) => Tracker | undefined) {
    this.#find = find;
  }

  /** @throws CommandError when the options do not fit each other or what the client has set before */
  start(tracker: Tracker, options: TrackingOptions): void {
    const before = tracker.tracking;
    if (!options.broadcast && options.prefixes.length > 0) {
      throw new CommandError('ERR PREFIX option requires BCAST mode to be enabled');
    }
    if (before !== null && before.broadcast !== options.broadcast) {
      throw new CommandError(
        "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.",
      );
    }
    if (options.broadcast && (options.optIn || options.optOut)) {
      throw new CommandError('ERR OPTIN and OPTOUT are not compatible with BCAST');
    }
    if (options.optIn && options.optOut) {
      throw new CommandError("ERR You can't specify both OPTIN mode and OPTOUT mode");
    }
    if (before !== null && ((options.optIn && before.optOut) || (options.optOut && before.optIn))) {
      throw new CommandError(
        "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.",
      );
    }
    const prefixes = options.broadcast ? this.#allPrefixes(before, options) : [];
    for (const prefix of prefixes) {
      const listening = this.#prefixes.get(prefix);
      if (listening === undefined) {
        this.#prefixes.set(prefix, { listeners: new Set([tracker]), changed: new Map() });
      } else listening.listeners.add(tracker);
    }
    tracker.tracking = { ...options, prefixes };
    tracker.redirectIsBroken = false;
    this.#trackers.add(tracker);
  }

  stop(tracker: Tracker): void {
    for (const prefix of tracker.tracking?.prefixes ?? []) {
      const listening = this.#prefixes.get(prefix);
      listening?.listeners.delete(tracker);
      if (listening?.listeners.size === 0) this.#prefixes.delete(prefix);
    }
    // Where it stands among the readers it is passed over from now on.
    tracker.tracking = null;
    tracker.caching = null;
    this.#trackers.delete(tracker);
  }

  /** Notes that a client was told what these keys hold. */
  read(tracker: Tracker, keys: readonly string[]): void {
    const options = tracker.tracking;
    if (options === null || options.broadcast) return;
    if (options.optIn && tracker.caching !== true) return;
    if (options.optOut && tracker.caching === false) return;
    for (const key of keys) {
      const readers = this.#readers.get(key);
      if (readers === undefined) this.#readers.set(key, new Set([tracker]));
      else readers.add(tracker);
    }
    while (this.#readers.size > limits.maxTrackedKeys) {
      const [oldest] = this.#readers.keys();
      if (oldest === undefined) return;
      this.#tellReaders(oldest, null);
    }
  }

  /** Tells of changed keys. `by` is the client that changed them, or null for expiry. */
  changed(keys: Iterable<string>, by: Tracker | null): void {
    for (const key of keys) {
      this.#tellReaders(key, by);
      for (const [prefix, { changed }] of this.#prefixes) {
        if (!key.startsWith(prefix)) continue;
        // Changed by two: nobody is the one who need not hear of it.
        changed.set(key, changed.has(key) && changed.get(key) !== by ? null : by);
        this.#sendSoon();
      }
    }
  }

  /** Tells every tracking client that everything has changed. */
  flushed(): void {
    this.#readers.clear();
    for (const tracker of this.#trackers) this.#send(tracker, null);
  }

  #allPrefixes(before: TrackingOptions | null, options: TrackingOptions): readonly string[] {
    const had = before?.prefixes ?? [];
    const wanted = options.prefixes.length === 0 ? [''] : options.prefixes;
    for (const [i, prefix] of options.prefixes.entries()) {
      const old = had.find((other) => overlap(prefix, other));
      if (old !== undefined) throw overlapping(prefix, `an existing prefix '${old}'`);
      const other = options.prefixes.slice(i + 1).find((later) => overlap(prefix, later));
      if (other !== undefined) throw overlapping(prefix, `another provided prefix '${other}'`);
    }
    return [...new Set([...had, ...wanted])];
  }

  #tellReaders(key: string, by: Tracker | null): void {
    const readers = this.#readers.get(key);
    if (readers === undefined) return;
    this.#readers.delete(key);
    for (const reader of readers) {
      const options = reader.tracking;
      if (options === null || options.broadcast || (options.noLoop && reader === by)) continue;
      this.#send(reader, [key]);
    }
  }

  #sendSoon(): void {
    if (this.#sending) return;
    this.#sending = true;
    process.nextTick(() => {
      this.#sending = false;
      this.#sendBroadcasts();
    });
  }

  #sendBroadcasts(): void {
    for (const [, { listeners, changed }] of [...this.#prefixes].sort(([a], [b]) =>
      a < b ? -1 : 1,
    )) {
      if (changed.size === 0) continue;
      const all = [...changed].sort(([a], [b]) => (a < b ? -1 : 1));
      changed.clear();
      for (const tracker of listeners) {
        const keys = all
          .filter(([, by]) => tracker.tracking?.noLoop !== true || by !== tracker)
          .map(([key]) => key);
        if (keys.length > 0) this.#send(tracker, keys);
      }
    }
  }

  #send(tracker: Tracker, keys: readonly string[] | null): void {
    const redirect = tracker.tracking?.redirect ?? 0;
    if (redirect === 0) return;
    const target = this.#find(redirect);
    if (target === undefined) {
      tracker.redirectIsBroken = true;
      return;
    }
    if (!target.isListening) return;
    const message: Reply = ['message', channel, keys];
    target.push(encodeReply(message));
  }
}

const overlap = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

const overlapping = (prefix: string, other: string): CommandError =>
  new CommandError(
    `ERR Prefix '${prefix}' overlaps with ${other}. Prefixes for a single client must not overlap.`,
  );
