import { lstat } from 'node:fs/promises';
import { basename, dirname } from 'node:path/posix';
import { limits } from '../../shared/limits.ts';
import type { Argv, Run } from '../elevation/index.ts';
import { directoriesFor } from '../system/directories.ts';

/** An instance, and the user whose it is. */
export interface UsersInstance {
  /** Directory of its data. */
  readonly data: string;
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** BERTH_HOME with which its data is found; null where it lies where it does without. */
  readonly berthHome: string | null;
}

/**
 * Finds the user of an instance by the owner of its data; half a sentence where that cannot be said. Who could put
 * something else in its place could have his files read with the rights of another, of root even.
 */
export async function userOf(data: string, run: Run): Promise<UsersInstance | string> {
  const found = await lstat(data).catch(() => null);
  if (found === null) return 'its data is gone';
  if (!(await isOwnWay(data, found.uid))) return 'it may have been put there by another user';
  const { stdout } = await run(['getent', 'passwd', String(found.uid)]);
  const [user, , uid, gid, , home] = stdout.trim().split(':');
  if (user === undefined || home === undefined || Number(uid) !== found.uid) {
    return `its user ${found.uid} is not known here`;
  }
  const own = { data, user, uid: found.uid, gid: Number(gid), home };
  const usual = directoriesFor({ platform: 'linux', env: {}, home });
  if (usual.data === data) return { ...own, berthHome: null };
  const berthHome = dirname(data);
  const other = directoriesFor({ platform: 'linux', env: { BERTH_HOME: berthHome }, home });
  return basename(data) === 'data' && other.data === data
    ? { ...own, berthHome }
    : 'where it has its other files is not known';
}

/** Whether nobody but this user and root decides what lies at a path: no link is on the way, nor what others may write to. */
async function isOwnWay(path: string, uid: number): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  if (found === null || !found.isDirectory() || (found.uid !== 0 && found.uid !== uid))
    return false;
  // Users may have a group that is theirs alone; in /tmp nobody takes away what is another's.
  const others = uid === 0 ? 0o022 : 0o002;
  if ((found.mode & others) !== 0 && (found.mode & 0o1000) === 0) return false;
  return path === dirname(path) || (await isOwnWay(dirname(path), uid));
}

/**
 * Has a user's own instance take back what only that user can: nothing of theirs is read or run with the rights of root.
 *
 * @param program the command line, as it is started
 * @returns why it was not done, as half a sentence; null when it was
 */
export async function undoAs(
  { user, uid, gid, home, berthHome }: UsersInstance,
  program: Argv,
  run: Run,
): Promise<string | null> {
  const env = [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `HOME=${home}`,
    `USER=${user}`,
    ...(berthHome === null ? [] : [`BERTH_HOME=${berthHome}`]),
    // Nobody is there to be asked.
    'CI=1',
  ];
  const verb = uid === 0 ? ['setup', '--undo'] : ['untrust'];
  const ran = await run(
    [
      ...(['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--'] as const),
      ...['env', '-i', '-C', '/', ...env, ...program, ...verb],
    ],
    { timeoutMs: limits.trustChangeMs },
  );
  // 8: what needs the rights is done by who has them.
  if (ran.status === 0 || (ran.status === 8 && uid !== 0)) return null;
  const last = `${ran.stdout}\n${ran.stderr}`.trim().split('\n').at(-1) ?? '';
  return last === '' ? `it ended with ${ran.status ?? 'no exit code'}` : last;
}
