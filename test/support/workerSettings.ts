import type { WorkerSettings } from '../../src/shared/model/settings.ts';
import { testedEngine } from './testedEngine.ts';

/** What a worker is told, with time for a busy machine; without listeners. */
export const aWorkerSettings = (changes: Partial<WorkerSettings> = {}): WorkerSettings => ({
  instanceId: 'a1b2c3',
  version: '0.0.1',
  store: { kind: 'socket', prefix: '', path: '/nowhere' },
  listeners: [],
  ticketKeys: Buffer.alloc(48, 7).toString('base64'),
  suffixes: ['dev.local'],
  sharedSuffixes: [],
  maxSockets: 100,
  maxConnections: 1000,
  deadBackendTtlSeconds: 30,
  tcpTimeoutMs: 20_000,
  connectTimeoutMs: 10_000,
  headTimeoutMs: 20_000,
  tunnelIdleMs: 20_000,
  retryOnError: 3,
  deadBackendOn500: true,
  httpKeepAlive: true,
  cache: null,
  engine: testedEngine,
  forwarded: 'keep',
  staticPages: {},
  debug: false,
  memoryLimitBytes: 200 * 1024 * 1024,
  memoryCheckMs: 60_000,
  gracefulMs: 10_000,
  ...changes,
});
