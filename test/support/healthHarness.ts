import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { openFrontends } from '../../src/core/frontends/index.ts';
import { createHealth, type Health, type HealthSettings } from '../../src/core/health/index.ts';
import { createHosts } from '../../src/core/hosts/index.ts';
import type { BackendHealth, HealthEvent } from '../../src/shared/contract/health.ts';
import type { ReachableStore } from '../../src/shared/model/driver.ts';
import { eventually } from './eventually.ts';

/** An instance as far as health goes: its table, and what looks after its backends. */
export interface HealthInstance {
  readonly id: string;
  readonly health: Health;
  /** What it said. */
  readonly lines: readonly string[];
  /** Events since it began. */
  readonly events: readonly HealthEvent[];
  backend(name: string, index?: number): BackendHealth | undefined;
  /** Waits until a backend is in a state. */
  is(name: string, state: BackendHealth['state'], index?: number): Promise<BackendHealth>;
  close(): Promise<void>;
}

export async function startHealth(
  store: ReachableStore,
  settings: Partial<HealthSettings> = {},
  probeMs: number | null = null,
): Promise<HealthInstance> {
  const id = randomBytes(4).toString('hex');
  const lines: string[] = [];
  const events: HealthEvent[] = [];
  const { table, store: shared } = openFrontends({
    store,
    random: Math.random,
    now: Date.now,
  });
  await table.ready;
  const hosts = createHosts({
    table,
    store: shared,
    prefix: store.prefix,
    listeners: () => [],
    now: Date.now,
  });
  const health = createHealth({
    table,
    store: shared,
    hosts,
    ports: { find: async () => null, lastOwner: () => null },
    prefix: store.prefix,
    instanceId: id,
    settings: () => ({ deadBackendTtlSeconds: 30, webhook: null, ...settings }),
    probeMs,
    random: Math.random,
    now: () => performance.now(),
    wallClock: Date.now,
    log: (level, message) => lines.push(`${level} ${message}`),
  });
  const leaving = new AbortController();
  const heard = (async () => {
    for await (const { dropped, ...event } of health.events(leaving.signal)) {
      if (dropped > 0) throw new Error(`${dropped} events were lost`);
      events.push(event);
    }
  })();
  const backend = (name: string, index = 0): BackendHealth | undefined =>
    health.host(name)?.backends[index];
  return {
    id,
    health,
    lines,
    events,
    backend,
    is: async (name, state, index = 0) => {
      await eventually(`${name} #${index} ${state}`, () => backend(name, index)?.state === state);
      const found = backend(name, index);
      if (found === undefined) throw new Error('it went again');
      return found;
    },
    close: async () => {
      leaving.abort();
      await heard;
      await health.close();
      hosts.close();
      table.close();
    },
  };
}

/** The store as another client sees it, and what is published on the channel `dead`. */
export interface StoreWitness {
  readonly client: Redis;
  readonly published: readonly string[];
  /** Gives a frontend its backends, and what its checks are. */
  add(name: string, urls: readonly string[], check?: object | null): Promise<void>;
  /** Members of the dead set, sorted. */
  dead(name: string): Promise<readonly string[]>;
  close(): void;
}

export async function witnessStore(port: number, prefix = ''): Promise<StoreWitness> {
  const client = new Redis({ host: '127.0.0.1', port });
  const subscriber = new Redis({ host: '127.0.0.1', port });
  const published: string[] = [];
  subscriber.on('message', (_channel, message: string) => published.push(message));
  await subscriber.subscribe('dead');
  return {
    client,
    published,
    add: async (name, urls, check = null) => {
      const edit = client
        .multi()
        .del(`${prefix}frontend:${name}`)
        .rpush(`${prefix}frontend:${name}`, name, ...urls);
      if (check !== null) edit.set(`${prefix}berth:options:${name}`, JSON.stringify({ check }));
      await edit.exec();
    },
    dead: async (name) => (await client.smembers(`${prefix}dead:${name}`)).sort(),
    close: () => {
      client.disconnect();
      subscriber.disconnect();
    },
  };
}
