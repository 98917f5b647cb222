import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Looks after health on a Redis, in a process of its own that can be stopped and killed. */
export interface HealthProcess extends AsyncDisposable {
  /** Who it said checks the first frontend; null before it said so. */
  readonly checker: string | null;
  /** SIGSTOP and SIGCONT. */
  pause(): void;
  resume(): void;
  /** SIGKILL. */
  kill(): void;
}

export async function startHealthProcess(port: number, id: string): Promise<HealthProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-program-'));
  const program = join(directory, 'health.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../fixtures/healthMain.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const child: ChildProcess = fork(program, [String(port), id], { stdio: 'inherit' });
  const gone = once(child, 'exit');
  let checker: string | null = null;
  child.on('message', (message) => {
    if (typeof message !== 'object' || message === null || !('checker' in message)) return;
    if (typeof message.checker === 'string') checker = message.checker;
  });
  return {
    get checker() {
      return checker;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill: () => void child.kill('SIGKILL'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await gone;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
