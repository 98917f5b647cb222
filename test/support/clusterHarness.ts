import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { resolve } from 'node:path';
import { type Cluster, type Crew, createCluster } from '../../src/core/cluster/cluster.ts';
import { type Counters, newCounters } from '../../src/core/cluster/counters.ts';
import { LastGood } from '../../src/core/instance/lastGood.ts';
import type { WorkerSettings } from '../../src/shared/model/settings.ts';

const store = { kind: 'socket', prefix: '', path: '/nowhere' } as const;

/** A cluster of scripted workers (test/fixtures/workers/scripted.cjs) behind one port. */
export interface ClusterHarness extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly port: number;
  readonly lines: readonly string[];
  readonly counters: Readonly<Counters>;
  /** Reasons of the crash loops that began. */
  readonly loops: readonly string[];
  crew(behaviour: string, changes?: Partial<Crew>): Crew;
  /** What a connection was answered, empty when it was closed without an answer. */
  ask(): Promise<string>;
}

export async function startClusterHarness(): Promise<ClusterHarness> {
  const lines: string[] = [];
  const loops: string[] = [];
  const counters = newCounters();
  const cluster = createCluster({
    workerFile: resolve('test/fixtures/workers/scripted.cjs'),
    counters,
    records: () => {},
    certify: async () => ({ kind: 'none' }),
    looping: (reason) => loops.push(reason),
    log: (level, message) => lines.push(`${level} ${message}`),
    now: () => performance.now(),
  });
  const server = createServer({ pauseOnConnect: true }, (socket) => cluster.accept(1, socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    cluster,
    port,
    lines,
    counters,
    loops,
    crew: (behaviour, changes = {}) => ({
      size: 1,
      bounds: { maxConnections: 100, maxUnacknowledged: 8, maxWaiting: 8 },
      lastGood: new LastGood(store),
      settings: settingsOf(behaviour),
      ...changes,
    }),
    ask: async () => {
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('error', () => {});
      socket.on('data', (part) => {
        text += part.toString();
      });
      await once(socket, 'close');
      return text;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await cluster.kill();
    },
  };
}

function settingsOf(behaviour: string): WorkerSettings {
  return {
    instanceId: 'test',
    version: '0.0.0',
    store,
    listeners: [],
    ticketKeys: '',
    suffixes: [behaviour],
    sharedSuffixes: [],
    maxSockets: 1,
    maxConnections: 100,
    deadBackendTtlSeconds: 30,
    tcpTimeoutMs: 1000,
    connectTimeoutMs: 1000,
    headTimeoutMs: 1000,
    tunnelIdleMs: 1000,
    retryOnError: 0,
    deadBackendOn500: false,
    httpKeepAlive: true,
    cache: null,
    engine: 'splice',
    forwarded: 'keep',
    staticPages: {},
    debug: false,
    memoryLimitBytes: 1e9,
    memoryCheckMs: 60_000,
    gracefulMs: 500,
  };
}
