import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { electronForTests } from '../../build/electronPlace.ts';
import { isAlive } from './berthProcess.ts';
import { eventually } from './eventually.ts';
import { descendantsOf } from './processTree.ts';

/** The real app: Electron with the built main process, on a display. */
export interface Desktop extends AsyncDisposable {
  readonly app: ElectronApplication;
  readonly pid: number;
  /** Its BERTH_HOME. */
  readonly home: string;
  /** What it and its processes said on standard output and error since it could be driven, some 0.3 s after its start. */
  readonly said: string;
  /** Resolves to its exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  /** The first window; waits for it. */
  window(): Promise<Page>;
  /** Every process that it has started, and they, and that runs. */
  processes(): readonly number[];
  /** SIGKILL to the main process alone, as a crash would end it; resolves when it has ended. */
  kill(): Promise<void>;
}

export interface DesktopOptions {
  /** Where it shows its windows, and the bus it speaks on: `{...display.env, ...bus.env}`. */
  readonly env: Readonly<Record<string, string>>;
  /** Behind the app's path: `--hidden`, `berth://…`. */
  readonly argv?: readonly string[];
  /** A directory to use, and to leave, instead of a fresh one: two with the same are the same user. */
  readonly home?: string;
  /** The app's directory or main file; that of this checkout, if not given. */
  readonly entry?: string;
}

/**
 * What an app and its instance find of a user's home, all of it inside one directory: settings, autostart entries,
 * sockets, Chromium's profile.
 */
export function environmentIn(home: string): Record<string, string> {
  return {
    HOME: home,
    BERTH_HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_RUNTIME_DIR: home,
    // Without a bus that is given, the machine's own is not to be found.
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
    NO_COLOR: '1',
  };
}

/** The first start on a machine reads all of Electron from its disk; so does its first window, of its page. */
const startMs = 60_000;

/** Switches that keep Chromium quiet and let it run where tests run. */
export const electronSwitches: readonly string[] = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-dev-shm-usage',
  '--force-device-scale-factor=1',
  // As root there is no sandbox; as any other user it is the real one.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/**
 * Starts the app. `window()` waits for what it shows.
 *
 * @throws when there is no Electron: guard with describeWith(['electron', 'xvfb'], …)
 */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  const electron = electronForTests(process.env);
  if (electron === null) throw new Error('there is no Electron');
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'berth-app-')));
  await mkdir(home, { recursive: true, mode: 0o700 });
  const app = await _electron.launch({
    executablePath: electron.executable,
    args: [...electronSwitches, resolve(options.entry ?? '.'), ...(options.argv ?? [])],
    cwd: home,
    env: { ...environmentOfTests(), ...environmentIn(home), ...options.env },
    timeout: startMs,
  });
  const child = app.process();
  const pid = child.pid ?? 0;
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => {
      said = (said + part).slice(-100_000);
    });
  }
  const ended = new Promise<number | null>((done) => {
    if (child.exitCode !== null) done(child.exitCode);
    else child.once('exit', (code) => done(code));
  });
  const seen = new Set<number>();
  const processes = (): readonly number[] => {
    const now = descendantsOf(pid);
    for (const one of now) seen.add(one);
    return now;
  };
  const kill = async (): Promise<void> => {
    processes();
    child.kill('SIGKILL');
    await ended;
  };
  return {
    app,
    pid,
    home,
    get said() {
      return said;
    },
    ended,
    window: () => app.firstWindow({ timeout: startMs }),
    processes,
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      // What a test leaves is not what it tests: that the app takes all with it is a test of its own.
      for (const one of seen) if (isAlive(one)) endProcess(one);
      await eventually('every process of the app is gone', () => ![...seen].some(isAlive));
      await app.close().catch(() => undefined);
      if (options.home === undefined) {
        await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
      }
    },
  };
}

/** The environment of the tests, without what would lead the app to the user's own desktop or another Electron. */
function environmentOfTests(): Record<string, string> {
  const left = new Set(['DISPLAY', 'WAYLAND_DISPLAY', 'ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS']);
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !left.has(entry[0]),
    ),
  );
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone in between.
  }
}
