import { describe, expect, it } from 'vitest';
import { readConfig } from '../../shared/config/read.ts';
import { limits } from '../../shared/limits.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import type { WorkerSettings } from '../../shared/model/settings.ts';
import { redisCliArguments, workerSettings } from './workerSettings.ts';

const redis = (changes: object): ReachableStore => {
  const endpoint = { host: '127.0.0.1', port: 6379, database: 0, tls: false, ...changes };
  return { kind: 'redis', prefix: '', read: endpoint, write: endpoint };
};
const socket: ReachableStore = { kind: 'socket', prefix: '', path: '/home/a b/store.sock' };

describe('the words by which redis-cli reaches the store', () => {
  const cases: readonly [ReachableStore, { host: string; port: number } | null, string][] = [
    [redis({}), null, ''],
    [redis({ host: '::1', port: 7000, database: 2, tls: true }), null, '-h ::1 -p 7000 -n 2 --tls'],
    [redis({ host: 'db', port: 7000 }), null, '-h YOUR_REDIS'],
    [redis({ password: 'secret', port: 7000 }), null, '-p 7000'],
    [socket, null, ''],
    [socket, { host: '127.0.0.1', port: 6390 }, '-p 6390'],
    [socket, { host: '::1', port: 6390 }, '-h ::1 -p 6390'],
  ];
  it.each(cases)('of %j with TCP at %j are %j', (store, embedded, words) => {
    expect(redisCliArguments(store, embedded)).toBe(words);
  });
});

const settingsOf = (server: object): WorkerSettings =>
  workerSettings(readConfig({ server }, 'c').config, {
    instanceId: 'i',
    store: redis({}),
    embedded: null,
    listeners: [],
    staticPages: {},
    ticketKeys: '',
    maxConnections: 1,
  });

describe('lruCache', () => {
  it('may leave out either bound, as Hipache let it: then the bound is our own', () => {
    expect(settingsOf({ lruCache: { size: 10 } }).cache).toEqual({
      size: 10,
      ttlSeconds: limits.cacheTtlSeconds,
    });
    expect(settingsOf({ lruCache: { size: 0, ttl: 5 } }).cache).toEqual({
      size: Math.floor(limits.maxCachedKeys / limits.maxKeysPerHost),
      ttlSeconds: 5,
    });
  });
});

describe('tcpTimeout', () => {
  const millisecondsOf = (tcpTimeout: number): number => settingsOf({ tcpTimeout }).tcpTimeoutMs;
  it('is told to workers in milliseconds', () => expect(millisecondsOf(1.5)).toBe(1500));
  it('of 0 waits as long as a timer can', () => expect(millisecondsOf(0)).toBe(2 ** 31 - 1));
});
