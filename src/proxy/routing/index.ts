import { limits } from '../../shared/limits.ts';
import type { Log, StoreState } from '../../shared/messages.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import { keysFor } from '../../shared/model/keys.ts';
import { keysPerHost } from '../../shared/model/lookup.ts';
import type { Finding } from '../../shared/model/news.ts';
import { openStore } from '../../store/open.ts';
import type { Store, StoreEvents } from '../../store/store.ts';
import { RoutingCache } from './cache.ts';
import { CheckerWatch } from './checker.ts';
import { StoreDeaths } from './deaths.ts';
import { Inquiries } from './inquiries.ts';
import { LocalMarks } from './localMarks.ts';
import { NewsQueue, type SendNews } from './newsQueue.ts';
import { Notices } from './notices.ts';
import { Refresher } from './refresher.ts';
import type { Deaths, Router } from './route.ts';
import { StoreRouter } from './router.ts';

/** The way to what all workers of an instance know together. */
interface InstanceMemory {
  /** Tells what this worker learned. */
  tell: SendNews;
  /** Asks for names of frontends; the answer is for `Routing.told`. */
  ask(serial: number, names: readonly string[]): void;
}

export interface RoutingOptions {
  readonly store: ReachableStore;
  /** Under each of them one frontend answers. */
  readonly sharedSuffixes: readonly string[];
  /** Null for a worker without others. */
  readonly instance: InstanceMemory | null;
  /** `server.lruCache`: hosts, and seconds they are remembered; null for the defaults. */
  readonly cache: { readonly size: number; readonly ttlSeconds: number } | null;
  readonly deadBackendTtlSeconds: number;
  readonly deadBackendOn500: boolean;
  /** Monotonic milliseconds, with fractions. */
  readonly now: () => number;
  /** Milliseconds of the monotonic clock that all processes of the machine share. */
  readonly machineNow: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/** Sizes of everything that could grow. */
interface RoutingStats {
  readonly cachedKeys: number;
  readonly waitingRequests: number;
  readonly localMarks: number;
  readonly pendingMarks: number;
  /** Deaths that the channel `dead` did not hear of, since too many were under way. */
  readonly unpublishedDeaths: number;
}

type StateListener = (state: StoreState, detail: string | null) => void;

/** Route lookup and passive health of one worker, on one connection pair to the store. */
export interface Routing {
  readonly router: Router;
  readonly deaths: Deaths;
  readonly state: StoreState;
  /** Why the state is not `live`; null when it is. */
  readonly detail: string | null;
  /** Hears every change of the state, and the first reason why the store is not reached yet. Returns the way to stop that. */
  onState(listener: StateListener): () => void;
  /** True once the store was reached (live or polling), false when it was not within `timeoutMs` or was closed before. */
  ready(timeoutMs?: number): Promise<boolean>;
  /** Takes the answer to what was asked of the instance. */
  told(serial: number, findings: readonly Finding[]): void;
  /** Reads frontends that have changed, and that only other workers knew. */
  reread(names: readonly string[]): void;
  stats(): RoutingStats;
  close(): Promise<void>;
}

type OpenStore = (events: StoreEvents) => Store;

/** Starts at once and never fails: while the store is away, hosts are `unavailable`, and it recovers by itself. */
export function createRouting(options: RoutingOptions): Routing {
  return createRoutingOn(options, (events) =>
    openStore(options.store, {
      watched: keysFor(options.store.prefix).watched,
      events,
      random: options.random,
    }),
  );
}

/** `createRouting` with any store: how tests put their own in. */
export function createRoutingOn(options: RoutingOptions, open: OpenStore): Routing {
  const { now, machineNow, log, instance } = options;
  const keys = keysFor(options.store.prefix);
  const cache = new RoutingCache({
    maxKeys:
      options.cache === null
        ? limits.maxCachedKeys
        : options.cache.size * keysPerHost(options.sharedSuffixes),
    maxBytes: limits.maxCachedBytes,
  });
  const localMarks = new LocalMarks(limits.maxLocalMarks, now);
  const notices = new Notices(log, now);
  const news = instance === null ? null : new NewsQueue({ send: instance.tell });
  const inquiries =
    instance === null
      ? null
      : new Inquiries({
          now,
          send: (serial, names) => {
            // So that no answer is older than what this worker read itself.
            news?.flush();
            instance.ask(serial, names);
          },
        });
  const refresher = new Refresher({
    read: (names) => router.refresh(names),
    overflowed: () => news?.allChanged(machineNow()),
  });
  const listeners = new Set<StateListener>();
  let state: StoreState = 'connecting';
  let hasSaidWhy = false;
  let closed = false;

  const say = (): void => {
    const why = store.reason === null ? '' : ` (${store.reason})`;
    switch (state) {
      case 'live':
        log('info', 'store: connected, changes are pushed');
        return;
      case 'polling':
        log('warn', `store: ${store.reason ?? 'it cannot push changes'}; it is asked each time`);
        return;
      case 'stale':
        log('warn', `store: lost${why}; hosts that are known are still served`);
        return;
      case 'connecting':
        log('warn', `store: not reached yet${why}; trying on`);
    }
  };

  const changed = (): void => {
    if (closed) return;
    if (store.state !== 'live') {
      router.spoilPending();
      // The others may need it from now on.
      news?.flush();
    }
    if (store.state === state) {
      if (state !== 'connecting' || hasSaidWhy || store.reason === null) return;
      hasSaidWhy = true;
      say();
    } else {
      state = store.state;
      say();
    }
    for (const listener of listeners) listener(state, store.reason);
  };

  const store = open({
    invalidated: (changedKeys) => {
      if (changedKeys === null) {
        router.spoilPending();
        news?.allChanged(machineNow());
        refresher.add(cache.recentFrontends(limits.maxQueuedRefreshes));
        return;
      }
      for (const key of changedKeys) {
        const subject = keys.subject(key);
        if (subject === null) continue;
        const { name } = subject;
        // List and options are read together.
        const kind = subject.kind === 'dead' ? 'dead' : 'frontend';
        if (kind === 'frontend') {
          // What is not known here may be known to the instance, and who read it may be gone.
          if (router.knows(name)) refresher.add([name]);
          else news?.changed(name, machineNow());
        }
        router.invalidate(kind, name);
      }
    },
    changed,
  });
  const router = new StoreRouter({
    store,
    keys,
    sharedSuffixes: options.sharedSuffixes,
    cache,
    localMarks,
    notices,
    inquiries,
    found: (finding) => news?.found(finding),
    now,
    machineNow,
    ttlMs: (options.cache?.ttlSeconds ?? limits.cacheTtlSeconds) * 1000,
    cachesPolled: options.cache !== null,
  });
  const deaths = new StoreDeaths({
    store,
    keys,
    checker: new CheckerWatch(store, now, options.wallClock),
    localMarks,
    notices,
    marked: (frontend) => {
      // Where no invalidation comes, a cached set would hide the mark.
      if (store.state !== 'live') cache.invalidate('dead', frontend);
      return router.nextRead;
    },
    ttlSeconds: options.deadBackendTtlSeconds,
    deadBackendOn500: options.deadBackendOn500,
    now,
    wallClock: options.wallClock,
  });

  const isReached = (): boolean => !closed && (state === 'live' || state === 'polling');
  const waiters = new Set<(isReady: boolean) => void>();

  return {
    router,
    deaths,
    get state() {
      return state;
    },
    get detail() {
      return store.reason;
    },
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ready(timeoutMs) {
      if (isReached() || closed) return Promise.resolve(isReached());
      return new Promise((resolve) => {
        const finish = (isReady: boolean): void => {
          clearTimeout(timer);
          waiters.delete(finish);
          listeners.delete(check);
          resolve(isReady);
        };
        const check: StateListener = () => {
          if (isReached()) finish(true);
        };
        const timer =
          timeoutMs === undefined ? undefined : setTimeout(() => finish(false), timeoutMs);
        waiters.add(finish);
        listeners.add(check);
      });
    },
    told(serial, findings) {
      router.adopt(findings);
      inquiries?.told(serial);
    },
    reread: (names) => refresher.add(names),
    stats: () => ({
      cachedKeys: cache.size,
      waitingRequests: router.waiting,
      localMarks: localMarks.size,
      pendingMarks: deaths.pending,
      unpublishedDeaths: deaths.unpublished,
    }),
    async close() {
      closed = true;
      store.close();
      refresher.close();
      inquiries?.close();
      for (const finish of waiters) finish(false);
      listeners.clear();
      await news?.close();
    },
  };
}
