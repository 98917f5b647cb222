import type { RedisOptions } from 'ioredis';
import { limits } from '../shared/limits.ts';
import type { ReachableStore, RedisEndpoint } from '../shared/model/driver.ts';

/** One server to connect to. A sentinel group is one too: the primary it names at the moment. */
export type Address =
  | { readonly kind: 'server'; readonly endpoint: RedisEndpoint }
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'sentinel'; readonly group: Extract<ReachableStore, { kind: 'sentinel' }> };

/** How to connect; `attempt` counts the tries since the last connection that held. */
export function optionsFor(address: Address, attempt: number): RedisOptions {
  const common: RedisOptions = {
    lazyConnect: true,
    connectionName: 'berth',
    disableClientInfo: true,
    // Each connection lives once: what follows a loss is decided here, not in the client.
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: limits.storeCommandTimeoutMs,
    // What is disconnected is destroyed at once; a timer for it would only hold up the end of the process.
    disconnectTimeout: 0,
  };
  switch (address.kind) {
    case 'socket':
      return { ...common, path: address.path };
    case 'server': {
      const { host, port, username, password, tls } = address.endpoint;
      return {
        ...common,
        host,
        port,
        family: 0,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        ...(tls ? { tls: {} } : {}),
      };
    }
    case 'sentinel': {
      const { name, sentinels, username, password, sentinelPassword, tls } = address.group;
      // A hung sentinel must not be asked first each time.
      const first = attempt % Math.max(1, sentinels.length);
      return {
        ...common,
        name,
        sentinels: [...sentinels.slice(first), ...sentinels.slice(0, first)],
        role: 'master',
        family: 0,
        connectTimeout: limits.storeCommandTimeoutMs / 2,
        sentinelCommandTimeout: limits.storeCommandTimeoutMs / 2,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
        ...(tls ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
      };
    }
  }
}

export function databaseOf(address: Address): number {
  if (address.kind === 'socket') return 0;
  return address.kind === 'server' ? address.endpoint.database : address.group.database;
}
