import { EventEmitter } from 'node:events';
import type { Api } from '../../src/cli/context.ts';
import { main } from '../../src/cli/main.ts';
import type { World } from '../../src/cli/world.ts';
import { contract } from '../../src/shared/contract/index.ts';
import { BerthError } from '../../src/shared/errors.ts';
import { instanceStatus } from './instanceStatus.ts';

/** What a fake instance answers, by the name of the call: `hosts.list`. */
export type Answers = Readonly<
  Record<string, (input: unknown, options: { readonly signal?: AbortSignal }) => unknown>
>;

export interface CliOptions {
  /** Null: no instance runs. */
  readonly answers?: Answers | null;
  /** Columns of the terminal; without, output goes into a pipe. */
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
  readonly cwd?: string;
  /** Whether programs can be started. */
  readonly canLaunch?: boolean;
  /** What programs answer that are asked, by their name; others cannot be asked. */
  readonly programs?: Readonly<Record<string, (argv: readonly string[]) => string>>;
  /** What a person at the terminal answers, one line after another; nobody sits there when left out. */
  readonly typed?: readonly string[];
  /** Ports on which nothing listens. */
  readonly refused?: readonly number[];
  /** Hosts that programs of this machine find here. */
  readonly foundHere?: readonly string[];
  /** Called by each signal that is sent; throws as process.kill does. */
  readonly killing?: (pid: number, signal: NodeJS.Signals | 0) => void;
  /** Called by each try to connect; a rejection is that of the try. */
  readonly connecting?: () => void | Promise<void>;
}

/** A command line under way. */
export interface RunningCli {
  /** Every call that reached the instance: its name and its input. */
  readonly calls: readonly (readonly [name: string, input: unknown])[];
  readonly launched: readonly (readonly string[])[];
  /** Signals that were sent. */
  readonly killed: readonly (readonly [pid: number, signal: NodeJS.Signals | 0])[];
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: Promise<number>;
  /** Connections that were opened and not closed. */
  readonly open: number;
  readonly signals: EventEmitter;
  /** The reader of standard output leaves; with an error, it cannot be written. */
  leave(error?: Error): void;
}

/** Runs a command line in this process, against an instance that is made up. */
export function startCli(argv: readonly string[], options: CliOptions = {}): RunningCli {
  const calls: [string, unknown][] = [];
  const launched: string[][] = [];
  const killed: [number, NodeJS.Signals | 0][] = [];
  const signals = new EventEmitter();
  const gone = new AbortController();
  const isTTY = options.columns !== undefined;
  const typed = [...(options.typed ?? [])];
  let stdout = '';
  let stderr = '';
  let open = 0;
  const world: World = {
    env: { BERTH_HOME: '/nonexistent/berth', ...options.env },
    cwd: options.cwd ?? '/nonexistent',
    platform: options.platform ?? 'linux',
    home: '/nonexistent',
    cores: 2,
    isRoot: false,
    stdout: {
      write: (text) => (stdout += text),
      isTTY,
      columns: options.columns ?? 80,
      rows: options.rows ?? 24,
      gone: gone.signal,
    },
    stderr: { write: (text) => (stderr += text) },
    signals,
    question:
      options.typed === undefined
        ? null
        : async (text) => {
            stderr += text;
            return typed.shift() ?? '';
          },
    isRefused: async (_host, port) => options.refused?.includes(port) === true,
    leadsHere: async (host) => options.foundHere?.includes(host) === true,
    kill: (pid, signal) => {
      killed.push([pid, signal]);
      return options.killing?.(pid, signal);
    },
    ask: async (program, rest) => options.programs?.[program]?.(rest) ?? null,
    launch: async (program, rest) => {
      launched.push([program, ...rest]);
      return options.canLaunch ?? true;
    },
  };
  const exitCode = main(argv, world, {
    start: () => Promise.reject(new Error('an instance was started')),
    connect: async () => {
      await options.connecting?.();
      if (options.answers === null)
        throw new BerthError('BERTH_NOT_RUNNING', 'nobody listens', {
          cause: new Error('connect ENOENT'),
        });
      open++;
      return {
        api: fakeApi(options.answers ?? {}, calls),
        instance: { version: '0.1.0', pid: 4711 },
        close: () => {
          open--;
        },
      };
    },
    openDesktop: async () => ({ kind: 'none', why: 'tests look at none' }),
  });
  return {
    calls,
    launched,
    killed,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    exitCode,
    get open() {
      return open;
    },
    signals,
    leave: (error) => gone.abort(error ?? null),
  };
}

/** The same, to its end. */
export async function runCli(argv: readonly string[], options: CliOptions = {}) {
  const running = startCli(argv, options);
  const exitCode = await running.exitCode;
  const { stdout, stderr, calls, launched, open, signals } = running;
  return { exitCode, stdout, stderr, calls, launched, open, listened: signals.eventNames() };
}

function fakeApi(answers: Answers, calls: [string, unknown][]): Api {
  const group = (name: string) =>
    new Proxy(
      {},
      {
        get:
          (_target, call) =>
          async (input: unknown, options: { signal?: AbortSignal } = {}) => {
            const path = `${name}.${String(call)}`;
            const answer = answers[path];
            // Asked by the way, by many: a test that does not care gets one that is well.
            if (answer === undefined && path === 'instance.status') return instanceStatus();
            if (answer === undefined) throw new Error(`the test answers no ${path}`);
            calls.push([path, input]);
            return await answer(input, options);
          },
      },
    );
  const groups = Object.keys(contract).map((name) => [name, group(name)]);
  // A fake has the calls that a test needs, and no more.
  return Object.fromEntries(groups) as unknown as Api;
}

/** A stream of these, which ends with the signal when there is one, or after the last. */
export async function* streamOf<T>(items: Iterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  yield* items;
  if (signal === undefined) return;
  await new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
