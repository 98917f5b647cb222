import { createRouting, type Routing, type RoutingOptions } from '../../src/proxy/routing/index.ts';
import type { StoreState } from '../../src/shared/messages.ts';
import type { ReachableStore, RedisEndpoint } from '../../src/shared/model/driver.ts';

/** Route lookup on a real store, with what it said. */
export interface LiveRouting extends AsyncDisposable {
  readonly routing: Routing;
  readonly lines: readonly string[];
  /** Every state it was in, in order. */
  readonly states: readonly StoreState[];
}

export const endpointOf = (
  server: { readonly host: string; readonly port: number },
  changes: Partial<RedisEndpoint> = {},
): RedisEndpoint => ({
  host: server.host,
  port: server.port,
  database: 0,
  tls: false,
  ...changes,
});

/** The store on one server; writes go to `primary` when it is given. */
export const storeOn = (
  server: { readonly host: string; readonly port: number },
  primary = server,
): ReachableStore => ({
  kind: 'redis',
  prefix: '',
  read: endpointOf(server),
  write: endpointOf(primary),
});

/** Starts route lookup, without waiting for the store. */
export function startRouting(
  store: ReachableStore,
  changes: Partial<RoutingOptions> = {},
): LiveRouting {
  const lines: string[] = [];
  const states: StoreState[] = [];
  const routing = createRouting({
    store,
    sharedSuffixes: [],
    instance: null,
    cache: null,
    deadBackendTtlSeconds: 30,
    deadBackendOn500: true,
    now: () => performance.now(),
    machineNow: () => performance.now(),
    wallClock: Date.now,
    random: Math.random,
    log: (level, message) => lines.push(`${level} ${message}`),
    ...changes,
  });
  routing.onState((state) => states.push(state));
  return { routing, lines, states, [Symbol.asyncDispose]: () => routing.close() };
}
