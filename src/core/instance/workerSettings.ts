import { isLoopback } from '../../shared/config/address.ts';
import type { Config } from '../../shared/config/config.ts';
import { limits } from '../../shared/limits.ts';
import type { ReachableStore, StoreSpec } from '../../shared/model/driver.ts';
import type { ListenerSpec } from '../../shared/model/listener.ts';
import { keysPerHost } from '../../shared/model/lookup.ts';
import type { WorkerSettings } from '../../shared/model/settings.ts';
import { version } from '../../shared/version.ts';

/** What the settings of a worker are made of besides the configuration. */
export interface SettingsParts {
  readonly instanceId: string;
  readonly store: ReachableStore;
  /** Where the embedded store listens on TCP, or null. */
  readonly embedded: { readonly host: string; readonly port: number } | null;
  readonly listeners: readonly ListenerSpec[];
  readonly staticPages: Readonly<Record<string, string>>;
  /** As in WorkerSettings. */
  readonly ticketKeys: string;
  /** What descriptors allow of `maxConnections`. */
  readonly maxConnections: number;
}

/** Milliseconds that do not pass: the longest that a timer takes (about 25 days). */
const never = 2 ** 31 - 1;

/** Turns a configuration into what workers are told: seconds become milliseconds, paths become contents. */
export function workerSettings(
  { server, suffixes, sharedSuffixes }: Config,
  parts: SettingsParts,
): WorkerSettings {
  return {
    ...parts,
    redisCli: redisCliArguments(parts.store, parts.embedded),
    version,
    suffixes,
    sharedSuffixes,
    maxSockets: server.maxSockets,
    deadBackendTtlSeconds: server.deadBackendTTL,
    tcpTimeoutMs: server.tcpTimeout === 0 ? never : server.tcpTimeout * 1000,
    connectTimeoutMs: server.connectTimeout * 1000,
    headTimeoutMs: server.headTimeout * 1000,
    tunnelIdleMs: server.tunnelIdleTimeout * 1000,
    retryOnError: server.retryOnError,
    deadBackendOn500: server.deadBackendOn500,
    httpKeepAlive: server.httpKeepAlive,
    cache:
      server.lruCache === null
        ? null
        : {
            size:
              server.lruCache.size ||
              Math.floor(limits.maxCachedKeys / keysPerHost(sharedSuffixes)),
            ttlSeconds: server.lruCache.ttl || limits.cacheTtlSeconds,
          },
    engine: server.engine,
    forwarded: server.forwarded,
    debug: server.debug,
    memoryLimitBytes: server.memoryLimit * 1024 * 1024,
    memoryCheckMs: server.memoryCheckInterval * 1000,
    gracefulMs: server.gracefulWait * 1000,
  };
}

/** For a store whose address is not told: a command without it would write to whatever runs on the reader's machine. */
const elsewhere = '-h YOUR_REDIS';

/**
 * Arguments by which `redis-cli` reaches the store; empty when its defaults do. Error pages show them to every client,
 * so a store that is not on this machine's loopback is not told.
 */
export function redisCliArguments(store: StoreSpec, embedded: SettingsParts['embedded']): string {
  if (embedded !== null) {
    return embedded.host === '127.0.0.1'
      ? `-p ${embedded.port}`
      : `-h ${embedded.host} -p ${embedded.port}`;
  }
  if (store.kind === 'cluster') return `-c ${elsewhere}`;
  if (store.kind === 'sentinel' || (store.kind === 'redis' && !isLoopback(store.write.host))) {
    return elsewhere;
  }
  if (store.kind !== 'redis') return '';
  const { host, port, database, tls } = store.write;
  const words: string[] = [];
  if (host !== '127.0.0.1' && host !== 'localhost') words.push('-h', host);
  if (port !== 6379) words.push('-p', String(port));
  if (database !== 0) words.push('-n', String(database));
  if (tls) words.push('--tls');
  return words.join(' ');
}
