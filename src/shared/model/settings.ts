import type { ReachableStore } from './driver.ts';
import type { ListenerSpec } from './listener.ts';

/** How `X-Forwarded-*` of the client is treated: kept when present (Hipache), appended to, or replaced. */
export type ForwardedMode = 'keep' | 'append' | 'replace';

/** What moves traffic, by the name in config.json. */
export const engineNames = ['splice', 'http-proxy'] as const;
export type EngineName = (typeof engineNames)[number];

/** Everything a worker needs to know; plain data, sent once at its start. Durations carry their unit. */
export interface WorkerSettings {
  /** Names this instance in `Via`, so that a loop is seen; random for each start of the supervisor. */
  readonly instanceId: string;
  readonly version: string;
  readonly store: ReachableStore;
  readonly listeners: readonly ListenerSpec[];
  /** 48 bytes in base64 with which every worker seals the sessions of its TLS clients; never shown. */
  readonly ticketKeys: string;
  readonly suffixes: readonly string[];
  /** Those under each of which one frontend answers. */
  readonly sharedSuffixes: readonly string[];
  /** Open sockets for each backend. */
  readonly maxSockets: number;
  /** Client connections of this worker; more are answered 503 and closed. */
  readonly maxConnections: number;
  readonly deadBackendTtlSeconds: number;
  readonly tcpTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly headTimeoutMs: number;
  readonly tunnelIdleMs: number;
  readonly retryOnError: number;
  readonly deadBackendOn500: boolean;
  readonly httpKeepAlive: boolean;
  readonly cache: { readonly size: number; readonly ttlSeconds: number } | null;
  readonly engine: EngineName;
  readonly forwarded: ForwardedMode;
  /** Contents of `error_<code>.html` and `error_default.html` of `server.staticDir`, by `code` or `default`. */
  readonly staticPages: Readonly<Record<string, string>>;
  /** Arguments by which `redis-cli` reaches the store, as `-p 6390`; never a password. Nothing when left out. */
  readonly redisCli?: string;
  readonly debug: boolean;
  readonly memoryLimitBytes: number;
  readonly memoryCheckMs: number;
  readonly gracefulMs: number;
}
