import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BerthError } from '../../shared/errors.ts';

/** `store.lock.<pid>.<start time or 0>.<random>`: who holds the directory, told by the name alone. */
const pattern = /^store\.lock\.(\d+)\.(\d+)\.[0-9a-f]+$/;

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
 * @throws BerthError BERTH_EMBEDDED_LOCKED, naming the process that holds it
 */
export async function lockDirectory(directory: string): Promise<Lock> {
  for (let attempt = 1; ; attempt++) {
    const own = `store.lock.${process.pid}.${startTime(process.pid)}.${randomBytes(6).toString('hex')}`;
    await (await open(join(directory, own), 'wx', 0o600)).close();
    const holder = await otherHolder(directory, own);
    const release = (): Promise<void> => rm(join(directory, own), { force: true });
    if (holder === null) return { release };
    await release();
    // Two that start at the same moment see each other and both step back: once more, not in step.
    if (attempt === 3) {
      throw new BerthError('BERTH_EMBEDDED_LOCKED', `${directory} is used by process ${holder}`);
    }
    await delay(20 + Math.random() * 80);
  }
}

async function otherHolder(directory: string, own: string): Promise<number | null> {
  for (const name of await readdir(directory)) {
    const match = pattern.exec(name);
    if (match === null || name === own) continue;
    const pid = Number(match[1]);
    if (isAlive(pid, match[2] ?? '0')) return pid;
    await rm(join(directory, name), { force: true });
  }
  return null;
}
