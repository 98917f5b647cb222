import type { RedisEndpoint, StoreSpec } from '../../shared/model/driver.ts';

/** The store as a driver URL, without user and password. */
export function describeStore(
  store: StoreSpec,
  embedded: { readonly host: string; readonly port: number } | null,
): string {
  const prefix = store.prefix === '' ? '' : `#${store.prefix}`;
  switch (store.kind) {
    case 'embedded':
      return embedded === null
        ? `embedded:${prefix}`
        : `embedded://${bracketed(embedded.host)}:${embedded.port}${prefix}`;
    case 'redis': {
      const read = endpointUrl(store.read);
      const write = endpointUrl(store.write);
      return read === write
        ? `${read}${prefix}`
        : `${write}${prefix}, read from the replica ${read}${prefix}`;
    }
    case 'sentinel':
      return `Redis group "${store.name}" of the Sentinels ${hostPorts(store.sentinels)}${prefix}`;
    case 'cluster':
      return `Redis Cluster ${hostPorts(store.nodes)}${prefix}`;
    case 'socket':
      return `${store.path}${prefix}`;
  }
}

function endpointUrl({ tls, host, port, database }: RedisEndpoint): string {
  return `${tls ? 'rediss' : 'redis'}://${bracketed(host)}:${port}${database === 0 ? '' : `/${database}`}`;
}

function hostPorts(all: readonly { readonly host: string; readonly port: number }[]): string {
  return all.map(({ host, port }) => `${bracketed(host)}:${port}`).join(', ');
}

/** An address as it stands in a URL. */
export function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
