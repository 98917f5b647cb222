import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BerthError, type ErrorCode } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';

/** What a directory is held for, and what a second holder is told. */
const refusals = {
  store: 'BERTH_EMBEDDED_LOCKED',
  instance: 'BERTH_ALREADY_RUNNING',
} as const satisfies Record<string, ErrorCode>;

export type LockUse = keyof typeof refusals;

/**
 * `store.lock.<pid>.<start time or 0>.<random>.<pid namespace or 0>`: who holds the directory. A process of another
 * namespace cannot be asked about: that it lives is told by the file's time, which it renews.
 */
const patterns: Readonly<Record<LockUse, RegExp>> = {
  store: /^store\.lock\.(\d+)\.(\d+)\.[0-9a-f]+(?:\.(\d+))?$/,
  instance: /^instance\.lock\.(\d+)\.(\d+)\.[0-9a-f]+(?:\.(\d+))?$/,
};

export interface Lock {
  release(): Promise<void>;
}

/** What /proc says of a process, proc_pid_stat(5); null where the system has none. */
function statOf(pid: number): { readonly state: string; readonly started: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', started: fields[19] ?? '0' };
  } catch {
    return null;
  }
}

/** When a process started, in clock ticks since boot; '0' where the system does not say. Tells a reused pid. */
const startTime = (pid: number): string => statOf(pid)?.started ?? '0';

/** Number of this process' pid namespace, pid_namespaces(7); '0' where the system has none. */
function ownNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

const isForeign = (namespace: string): boolean =>
  namespace !== '0' && ownNamespace() !== '0' && namespace !== ownNamespace();

/** Whether the file's time is renewed; looks for a while, unless it is old. */
async function isRenewed(path: string): Promise<boolean> {
  const timeOf = async (): Promise<number | null> =>
    (await stat(path).catch(() => null))?.mtimeMs ?? null;
  const first = await timeOf();
  if (first === null || Math.abs(Date.now() - first) > limits.lockOldMs) return false;
  const until = performance.now() + limits.lockSilenceMs;
  while (performance.now() < until) {
    await delay(limits.lockBeatMs / 4);
    const now = await timeOf();
    if (now !== first) return now !== null;
  }
  return false;
}

function isAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ESRCH') return false;
  }
  const now = statOf(pid);
  if (now === null) return true;
  // A process that has ended keeps its number until its parent asks for it.
  if (['Z', 'X', 'x'].includes(now.state)) return false;
  return started === '0' || now.started === '0' || now.started === started;
}

/**
 * Makes this process the only user of a directory. Each process first makes a file that only it will ever remove while
 * it lives, then looks for those of others: of two that overlap, the later one sees the earlier. What dead processes
 * left is removed.
 *
 * @throws BerthError BERTH_EMBEDDED_LOCKED, or BERTH_ALREADY_RUNNING of an instance, naming the process that holds it
 */
export async function lockDirectory(directory: string, use: LockUse = 'store'): Promise<Lock> {
  for (let attempt = 1; ; attempt++) {
    const own = `${use}.lock.${process.pid}.${startTime(process.pid)}.${randomBytes(6).toString('hex')}.${ownNamespace()}`;
    // Held open: the file stays writable when privileges were dropped.
    const handle = await open(join(directory, own), 'wx', 0o600);
    const beat = (): void => void handle.write('.', 0).catch(() => {});
    const timer = setInterval(beat, limits.lockBeatMs).unref();
    const release = async (): Promise<void> => {
      clearInterval(timer);
      await handle.close();
      await rm(join(directory, own), { force: true });
    };
    let holder: number | null;
    try {
      holder = await otherHolder(directory, own, use);
    } catch (error) {
      await release();
      throw error;
    }
    if (holder === null) return { release };
    await release();
    // Two that start at the same moment see each other and both step back: once more, not in step.
    if (attempt === 3) {
      throw new BerthError(refusals[use], `process ${holder} uses ${directory}`);
    }
    await delay(20 + Math.random() * 80);
  }
}

/** Pid of the process that uses a directory; null when none does, or there is no such directory. */
export async function lockHolder(directory: string): Promise<number | null> {
  try {
    return await otherHolder(directory, '', 'store');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function otherHolder(directory: string, own: string, use: LockUse): Promise<number | null> {
  for (const name of await readdir(directory)) {
    const match = patterns[use].exec(name);
    if (match === null || name === own) continue;
    const pid = Number(match[1]);
    const lives = isForeign(match[3] ?? '0')
      ? await isRenewed(join(directory, name))
      : isAlive(pid, match[2] ?? '0');
    if (lives) return pid;
    // What cannot be removed is of a dead process all the same.
    await rm(join(directory, name), { force: true }).catch(() => {});
  }
  return null;
}
