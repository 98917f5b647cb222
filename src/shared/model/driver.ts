/** One Redis server as a driver URL names it. */
export interface RedisEndpoint {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

/** Where frontends live, resolved from the `driver` setting. `prefix` stands in front of every key. */
export type StoreSpec =
  | {
      readonly kind: 'redis';
      readonly prefix: string;
      readonly read: RedisEndpoint;
      readonly write: RedisEndpoint;
    }
  | {
      readonly kind: 'sentinel';
      readonly prefix: string;
      readonly name: string;
      readonly sentinels: readonly { readonly host: string; readonly port: number }[];
      readonly database: number;
      readonly username?: string;
      readonly password?: string;
      readonly sentinelPassword?: string;
      readonly tls: boolean;
    }
  | {
      readonly kind: 'cluster';
      readonly prefix: string;
      readonly nodes: readonly { readonly host: string; readonly port: number }[];
      readonly username?: string;
      readonly password?: string;
      readonly tls: boolean;
    }
  /** A Redis-protocol socket of this machine: what workers get for `embedded:`. */
  | { readonly kind: 'socket'; readonly prefix: string; readonly path: string }
  /**
   * The embedded store as configured; only the supervisor sees it. `tcp` is the extra loopback endpoint. With
   * `fallback` its port was nobody's choice: when it is taken, any free one will do.
   */
  | {
      readonly kind: 'embedded';
      readonly prefix: string;
      readonly tcp: {
        readonly host: string;
        readonly port: number;
        readonly fallback?: boolean;
      } | null;
    };

/** A store that can be connected to. */
export type ReachableStore = Exclude<StoreSpec, { kind: 'embedded' }>;

/** Whether two URLs name the same server, user and database: then one connection does for both. */
export function isSameEndpoint(a: RedisEndpoint, b: RedisEndpoint): boolean {
  return (
    a.host === b.host &&
    a.port === b.port &&
    a.database === b.database &&
    a.username === b.username &&
    a.password === b.password &&
    a.tls === b.tls
  );
}
