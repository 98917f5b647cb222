import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { limits } from '../../shared/limits.ts';
import type { Run } from '../elevation/step.ts';

/** The same where there is no /proc, as on macOS. */
export async function usersByLsof(run: Run, paths: readonly string[]): Promise<readonly string[]> {
  // It fails where nobody has.
  const { stdout } = await run(['lsof', '-F', 'c', '--', ...paths], { timeoutMs: limits.toolMs });
  const names = stdout.split('\n').filter((line) => line.startsWith('c'));
  return [...new Set(names.map((line) => line.slice(1)))];
}

/**
 * Names of the programs of this user that have one of these files open, as /proc says it. Elsewhere, and for what is
 * another user's, nobody is known to have.
 */
export async function usersOfFiles(paths: readonly string[]): Promise<readonly string[]> {
  const wanted = new Set(await Promise.all(paths.map((path) => realpath(path).catch(() => path))));
  const pids = (await readdir('/proc').catch(() => []))
    .filter((name) => /^\d+$/.test(name))
    .slice(0, limits.maxLookedAtProcesses);
  const users = new Set<string>();
  for (const pid of pids) {
    if (pid === String(process.pid) || !(await hasOpen(pid, wanted))) continue;
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => `process ${pid}`);
    users.add(name.trim());
  }
  return [...users];
}

async function hasOpen(pid: string, wanted: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const path = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    if (wanted.has(path)) return true;
  }
  return false;
}
