import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Load {
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
  /** Bytes of a POST body; absent means GET. */
  readonly bodyBytes?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly failed: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Loads `port` with wrk; the Host is `bench.localhost`. */
export async function runLoad(port: number, load: Load, directory: string): Promise<LoadResult> {
  const script = join(directory, 'load.lua');
  writeFileSync(
    script,
    [
      'wrk.headers["Host"] = "bench.localhost"',
      ...(load.bodyBytes === undefined
        ? []
        : ['wrk.method = "POST"', `wrk.body = string.rep("x", ${load.bodyBytes})`]),
      'done = function(summary, latency)',
      '  local e = summary.errors',
      '  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests,',
      '    e.connect + e.read + e.write + e.status + e.timeout, summary.duration,',
      '    latency:percentile(50), latency:percentile(99)))',
      'end',
    ].join('\n'),
  );
  const output = await capture('wrk', [
    '-t1',
    `-c${load.connections}`,
    `-d${load.seconds}s`,
    '-s',
    script,
    `http://127.0.0.1:${port}${load.path}`,
  ]);
  const numbers = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(output)?.slice(1).map(Number);
  if (numbers === undefined) throw new Error(`wrk gave no result:\n${output}`);
  const [requests = 0, failed = 0, duration = 0, p50 = 0, p99 = 0] = numbers;
  return { requests, failed, seconds: duration / 1e6, p50: p50 / 1000, p99: p99 / 1000 };
}

function capture(command: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}
