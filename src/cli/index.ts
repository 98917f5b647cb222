import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { startSupervisor } from '../core/supervisor.ts';
import { main } from './main.ts';

// A reader that leaves early (`berth --dry | head`) is no error of ours.
process.stdout.on('error', () => undefined);
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  // The terminal is gone: SIGHUP, which would have ended another program with it, means "reload" here.
  if (error.code === 'EIO') process.kill(process.pid, 'SIGTERM');
});

/** Beside this bundle; as CommonJS it knows where it lies. */
const workerFile = join(__dirname, 'worker.cjs');

void main(
  process.argv.slice(2),
  {
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    home: homedir(),
    cores: availableParallelism(),
    isRoot: process.getuid?.() === 0,
    stdout: process.stdout,
    stderr: process.stderr,
    signals: process,
  },
  (options) => startSupervisor({ ...options, workerFile }),
).then((exitCode) => process.exit(exitCode));
