import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A program that holds the embedded store and nothing else, so that it can be killed. */
export interface StoreProgram extends AsyncDisposable {
  /**
   * Runs it on a directory; resolves when the store serves.
   *
   * @throws Error with what the store failed with
   */
  run(directory: string): Promise<StoreProcess>;
}

interface StoreProcess {
  readonly pid: number;
  readonly socketPath: string;
  readonly lines: readonly string[];
  kill(): Promise<void>;
}

function field(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null
    ? Object.getOwnPropertyDescriptor(message, name)?.value
    : undefined;
}

export async function buildStoreProgram(): Promise<StoreProgram> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-program-'));
  const program = join(directory, 'store.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../fixtures/storeMain.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const running = new Set<ChildProcess>();
  const run = async (data: string): Promise<StoreProcess> => {
    const socketPath = join(data, 's.sock');
    const lines: string[] = [];
    const child = fork(program, [data, socketPath], { stdio: 'inherit' });
    running.add(child);
    const gone = once(child, 'exit').then(() => void running.delete(child));
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message) => {
        const line = field(message, 'log');
        if (typeof line === 'string') lines.push(line);
        if (field(message, 'ready') === true) resolve();
        const failure = field(message, 'failed');
        if (typeof failure === 'string') reject(new Error(failure));
      });
      void gone.then(() => reject(new Error('the store process ended')));
    });
    return {
      pid: child.pid ?? 0,
      socketPath,
      lines,
      kill: async () => {
        child.kill('SIGKILL');
        await gone;
      },
    };
  };
  return {
    run,
    [Symbol.asyncDispose]: async () => {
      for (const child of running) child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
