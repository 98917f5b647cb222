import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** What a process that did nothing but write to an access log has to say about it. */
interface AccessLogReport {
  readonly dropped: number;
  /** The longest that its event loop stood still. */
  readonly longestStallMs: number;
  readonly rssBytes: number;
  readonly said: readonly string[];
}

export interface AccessLogProcess {
  readonly child: ChildProcess;
  /** Resolves when `batches` of 100 lines are written, or dropped, and the log is not closed yet. */
  readonly written: Promise<void>;
  /** Closes the log and ends the process by `process.exit`. */
  finish(): Promise<AccessLogReport>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const source = `
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openAccessLog } from './src/core/accessLog/file.ts';
import { aRecord } from './test/support/record.ts';
const [path, batches, talk] = process.argv.slice(2);
const said = [];
const log = await openAccessLog(path, { log: (level, message) => said.push(level + ' ' + message) });
const stalls = monitorEventLoopDelay({ resolution: 5 });
stalls.enable();
for (let batch = 0; batch < Number(batches); batch++) {
  log.write(Array.from({ length: 100 }, (_, line) => aRecord({ target: '/' + (batch * 100 + line) })));
  if (talk !== undefined) process.stdout.write(talk + '\\n');
  await nextTurn();
}
process.send('written');
await new Promise((resolve) => process.once('message', resolve));
await log.close();
process.send(
  { dropped: log.dropped, longestStallMs: stalls.max / 1e6, rssBytes: process.memoryUsage().rss, said },
  () => process.exit(0),
);
`;

/** Starts a process that writes `batches` times 100 lines to the log at `path`. */
export async function startAccessLogProcess(
  path: string,
  {
    batches,
    stdout = 'ignore',
    talk,
  }: { batches: number; stdout?: 'ignore' | 'pipe' | number; talk?: string },
): Promise<AccessLogProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-log-process-'));
  const file = join(directory, 'writer.mjs');
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    write: false,
  });
  await writeFile(file, outputFiles[0]?.contents ?? '');

  const stdio: StdioOptions = ['ignore', stdout, 'inherit', 'ipc'];
  const child = spawn(
    process.execPath,
    [file, path, String(batches), ...(talk === undefined ? [] : [talk])],
    { stdio },
  );
  const exit = once(child, 'exit');
  const written = once(child, 'message').then(() => {});
  return {
    child,
    written,
    finish: async () => {
      await written;
      const report = once(child, 'message');
      child.send('finish');
      const [message] = await report;
      const [code] = await exit;
      if (code !== 0) throw new Error(`the process ended with ${code}`);
      return message;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await exit;
      await rm(directory, { recursive: true });
    },
  };
}
