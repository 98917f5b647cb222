import {
  createRoutingOn,
  type Routing,
  type RoutingOptions,
} from '../../src/proxy/routing/index.ts';
import type { Resolution, Route } from '../../src/proxy/routing/route.ts';
import type { StoreEvents } from '../../src/store/store.ts';
import { type FakeStore, fakeStore } from './fakeStore.ts';

export interface FakeRouting extends Pick<Routing, 'router' | 'deaths' | 'stats'> {
  readonly routing: Routing;
  readonly store: FakeStore;
  readonly lines: readonly string[];
  /** Lets milliseconds pass on both clocks. */
  pass(ms: number): void;
}

const endpoint = { host: '127.0.0.1', port: 6379, database: 0, tls: false };

/** Route lookup and dead marks on a store in memory, with a clock that stands. */
export function fakeRouting(changes: Partial<RoutingOptions> = {}): FakeRouting {
  let store: FakeStore | undefined;
  let at = 1000;
  const lines: string[] = [];
  const routing = createRoutingOn(
    {
      store: { kind: 'redis', prefix: '', read: endpoint, write: endpoint },
      sharedSuffixes: [],
      instance: null,
      cache: null,
      deadBackendTtlSeconds: 30,
      deadBackendOn500: true,
      now: () => at,
      machineNow: () => at,
      wallClock: () => 1_700_000_000_000 + at,
      random: Math.random,
      log: (level, message) => lines.push(`${level} ${message}`),
      ...changes,
    },
    (events: StoreEvents) => {
      store = fakeStore(events);
      return store;
    },
  );
  if (store === undefined) throw new Error('no store was opened');
  return {
    routing,
    router: routing.router,
    deaths: routing.deaths,
    stats: () => routing.stats(),
    store,
    lines,
    pass: (ms: number) => {
      at += ms;
    },
  };
}

/** The route of a resolution; throws when it is something else. */
export function routeOf(resolution: Resolution): Route {
  if (resolution.kind !== 'route') throw new Error(`not a route: ${JSON.stringify(resolution)}`);
  return resolution.route;
}

/** URLs of a resolution's backends; empty when there is no frontend. */
export const urlsOf = (resolution: Resolution): readonly string[] =>
  resolution.kind === 'route' ? resolution.route.frontend.backends.map(({ url }) => url) : [];

/** Indexes of a route's backends that are dead now. */
export const deadOf = (route: Route): readonly number[] =>
  route.frontend.backends.filter((backend) => route.isDead(backend)).map(({ index }) => index);
