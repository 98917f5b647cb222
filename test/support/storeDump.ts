import type { Redis } from 'ioredis';

const collect: Readonly<Record<string, (client: Redis, key: string) => Promise<unknown>>> = {
  string: (client, key) => client.get(key),
  list: (client, key) => client.lrange(key, 0, -1),
  set: async (client, key) => (await client.smembers(key)).sort(),
  hash: (client, key) => client.hgetall(key),
  zset: (client, key) => client.zrange(key, 0, -1, 'WITHSCORES'),
};

/** Everything a store holds, key by key in order; `deadline` says whether the key expires. */
export async function dump(client: Redis): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const key of (await client.keys('*')).sort()) {
    const type = await client.type(key);
    const value = await collect[type]?.(client, key);
    all[key] = { type, value, deadline: (await client.pexpiretime(key)) > 0 };
  }
  return all;
}
