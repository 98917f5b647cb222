import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.ts';
import { isLinux } from './requirement.ts';
import { onPath } from './runtimes.ts';
import { testedEngine } from './testedEngine.ts';

/** An address that an instance serves on. */
interface Served {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** A real instance: the built command line with its workers. */
export interface BerthProcess extends AsyncDisposable {
  /** Of the supervisor. */
  readonly pid: number;
  /** Its directory; removed at the end. */
  readonly home: string;
  readonly accessLog: string;
  readonly served: readonly Served[];
  /** Port of the first plain address. */
  readonly port: number;
  /** Port of the first TLS address. */
  readonly securePort: number;
  /** Path of its control socket, empty without one. */
  readonly controlSocket: string;
  /** Port of the embedded store, 0 without one. */
  readonly storePort: number;
  /** Everything it said so far. */
  readonly said: string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Processes of its workers, those that drain included. */
  workers(): readonly number[];
  signal(signal: NodeJS.Signals): void;
  /** Waits until it says what matches, from where `from` characters were said. */
  saying(text: RegExp, from?: number): Promise<void>;
  /** Writes another configuration, sends SIGHUP, and waits until it was taken or refused. */
  reload(config?: object): Promise<void>;
  /** SIGTERM, and waits until it has ended. */
  stop(): Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** SIGKILL to the supervisor and every worker, and waits. The directory stays. */
  killTree(): Promise<void>;
}

export interface BerthOptions {
  /** What the configuration file holds besides the address, the log and the store; null starts without a file. */
  readonly config?: object | null;
  /** A directory to use, and to leave, instead of a fresh one. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A file that stands for /etc/hosts, in a mount namespace of its own. */
  readonly hostsFile?: string;
  /** Directories of this machine of which it has copies, so that it changes nothing; beside `hostsFile`. */
  readonly copied?: readonly string[];
  /** `ulimit -n` */
  readonly openFiles?: number;
  /** The built command line, if it is not that of this checkout. */
  readonly program?: string;
}

const program = resolve('dist/cli.cjs');

/** Fills in what a test does not care about: loopback, free ports, one worker, files in the home. */
function configIn(home: string, config: object): object {
  const given = config as { readonly server?: object };
  return {
    http: { bind: '127.0.0.1', port: 0 },
    driver: 'embedded://127.0.0.1:0',
    user: 'root',
    ...config,
    server: {
      engine: testedEngine,
      workers: 1,
      accessLog: join(home, 'access.log'),
      gracefulWait: 10,
      ...given.server,
    },
  };
}

/** What has a command line see other files; nothing where it is to see those of this machine. */
function inOwnMounts(
  { hostsFile, copied = [] }: Pick<BerthOptions, 'hostsFile' | 'copied'>,
  copies: string,
): readonly string[] {
  if (hostsFile === undefined && copied.length === 0) return [];
  const steps = [
    ...copied
      .filter((path) => existsSync(path))
      .map(
        (path) =>
          `mkdir -p ${copies}${path} && cp -a ${path}/. ${copies}${path} && mount --bind ${copies}${path} ${path}`,
      ),
    ...(hostsFile === undefined ? [] : ['mount --bind "$0" /etc/hosts']),
    'exec "$@"',
  ];
  return ['unshare', '--mount', 'sh', '-c', steps.join(' && '), hostsFile ?? 'sh'];
}

/**
 * Starts an instance and waits until it serves.
 *
 * @throws with what it said, when it ends before
 */
export async function startBerth(options: BerthOptions = {}): Promise<BerthProcess> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'berth-instance-')));
  await mkdir(home, { recursive: true });
  const file = join(home, 'config.json');
  const configure = async (config: object): Promise<void> => {
    await writeFile(`${file}.new`, JSON.stringify(configIn(home, config)));
    await rename(`${file}.new`, file);
  };
  const argv = [options.program ?? program, '--headless'];
  if (options.config !== null) {
    await configure(options.config ?? {});
    argv.push('-c', file);
  }
  const limit = options.openFiles === undefined ? '' : `ulimit -n ${options.openFiles}; `;
  const own = inOwnMounts(options, join(home, 'copies'));
  // It ends with this process however that ends: after a test that hangs there is no chance to clear away.
  const bound = isLinux && onPath('setpriv') ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  const child = spawn(
    '/bin/sh',
    ['-c', `${limit}exec "$@"`, 'sh', ...bound, ...own, process.execPath, ...argv],
    {
      cwd: home,
      env: { ...process.env, BERTH_HOME: home, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  let said = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (part: string) => {
    said += part;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  let over = false;
  void ended.then(() => {
    over = true;
    process.off('exit', killNow);
  });
  const removeHome = async (): Promise<void> => {
    if (options.home === undefined) await rm(home, { recursive: true, force: true });
  };

  const saying = async (text: RegExp, from = 0): Promise<void> => {
    await eventually(`saying ${text}`, () => text.test(said.slice(from)) || over).catch(fail);
    if (!text.test(said.slice(from))) fail(new Error(`it ended before saying ${text}`));
  };
  const fail = (error: Error): never => {
    throw new Error(`${error.message}\n${said}`);
  };

  const pid = child.pid ?? 0;
  const seen = new Set<number>();
  const workers = (): readonly number[] => {
    const now = childrenOf(pid);
    for (const worker of now) seen.add(worker);
    return now;
  };
  const killTree = async (): Promise<void> => {
    workers();
    killNow();
    await ended;
    for (const worker of seen) if (isAlive(worker)) killOne(worker);
    await eventually('every worker is gone', () => ![...seen].some(isAlive));
  };
  const dispose = async (): Promise<void> => {
    if (!over) await killTree();
    await removeHome();
  };

  try {
    await saying(/access log {2}.*\n/);
  } catch (error) {
    await dispose();
    throw error;
  }
  const served = servedIn(said);
  const portOf = (secure: boolean): number =>
    served.find((address) => address.secure === secure)?.port ?? 0;
  return {
    pid,
    home,
    accessLog: /access log {2}(.*)\n/.exec(said)?.[1] ?? '',
    served,
    port: portOf(false),
    securePort: portOf(true),
    controlSocket: / {2}control +(.*)\n/.exec(said)?.[1] ?? '',
    storePort: Number(/embedded:\/\/[^\n]*:(\d+)/.exec(said)?.[1] ?? 0),
    get said() {
      return said;
    },
    ended,
    workers,
    signal: (signal) => void child.kill(signal),
    saying,
    reload: async (config) => {
      if (config !== undefined) await configure(config);
      const from = said.length;
      child.kill('SIGHUP');
      await saying(/configuration is read again|berth: error: /, from);
    },
    stop: async () => {
      child.kill('SIGTERM');
      return await ended;
    },
    killTree,
    [Symbol.asyncDispose]: dispose,
  };
}

function servedIn(said: string): readonly Served[] {
  const line = /serving +(.*)\n/.exec(said)?.[1] ?? '';
  return line.split(' ').map((address) => {
    const url = new URL(address);
    const secure = url.protocol === 'https:';
    return {
      secure,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    };
  });
}

/** Processes that a process has started and that run; needs Linux. */
function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number).filter(isAlive);
  } catch {
    return [];
  }
}

/** Whether a process runs: one that has ended and waits for its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone in between.
  }
}
