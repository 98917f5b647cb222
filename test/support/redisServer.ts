import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';

const host = '127.0.0.1';
const readyMs = 20_000;
const startAttempts = 8;
/** Milliseconds after which the system is asked whether a killed process is gone. */
const goneMs = 3000;

/**
 * A free loopback port below the ephemeral range: there, no outgoing connection can take the port while its server is
 * down, and a client that retries cannot connect to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_240 + Math.floor(Math.random() * 20_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen({ host, port }, () => resolve(true));
    });
    if (!free) continue;
    await new Promise<void>((resolve) => probe.close(() => resolve()));
    return port;
  }
}

/** A real server process. Everything it holds is gone when it is killed or restarted. */
export interface RedisServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  /** Of the process that runs now, or null. */
  readonly pid: number | null;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** SIGKILL, and waits until it is gone. The port is free then. */
  kill(): Promise<void>;
  /** Kills if needed and starts again, empty, on the same port. */
  restart(): Promise<void>;
  /** Ends the process and removes its directory. */
  stop(): Promise<void>;
}

/** How the system has a process, as `S` or `D`; null where there is none, or no /proc. */
function stateOf(pid: number | undefined): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  } catch {
    return null;
  }
}

async function launch(program: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${program} was not ready within ${readyMs} ms:\n${output}`));
    }, readyMs);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${program} ended (${code ?? signal}) before it was ready:\n${output}`));
    });
    const read = (chunk: Buffer): void => {
      if (output.length < 65_536) output += chunk.toString('utf8');
      if (!/Ready to accept connections|Sentinel ID is/.test(output)) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  return child;
}

async function startProcess(
  program: string,
  commandLine: (port: number, directory: string) => readonly string[] | Promise<readonly string[]>,
  fixedPort?: number,
): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-redis-'));
  let child: ChildProcess | null = null;
  let port = fixedPort ?? 0;
  const killNow = (): void => {
    child?.kill('SIGKILL');
  };
  process.once('exit', killNow);

  const kill = async (): Promise<void> => {
    const dying = child;
    child = null;
    if (dying === null || dying.exitCode !== null || dying.signalCode !== null) return;
    const gone = once(dying, 'exit').then(() => true);
    dying.kill('SIGKILL');
    for (;;) {
      const waiting = new AbortController();
      const late = delay(goneMs, false, { signal: waiting.signal }).catch(() => false);
      if (await Promise.race([gone, late])) {
        waiting.abort();
        return;
      }
      // Its end may not be told: what the system says counts.
      const state = stateOf(dying.pid);
      if (state === null || state === 'Z') return;
      console.error(`${program} (pid ${dying.pid}) was killed and is still there: state ${state}`);
    }
  };

  for (let attempt = 1; child === null; attempt++) {
    port = fixedPort ?? (await freePort());
    try {
      child = await launch(program, await commandLine(port, directory));
    } catch (error) {
      if (fixedPort === undefined && attempt < startAttempts) continue;
      process.off('exit', killNow);
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  const stop = async (): Promise<void> => {
    process.off('exit', killNow);
    await kill();
    await rm(directory, { recursive: true, force: true });
  };
  return {
    host,
    port,
    url: `redis://${host}:${port}`,
    get pid() {
      return child?.pid ?? null;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    kill,
    restart: async () => {
      await kill();
      child = await launch(program, await commandLine(port, directory));
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const common = (port: number, directory: string): readonly string[] => [
  ...['--bind', host, '--port', String(port), '--dir', directory],
  ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
];

/**
 * Starts a redis-server that keeps nothing on disk.
 *
 * @param options.args more of its command line, e.g. `['--requirepass', 'secret']`
 */
export function startRedisServer(
  options: { readonly port?: number; readonly args?: readonly string[] } = {},
): Promise<RedisServer> {
  return startProcess(
    'redis-server',
    (port, directory) => [...common(port, directory), ...(options.args ?? [])],
    options.port,
  );
}

export interface RedisCluster extends AsyncDisposable {
  /** Three primaries that share the slots. */
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

async function withClient<T>(server: RedisServer, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ host: server.host, port: server.port, lazyConnect: true });
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

/** Starts three primaries and waits until each of them says that the cluster is whole. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    for (let i = 0; i < 3; i++) {
      const bus = await freePort();
      nodes.push(
        await startRedisServer({
          args: [
            ...['--cluster-enabled', 'yes', '--cluster-port', String(bus)],
            ...['--cluster-node-timeout', '5000', '--cluster-announce-ip', host],
          ],
        }),
      );
    }
    const starts = [0, 5461, 10_923, 16_384];
    for (const [i, node] of nodes.entries()) {
      await withClient(node, async (client) => {
        await client.call('cluster', 'set-config-epoch', i + 1);
        await client.call(
          'cluster',
          'addslotsrange',
          starts[i] ?? 0,
          (starts[i + 1] ?? 16_384) - 1,
        );
      });
    }
    const [first, ...others] = nodes;
    if (first === undefined) throw new Error('no node');
    await withClient(first, async (client) => {
      for (const other of others) {
        const info = String(
          await withClient(other, (its) => its.call('config', 'get', 'cluster-port')),
        );
        const bus = info.split(',')[1] ?? '';
        await client.call('cluster', 'meet', host, other.port, bus);
      }
    });
    for (const node of nodes) {
      await withClient(node, (client) =>
        eventually('the cluster is whole', async () => {
          const info = String(await client.call('cluster', 'info'));
          return /cluster_state:ok/.test(info) && /cluster_known_nodes:3/.test(info);
        }),
      );
    }
    return { nodes, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export interface RedisSentinelPair extends AsyncDisposable {
  /** The group's name for `sentinel` connections. */
  readonly name: string;
  /** The server that is the primary at the start. */
  readonly primary: RedisServer;
  /** Its replica, in step with it. */
  readonly replica: RedisServer;
  readonly sentinel: RedisServer;
  /** The port that the sentinel calls the primary's now. */
  primaryPort(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a primary, a replica in step, and one sentinel that fails over about a second after the primary is gone. */
export async function startRedisSentinelPair(): Promise<RedisSentinelPair> {
  const name = 'berth';
  const started: RedisServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    const primary = await startRedisServer();
    started.push(primary);
    const replica = await startRedisServer({
      args: ['--replicaof', host, String(primary.port), '--repl-diskless-sync-delay', '0'],
    });
    started.push(replica);
    await withClient(replica, (client) =>
      eventually('the replica is in step', async () =>
        /master_link_status:up/.test(await client.info('replication')),
      ),
    );
    const sentinel = await startProcess('redis-sentinel', async (port, directory) => {
      const file = join(directory, 'sentinel.conf');
      await writeFile(
        file,
        [
          `bind ${host}`,
          `port ${port}`,
          `dir ${directory}`,
          `sentinel monitor ${name} ${host} ${primary.port} 1`,
          `sentinel down-after-milliseconds ${name} 700`,
          `sentinel failover-timeout ${name} 4000`,
          '',
        ].join('\n'),
      );
      return [file];
    });
    started.push(sentinel);
    await withClient(sentinel, (client) =>
      eventually('the sentinel knows the replica', async () => {
        const list = await client.call('sentinel', 'replicas', name);
        return Array.isArray(list) && list.length === 1;
      }),
    );
    const primaryPort = (): Promise<number> =>
      withClient(sentinel, async (client) => {
        const answer = await client.call('sentinel', 'get-master-addr-by-name', name);
        return Array.isArray(answer) ? Number(answer[1]) : 0;
      });
    return { name, primary, replica, sentinel, primaryPort, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
