import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../shared/exitCodes.ts';
import { isRefused } from './isRefused.ts';
import { ask, launch } from './launch.ts';
import { leadsHere } from './leadsHere.ts';
import { main } from './main.ts';
import { outputOf } from './processOutput.ts';
import { question } from './question.ts';
import { createTalk, isBerthError } from './talk.ts';
import type { World } from './world.ts';

process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  // The terminal is gone: SIGHUP, which would have ended another program with it, means "reload" here.
  if (error.code === 'EIO') process.kill(process.pid, 'SIGTERM');
});

/** Beside this bundle; as CommonJS it knows where it lies. */
const workerFile = join(__dirname, 'worker.cjs');
const interfaceFolder = join(__dirname, 'renderer');

const world: World = {
  env: process.env,
  cwd: process.cwd(),
  platform: process.platform,
  home: homedir(),
  cores: availableParallelism(),
  isRoot: process.getuid?.() === 0,
  stdout: outputOf(process.stdout),
  stderr: process.stderr,
  signals: process,
  launch,
  ask,
  isRefused,
  leadsHere,
  question: process.stdin.isTTY && process.stderr.isTTY ? question : null,
  kill: (pid, signal) => process.kill(pid, signal),
};

void main(process.argv.slice(2), world, {
  start: async (options) => {
    const { startSupervisor } = await import('../core/supervisor.ts');
    return await startSupervisor({ ...options, workerFile, interfaceFolder });
  },
  connect: async ({ signal }) => {
    const { directoriesFor } = await import('../core/system/directories.ts');
    const { connectControl, controlSocket } = await import('../core/client/index.ts');
    const socket = controlSocket(directoriesFor(world), world.platform);
    return await connectControl({ socket }, { signal });
  },
  openDesktop: async () => {
    const { openDesktop } = await import('./desktop/open.ts');
    return await openDesktop(world, join(__dirname, '..'));
  },
}).then(async (exitCode) => {
  await world.stdout.drained?.();
  // A file tells that it is full only after it was written to.
  await new Promise((resolve) => setImmediate(resolve));
  const lost: unknown = world.stdout.gone?.reason;
  if (exitCode !== exitCodes.ok || !isBerthError(lost)) process.exit(exitCode);
  createTalk({ output: world.stderr, env: world.env, debug: () => false }).error(lost);
  process.exit(exitCodes.other);
});
