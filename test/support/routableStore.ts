import { describe } from 'vitest';
import type { ReachableStore } from '../../src/shared/model/driver.ts';
import { startEmbeddedStore } from './embeddedStore.ts';
import { storeOn } from './liveRouting.ts';
import { startRedisServer } from './redisServer.ts';
import { describeWith } from './requirement.ts';

/** A store that lookup runs on, and where other clients reach it. */
export interface RoutableStore {
  readonly spec: ReachableStore;
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

export async function startRedisStore(): Promise<RoutableStore> {
  const { host, port, stop } = await startRedisServer();
  return { spec: storeOn({ host, port }), host, port, stop };
}

/** Runs a suite on a real Redis, and on the embedded store over its private socket. */
export function describeOnStores(
  title: string,
  body: (start: () => Promise<RoutableStore>) => void,
): void {
  describeWith('redis', `${title}, on Redis`, () => body(startRedisStore));
  describe(`${title}, on the embedded store`, () =>
    body(async () => {
      const store = await startEmbeddedStore();
      return {
        spec: { kind: 'socket', prefix: '', path: store.socketPath },
        host: store.host,
        port: store.port,
        stop: store.stop,
      };
    }));
}
