import { createHash } from 'node:crypto';
import { access, chmod, constants, lstat, stat } from 'node:fs/promises';
import { dirname, posix, win32 } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { makeDirectory } from './makeDirectory.ts';

/** Where an instance keeps its files: absolute paths, private to their user. Desktop and headless share them. */
export interface Directories {
  readonly config: string;
  /** What must survive: the embedded store. */
  readonly data: string;
  /** What is good to keep: logs. */
  readonly state: string;
  /** What lives as long as the process: private sockets. Short enough for a socket path. */
  readonly runtime: string;
}

/** What the places depend on. */
export interface DirectoryInputs {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory, absolute. */
  readonly home: string;
}

// sockaddr_un.sun_path: 108 bytes on Linux, 104 on macOS and the BSDs, with the closing NUL.
const socketPathBytes = 103;
/** Bytes kept free for the name of a socket in the runtime directory, with its slash. */
const socketNameBytes = 33;

/**
 * The directories by platform convention: XDG on Linux, `Library` on macOS, `AppData` on Windows. `BERTH_HOME` names one
 * directory for all of them. A runtime directory too deep for a socket is replaced by `/tmp/berth-<hash of its path>`.
 */
export function directoriesFor({ platform, env, home }: DirectoryInputs): Directories {
  if (platform === 'win32') return windowsDirectories(env, home);
  const wished = env['BERTH_HOME'] ? portable(env['BERTH_HOME'], posix) : byConvention();
  return { ...wished, runtime: shortEnough(wished.runtime) };

  function byConvention(): Directories {
    if (platform === 'darwin') {
      const base = posix.join(home, 'Library', 'Application Support', 'Berth');
      return {
        config: base,
        data: posix.join(base, 'data'),
        state: posix.join(home, 'Library', 'Logs', 'Berth'),
        runtime: posix.join(base, 'run'),
      };
    }
    const state = posix.join(xdg('XDG_STATE_HOME', '.local/state'), 'berth');
    const runtime = env['XDG_RUNTIME_DIR'];
    return {
      config: posix.join(xdg('XDG_CONFIG_HOME', '.config'), 'berth'),
      data: posix.join(xdg('XDG_DATA_HOME', '.local/share'), 'berth'),
      state,
      runtime:
        runtime && posix.isAbsolute(runtime)
          ? posix.join(runtime, 'berth')
          : posix.join(state, 'run'),
    };
  }

  // The XDG Base Directory Specification: a relative path is invalid and to be ignored.
  function xdg(name: string, standard: string): string {
    const value = env[name];
    return value && posix.isAbsolute(value) ? value : posix.join(home, standard);
  }
}

function windowsDirectories(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Directories {
  if (env['BERTH_HOME']) return portable(env['BERTH_HOME'], win32);
  const roaming = env['APPDATA'] || win32.join(home, 'AppData', 'Roaming');
  const local = env['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local');
  return {
    config: win32.join(roaming, 'Berth'),
    data: win32.join(local, 'Berth', 'data'),
    state: win32.join(local, 'Berth', 'state'),
    runtime: win32.join(local, 'Berth', 'run'),
  };
}

function portable(base: string, { isAbsolute, join }: typeof posix): Directories {
  if (!isAbsolute(base)) {
    throw new BerthError('BERTH_CONFIG_INVALID', 'BERTH_HOME takes an absolute path');
  }
  return {
    config: join(base, 'config'),
    data: join(base, 'data'),
    state: join(base, 'state'),
    runtime: join(base, 'run'),
  };
}

function shortEnough(runtime: string): string {
  if (new TextEncoder().encode(runtime).length + socketNameBytes <= socketPathBytes) return runtime;
  const hash = createHash('sha256').update(runtime).digest('hex').slice(0, 16);
  return `/tmp/berth-${hash}`;
}

/**
 * Makes the directories, each for its user alone (0700). What somebody else made before us, or could write to, is
 * refused, behind a link too.
 *
 * @param owner whom root becomes: what he owns is trusted too
 * @throws BerthError BERTH_DIRECTORY_UNUSABLE
 */
export async function ensureDirectories(
  directories: Directories,
  owner: number | null = null,
): Promise<void> {
  for (const path of new Set(Object.values(directories) as string[])) {
    await ensurePrivate(path, owner);
  }
}

async function ensurePrivate(path: string, owner: number | null): Promise<void> {
  try {
    const uid = process.getuid?.();
    // Whom root becomes later must come through what stands above his directories.
    await makeDirectory(path, { mode: 0o700, above: uid === 0 ? 0o711 : 0o700 });
    const isLink = (await lstat(path)).isSymbolicLink();
    if (uid === undefined) return;
    const found = { isLink, ...pick(await stat(path)) };
    const problem = ownershipProblem(path, found, { uid, owner });
    if (problem !== null) throw new Error(problem);
    if (!isLink && (found.mode & 0o077) !== 0) await chmod(path, 0o700);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BerthError('BERTH_DIRECTORY_UNUSABLE', `${path}: ${reason}`, { cause });
  }
}

const pick = ({ uid, mode }: { readonly uid: number; readonly mode: number }) => ({ uid, mode });

/** A directory that was found: of what a link leads to, owner and mode. */
export interface FoundDirectory {
  readonly isLink: boolean;
  readonly uid: number;
  readonly mode: number;
}

/**
 * Why a directory that was found must not be used, or null. Root finds its directories owned by the user whom it becomes;
 * under /tmp, where everyone may make one, not even root trusts what is not its own.
 */
export function ownershipProblem(
  path: string,
  found: FoundDirectory,
  { uid, owner }: { readonly uid: number; readonly owner: number | null },
): string | null {
  const isShared = dirname(path) === '/tmp';
  if (found.isLink && isShared) return 'it is a link';
  const isTrusted =
    found.uid === uid || (!isShared && (found.uid === 0 || (uid === 0 && found.uid === owner)));
  if (!isTrusted) {
    return `it belongs to another user (uid ${found.uid}, this is uid ${uid}); chown it, or remove it`;
  }
  // What is not a link is closed by us.
  if (found.isLink && (found.mode & 0o022) !== 0) {
    return 'it is a link to a directory that others may write to; chmod 700 that, or remove the link';
  }
  return null;
}

/**
 * Makes sure that this process may use a directory, where it exists: after root's rights were given up, one above it may
 * be closed.
 *
 * @throws BerthError BERTH_DIRECTORY_UNUSABLE that names the closed one
 */
export async function requireAccess(path: string): Promise<void> {
  const { R_OK, W_OK, X_OK } = constants;
  if (await isAllowed(path, R_OK | W_OK | X_OK)) return;
  let closed = path;
  for (let at = path; dirname(at) !== at; at = dirname(at)) {
    if (!(await isAllowed(dirname(at), X_OK))) closed = dirname(at);
  }
  const who =
    process.getuid === undefined ? 'this user' : `the user with the id ${process.getuid()}`;
  const problem = closed === path ? 'it is not open to' : `${closed} may not be entered by`;
  throw new BerthError('BERTH_DIRECTORY_UNUSABLE', `${path}: ${problem} ${who}`);
}

/** The user id of whom a directory belongs to; null when it is missing. */
export const ownerOfDirectory = (path: string): Promise<number | null> =>
  lstat(path).then(
    ({ uid }) => uid,
    () => null,
  );

/** A directory that is missing forbids nothing. */
const isAllowed = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    (error: unknown) => error instanceof Error && 'code' in error && error.code !== 'EACCES',
  );
