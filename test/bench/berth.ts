import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Redis } from 'ioredis';
import { connectControl, controlSocket } from '../../src/core/client/index.ts';
import { directoriesFor } from '../../src/core/system/directories.ts';
import type { EngineName } from '../../src/shared/model/settings.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/redisServer.ts';
import { benchHost } from './load.ts';
import { messagesHost } from './messages.ts';
import { type NodeRuntime, nodeEnvironment } from './nodes.ts';
import {
  type Backends,
  type Contender,
  type Ground,
  spawnOn,
  started,
  startMs,
} from './processes.ts';

export interface BerthChoice {
  readonly name: string;
  readonly engine: EngineName;
  /** Else the Node of this process. */
  readonly node?: NodeRuntime;
  /** Else one. */
  readonly workers?: number;
  /** The bundle, else that of dist/. */
  readonly program?: string;
  /** Port of a Redis that has the hosts, else the embedded store is given them. */
  readonly redis?: number;
}

/** By engine: how the table calls it. */
export const nameOf = (engine: EngineName): string =>
  engine === 'splice' ? 'berth splice' : 'berth';

/** What each instance has: the hosts of the load, and an active check, since health is to be on. */
export async function addHosts(store: Redis, backends: Backends): Promise<void> {
  await store.rpush(`frontend:${benchHost}`, 'bench', `http://127.0.0.1:${backends.http}`);
  await store.rpush(
    `frontend:${messagesHost}`,
    'messages',
    `http://127.0.0.1:${backends.messages}`,
  );
  const check = { path: '/small', expect: '2xx' };
  await store.set(`berth:options:${benchHost}`, JSON.stringify({ check }));
}

/** Berth as it is used: access log, records, health, and so many workers beside the supervisor. */
export async function startBerth(choice: BerthChoice, ground: Ground): Promise<Contender> {
  return (await startAt(choice, ground)).contender;
}

/** Berth whose every request is told to one who reads it all, `berth logs -f --json`. */
export async function startWatched(choice: BerthChoice, ground: Ground): Promise<Contender> {
  const { contender, home } = await startAt(choice, ground);
  const reader = spawn(process.execPath, [resolve('dist/cli.cjs'), 'logs', '-f', '--json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, BERTH_HOME: home },
  });
  passOn(choice.name, reader.stderr);
  const gone = new Promise<void>((done) => reader.once('exit', () => done()));
  return {
    ...contender,
    pids: () => {
      if (reader.exitCode !== null) throw new Error(`nobody watches ${choice.name} any more`);
      return contender.pids();
    },
    stop: async () => {
      reader.kill('SIGTERM');
      await gone;
      await contender.stop();
    },
  };
}

async function startAt(
  choice: BerthChoice,
  ground: Ground,
): Promise<{ readonly contender: Contender; readonly home: string }> {
  const { name, engine } = choice;
  const port = await freePort();
  const storePort = choice.redis ?? (await freePort());
  const home = mkdtempSync(join(ground.directory, 'berth-'));
  const file = join(home, 'config.json');
  writeFileSync(
    file,
    JSON.stringify({
      server: { engine, workers: choice.workers ?? 1, accessLog: join(home, 'access.log') },
      http: { bind: '127.0.0.1', port },
      driver: `${choice.redis === undefined ? 'embedded' : 'redis'}://127.0.0.1:${storePort}`,
      control: { port: 0 },
      user: 'root',
      group: 'root',
    }),
  );
  const child = spawnOn(
    ground.cores,
    choice.node?.executable ?? process.execPath,
    [resolve(choice.program ?? 'dist/cli.cjs'), '--headless', '-c', file],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...(choice.node === undefined ? process.env : nodeEnvironment()),
        BERTH_HOME: home,
      },
    },
  );
  passOn(name, child.stderr);
  const contender = await started(name, port, child);
  try {
    await answersCalls(name, home, child);
    if (choice.redis === undefined) {
      const store = new Redis(storePort, '127.0.0.1');
      await addHosts(store, ground.backends);
      await store.quit();
    }
  } catch (error) {
    await contender.stop();
    throw error;
  }
  return { contender, home };
}

/** What is well, and of one who reads records: that no one could read all of them. */
const usual =
  /^berth: (store: connected|this instance checks|another instance checks|stopping|warning: .* left out)/;

/** Says what was not to be expected. */
function passOn(name: string, said: Readable | null): void {
  if (said === null) return;
  createInterface(said).on('line', (line) => {
    if (line.startsWith('berth: ') && !usual.test(line)) console.error(`${name}: ${line}`);
  });
}

/** Waits for the control plane: it opens after the listeners, and a reader that comes before finds no instance. */
async function answersCalls(name: string, home: string, child: ChildProcess): Promise<void> {
  const { platform } = process;
  const directories = directoriesFor({ platform, env: { BERTH_HOME: home }, home });
  const socket = controlSocket(directories);
  await eventually(
    `${name} answers at ${socket}`,
    async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended as it started`);
      const client = await connectControl({ socket }).catch(() => null);
      client?.close();
      return client !== null;
    },
    startMs,
  );
}
