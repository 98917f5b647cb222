import { Cluster, Redis } from 'ioredis';
import { describe } from 'vitest';
import type { ReachableStore } from '../../src/shared/model/driver.ts';
import { startEmbeddedStore } from './embeddedStore.ts';
import { storeOn } from './liveRouting.ts';
import { startRedisCluster, startRedisServer } from './redisServer.ts';
import { describeWith } from './requirement.ts';

/** A store that instances share, and another writer on it, as redis-cli is one. */
export interface SharedStoreSubject extends AsyncDisposable {
  readonly spec: ReachableStore;
  readonly client: Redis | Cluster;
  /** Forgets every key. */
  empty(): Promise<void>;
}

type Start = () => Promise<SharedStoreSubject>;

const startRedis: Start = async () => {
  const server = await startRedisServer();
  const client = new Redis(server.port, server.host);
  return {
    spec: storeOn(server),
    client,
    empty: async () => void (await client.flushall()),
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      await server.stop();
    },
  };
};

const startCluster: Start = async () => {
  const cluster = await startRedisCluster();
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error('no node');
  const nodes = [{ host: first.host, port: first.port }];
  const client = new Cluster(nodes);
  return {
    spec: { kind: 'cluster', prefix: '', nodes, tls: false },
    client,
    empty: async () => {
      await Promise.all(client.nodes('master').map((node) => node.flushall()));
    },
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      await cluster.stop();
    },
  };
};

const startEmbedded: Start = async () => {
  const store = await startEmbeddedStore();
  const client = new Redis(store.port, store.host);
  return {
    spec: { kind: 'socket', prefix: '', path: store.socketPath },
    client,
    empty: async () => void (await client.flushall()),
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      await store.stop();
    },
  };
};

/** Runs a suite on a real Redis, on a Redis Cluster of three, and on the embedded store over its private socket. */
export function describeOnSharedStores(title: string, body: (start: Start) => void): void {
  describeWith('redis', `${title}, on Redis`, () => body(startRedis));
  describeWith('redis', `${title}, on a Redis Cluster`, () => body(startCluster));
  describe(`${title}, on the embedded store`, () => body(startEmbedded));
}
