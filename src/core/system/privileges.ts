import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../shared/config/config.ts';
import { BerthError } from '../../shared/errors.ts';

/** Whom a process runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** For people: `www-data`, or a number. */
  readonly name: string;
}

/** What is to be done about the rights that a process was started with. */
export type PrivilegePlan =
  | { readonly kind: 'keep'; readonly warning: string | null }
  | { readonly kind: 'drop'; readonly identity: Identity };

/** Looks up users and groups of this machine; null for an unknown one. */
export interface Accounts {
  user(name: string | number): { readonly uid: number; readonly gid: number } | null;
  group(name: string | number): number | null;
}

/**
 * Decides whom to become (Hipache contract, `user`, `group`): root with a config.json of Hipache becomes who it names;
 * without one it stays, and says so (docs/adr/0004).
 *
 * @throws BerthError BERTH_USER_REQUIRED, or BERTH_CONFIG_INVALID for an unknown user or group
 */
export function planPrivileges(
  { user, group, defaults }: Pick<Config, 'user' | 'group' | 'defaults'>,
  isRoot: boolean,
  accounts: Accounts,
): PrivilegePlan {
  if (!isRoot) return { kind: 'keep', warning: null };
  if (user === null) {
    if (defaults === 'berth' && group === null) {
      return {
        kind: 'keep',
        warning: 'running as root, since no configuration names a "user" to become',
      };
    }
    throw new BerthError('BERTH_USER_REQUIRED', '"user" is not set');
  }
  if (isRootName(user)) return { kind: 'keep', warning: null };
  const found = accounts.user(user);
  const uid = found?.uid ?? numeric(user);
  const gid = group === null ? found?.gid : (accounts.group(group) ?? numeric(group));
  const problems: string[] = [];
  if (uid === undefined) problems.push(`user is "${user}", which this machine does not know`);
  if (gid === undefined && group !== null) {
    problems.push(`group is "${group}", which this machine does not know`);
  } else if (gid === undefined && uid !== undefined) {
    problems.push(`group is not set, and user ${user} has no account that would say it`);
  }
  if (uid === undefined || gid === undefined) {
    throw new BerthError('BERTH_CONFIG_INVALID', problems.join('; '));
  }
  return { kind: 'drop', identity: { uid, gid, name: String(user) } };
}

const isRootName = (user: string | number): boolean =>
  user === 'root' || user === 0 || user === '0';
const numeric = (value: string | number): number | undefined =>
  typeof value === 'number' ? value : undefined;

/** The accounts of this machine, wherever it keeps them. */
export const systemAccounts: Accounts = {
  user: (name) => {
    const uid = ask('id', ['-u', String(name)]);
    const gid = ask('id', ['-g', String(name)]);
    return uid === null || gid === null ? null : { uid, gid };
  },
  group: (name) => {
    if (typeof name === 'number') return name;
    return groupIn(groupFile(), name) ?? groupIn(output('getent', ['group', name]), name);
  },
};

/** The id of a group in text of the form of /etc/group. */
export function groupIn(text: string, name: string): number | null {
  for (const line of text.split('\n')) {
    const [found, , gid] = line.split(':');
    if (found === name && gid !== undefined && /^\d+$/.test(gid)) return Number(gid);
  }
  return null;
}

function groupFile(): string {
  try {
    return readFileSync('/etc/group', 'utf8');
  } catch {
    return '';
  }
}

function ask(command: string, words: readonly string[]): number | null {
  const text = output(command, words).trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}

function output(command: string, words: readonly string[]): string {
  // A name that begins like an option would be read as one.
  if (words.at(-1)?.startsWith('-') === true) return '';
  try {
    return execFileSync(command, [...words], {
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}

/**
 * Gives what Berth made for itself to the user it becomes. What is his already is left alone: there, he could change
 * names while root walks over them. Links are not followed.
 */
export async function handOver(
  paths: readonly string[],
  { uid, gid }: Pick<Identity, 'uid' | 'gid'>,
): Promise<void> {
  for (const path of paths) {
    if ((await lstat(path)).uid === uid) continue;
    await lchown(path, uid, gid);
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) await handOver([inside], { uid, gid });
      else await lchown(inside, uid, gid);
    }
  }
}

/** The part of `process` that changes whom it runs as. */
export interface IdentityCalls {
  readonly setgroups: (groups: readonly number[]) => void;
  readonly initgroups: (user: string | number, group: number) => void;
  readonly setgid: (gid: number) => void;
  readonly setuid: (uid: number) => void;
  readonly getuid: () => number;
  readonly getgid: () => number;
}

/** The calls of this process; null where the system has none. */
export function identityCalls(): IdentityCalls | null {
  const { setgroups, setgid, setuid, getuid, getgid } = process;
  if (!setgroups || !setgid || !setuid || !getuid || !getgid) return null;
  return { setgroups, initgroups, setgid, setuid, getuid, getgid };
}

/** Node has the call; its types do not. */
function initgroups(user: string | number, group: number): void {
  const call: unknown = Reflect.get(process, 'initgroups');
  if (typeof call !== 'function') throw new Error('this system has no initgroups');
  Reflect.apply(call, process, [user, group]);
}

/**
 * Becomes another user for good, groups first, since afterwards there is no right to.
 *
 * @throws when the system refuses, or does not do what it said
 */
export function becomeUser({ uid, gid, name }: Identity, calls: IdentityCalls): void {
  try {
    calls.initgroups(/^\d+$/.test(name) ? uid : name, gid);
  } catch {
    // A number without an account has no further groups.
    calls.setgroups([gid]);
  }
  calls.setgid(gid);
  calls.setuid(uid);
  if (calls.getuid() !== uid || calls.getgid() !== gid) {
    throw new Error(`the system did not let go of root's rights for ${name}`);
  }
  let isBack = false;
  try {
    calls.setuid(0);
    isBack = true;
  } catch {
    // As it should be.
  }
  if (isBack) throw new Error(`root's rights could be taken back after becoming ${name}`);
}
