import { Redis } from 'ioredis';

/** Runs commands against a store on a loopback port. */
async function withStore<T>(port: number, use: (store: Redis) => Promise<T>): Promise<T> {
  const store = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: 3 });
  try {
    return await use(store);
  } finally {
    store.disconnect();
  }
}

/** Gives a host its backends, in place of those it had. */
export async function addHost(port: number, host: string, ...urls: string[]): Promise<void> {
  await withStore(port, async (store) => {
    await store
      .multi()
      .del(`frontend:${host}`)
      .rpush(`frontend:${host}`, host, ...urls)
      .exec();
  });
}

/** Gives each of many hosts the same backend, in one go. */
export async function addHosts(port: number, hosts: readonly string[], url: string): Promise<void> {
  await withStore(port, async (store) => {
    const pipeline = store.pipeline();
    for (const host of hosts) pipeline.rpush(`frontend:${host}`, host, url);
    await pipeline.exec();
  });
}

/** Changes the identifier of a host. */
export async function nameHost(port: number, host: string, identifier: string): Promise<void> {
  await withStore(port, (store) => store.lset(`frontend:${host}`, 0, identifier));
}

/** Takes a host away. */
export async function removeHost(port: number, host: string): Promise<void> {
  await withStore(port, (store) => store.del(`frontend:${host}`));
}

/** How often a Redis was given this command. */
export async function callsOf(port: number, command: string): Promise<number> {
  return await withStore(port, async (store) => {
    const stats = await store.info('commandstats');
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  });
}
