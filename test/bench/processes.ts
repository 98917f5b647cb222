import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { processTree } from './cpu.ts';
import { pinned } from './placement.ts';

/** Something that listens on `port` and forwards to the backends, or is one. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  /** It, and then all that it started. */
  pids(): number[];
  stop(): Promise<void>;
}

/** Ports on 127.0.0.1. */
export interface Backends {
  /** Serves /small, /64k, /1m, and takes any POST. */
  readonly http: number;
  /** Answers each message of a WebSocket with one. */
  readonly messages: number;
  /** Two that answer `a` and `b`. */
  readonly either: readonly [number, number];
}

/** What there is to start a contender with. */
export interface Ground {
  /** For files; memory where there is such a place. */
  readonly directory: string;
  readonly backends: Backends;
  /** Cores of the contender, as for taskset; null for all. */
  readonly cores: string | null;
}

export type StartContender = (ground: Ground) => Promise<Contender>;

/** Time to begin to listen, and to answer calls. */
export const startMs = 60_000;
const stopMs = 5000;

/** Runs a program on these cores. */
export function spawnOn(
  cores: string | null,
  program: string,
  parameters: readonly string[],
  options: SpawnOptions = { stdio: 'ignore' },
): ChildProcess {
  const [command, all] = pinned(cores, program, parameters);
  return spawn(command, [...all], options);
}

/**
 * Waits until it listens.
 *
 * @throws when it ends before, or takes too long; then it was killed
 */
export async function started(name: string, port: number, child: ChildProcess): Promise<Contender> {
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  await answering(name, port, child);
  return {
    name,
    port,
    pids: () => (child.pid === undefined ? [] : processTree(child.pid)),
    stop: async () => {
      process.off('exit', killNow);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await ended;
      clearTimeout(hard);
    },
  };
}

async function answering(name: string, port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startMs;
  while (Date.now() < deadline && child.exitCode === null) {
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        done(true);
      });
      socket.once('error', () => done(false));
    });
    if (open) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`${name} did not start to listen on ${port}`);
}
