import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { eventually } from './eventually.ts';

const program = resolve('dist/cli.cjs');

/** What a command line came to. */
export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line under way, in a process of its own. */
export interface RunningVerb extends AsyncDisposable {
  readonly stdout: string;
  readonly stderr: string;
  /** Whole lines so far, each read as JSON. */
  json(): readonly Readonly<Record<string, unknown>>[];
  saying(text: RegExp): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ran>;
}

/** Starts the built command line against the instance whose directory is `home`. */
export function startVerb(
  home: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningVerb {
  return start(home, process.execPath, [program, ...argv], env);
}

/** The same, to its end. */
export async function runVerb(
  home: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return await startVerb(home, argv, env).ended;
}

/** Starts a script of /bin/sh in which `berth` is the built command line. */
export function startScript(home: string, script: string): RunningVerb {
  return start(home, '/bin/sh', ['-c', `berth() { "$NODE" "$PROGRAM" "$@"; }\n${script}`], {
    NODE: process.execPath,
    PROGRAM: program,
  });
}

/** Starts it on a terminal of 100 columns and 20 lines; all of its output is in `stdout`. */
export function startOnTerminal(
  home: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningVerb {
  const command = `stty cols 100 rows 20; exec "$NODE" "$PROGRAM" ${argv.join(' ')}`;
  return start(home, 'script', ['-qec', command, '/dev/null'], {
    NODE: process.execPath,
    PROGRAM: program,
    TERM: 'xterm',
    ...env,
  });
}

function start(
  home: string,
  file: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningVerb {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env;
  const child = spawn(file, argv, {
    cwd: home,
    env: { ...inherited, BERTH_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what a script has started ends with it.
    detached: true,
  });
  const killNow = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  process.once('exit', killNow);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr += part;
  });
  let over = false;
  const ended = once(child, 'close').then(([exitCode]): Ran => {
    over = true;
    process.off('exit', killNow);
    return { exitCode, stdout, stderr };
  });
  return {
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    json: () =>
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    saying: async (text) => {
      const said = () => text.test(stdout + stderr);
      await eventually(`${argv.join(' ')} says ${text}`, () => said() || over);
      if (!said()) throw new Error(`it ended without saying ${text}:\n${stdout}${stderr}`);
    },
    signal: (signal) => void child.kill(signal),
    ended,
    [Symbol.asyncDispose]: async () => {
      if (!over) killNow();
      await ended;
    },
  };
}
