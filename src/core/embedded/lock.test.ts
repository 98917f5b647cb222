import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { isLinux, itWhen, linuxReason } from '../../../test/support/requirement.ts';
import { lockDirectory } from './lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** Field `number` of /proc/PID/stat as proc(5) counts them; from 3 on. */
const statOf = (pid: number, number: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[number - 3] ?? '';
};

/** What a process that holds the directory leaves in it. */
const leaveLock = async (pid: number, started: string): Promise<void> =>
  await writeFile(join(directory, `store.lock.${pid}.${started}.0a1b2c3d4e5f`), '');

it('is held by one, named to the next, and free again when released', async () => {
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    code: 'BERTH_EMBEDDED_LOCKED',
    detail: `process ${process.pid} uses ${directory}`,
  });
  await lock.release();
  await (await lockDirectory(directory)).release();
  expect(await readdir(directory)).toEqual([]);
});

it('is held apart for an instance and for its store', async () => {
  const store = await lockDirectory(directory);
  const instance = await lockDirectory(directory, 'instance');
  await expect(lockDirectory(directory, 'instance')).rejects.toMatchObject({
    code: 'BERTH_ALREADY_RUNNING',
    detail: `process ${process.pid} uses ${directory}`,
  });
  await store.release();
  await instance.release();
});

itWhen(isLinux, linuxReason, 'is not held by a process that ended unreaped', async () => {
  // The shell becomes a program that never waits for its children.
  const parent = spawn('/bin/sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [line] = await once(parent.stdout, 'data');
    const child = Number(String(line));
    await eventually('the shell is replaced', () =>
      readFileSync(`/proc/${parent.pid}/comm`, 'utf8').startsWith('sleep'),
    );
    const started = statOf(child, 22);
    await leaveLock(child, started);
    await expect(lockDirectory(directory)).rejects.toThrow(`process ${child}`);

    process.kill(child, 'SIGKILL');
    await eventually('the child is defunct', () => statOf(child, 3) === 'Z');
    expect(statOf(child, 22)).toBe(started);
    await (await lockDirectory(directory)).release();
    expect(await readdir(directory)).toEqual([]);
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'close');
  }
});

itWhen(
  isLinux,
  linuxReason,
  'is not held by another process that got the same number',
  async () => {
    const started = statOf(process.ppid, 22);
    await leaveLock(process.ppid, String(Number(started) + 1));
    await (await lockDirectory(directory)).release();
    expect(await readdir(directory)).toEqual([]);
    await leaveLock(process.ppid, started);
    await expect(lockDirectory(directory)).rejects.toThrow(`process ${process.ppid}`);
  },
);

itWhen(
  isLinux,
  linuxReason,
  'is held by a process of another pid namespace for as long as that renews it',
  async () => {
    // No process has this number here, and no namespace that one.
    const foreign = join(directory, 'store.lock.4194305.1.0a1b2c3d4e5f.1');
    await writeFile(foreign, '');
    const timer = setInterval(() => void utimes(foreign, new Date(), new Date()), 200);
    await expect(lockDirectory(directory)).rejects.toThrow('process 4194305');
    clearInterval(timer);
    await (await lockDirectory(directory)).release();
    expect(await readdir(directory)).toEqual([]);
  },
  60_000,
);

it('renews its own file while it holds the directory, and not after', async () => {
  const lock = await lockDirectory(directory);
  const [name = ''] = await readdir(directory);
  const old = new Date(0);
  await utimes(join(directory, name), old, old);
  await eventually('the file is renewed', () => statSync(join(directory, name)).mtimeMs > 0);
  await lock.release();
  expect(await readdir(directory)).toEqual([]);
});
