import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMicroseconds } from './cpu.ts';
import type { Contender } from './processes.ts';

export interface Load {
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
  /** Bytes of a POST body; absent means GET. */
  readonly bodyBytes?: number;
  /** Each request has a connection of its own. */
  readonly closes?: boolean;
  /** Threads of wrk, else one. */
  readonly threads?: number;
  /** Asks `h<n>.localhost` for one number after the other instead of the one host, and begins anew after `last`. */
  readonly hosts?: { readonly after: number; readonly last: number };
}

export interface LoadResult {
  readonly requests: number;
  readonly failed: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** The host that leads to the backend. */
export const benchHost = 'bench.localhost';

function script(load: Load): string {
  return [
    `wrk.headers["Host"] = "${benchHost}"`,
    ...(load.closes === true ? ['wrk.headers["Connection"] = "close"'] : []),
    ...(load.bodyBytes === undefined
      ? []
      : ['wrk.method = "POST"', `wrk.body = string.rep("x", ${load.bodyBytes})`]),
    ...(load.hosts === undefined
      ? []
      : [
          `local next = ${load.hosts.after}`,
          'request = function()',
          `  next = next % ${load.hosts.last} + 1`,
          '  wrk.headers["Host"] = "h" .. next .. ".localhost"',
          '  return wrk.format()',
          'end',
        ]),
    'done = function(summary, latency)',
    '  local e = summary.errors',
    '  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests,',
    '    e.connect + e.read + e.write + e.status + e.timeout, summary.duration,',
    '    latency:percentile(50), latency:percentile(99)))',
    'end',
  ].join('\n');
}

/** Loads `port` with wrk. */
export async function runLoad(port: number, load: Load, directory: string): Promise<LoadResult> {
  const own = mkdtempSync(join(directory, 'load-'));
  const file = join(own, 'load.lua');
  writeFileSync(file, script(load));
  const output = await capture('wrk', [
    `-t${load.threads ?? 1}`,
    `-c${load.connections}`,
    `-d${load.seconds}s`,
    '-s',
    file,
    `http://127.0.0.1:${port}${load.path}`,
  ]);
  rmSync(own, { recursive: true });
  const numbers = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(output)?.slice(1).map(Number);
  if (numbers === undefined) throw new Error(`wrk gave no result:\n${output}`);
  const [requests = 0, failed = 0, duration = 0, p50 = 0, p99 = 0] = numbers;
  return { requests, failed, seconds: duration / 1e6, p50: p50 / 1000, p99: p99 / 1000 };
}

export interface Cost extends LoadResult {
  /** Microseconds of CPU that a request took, of all processes of the contender. */
  readonly perRequest: number;
  readonly requestsPerSecond: number;
  /** Microseconds of CPU of each process, in the order of `pids()`. */
  readonly each: readonly number[];
}

/** Workers that are replaced take what they used with them: so often a load is run again. */
const attempts = 5;

/**
 * Runs a load, and says what it cost the contender.
 *
 * @throws when each time nothing was answered, or processes were replaced
 */
export async function costOf(contender: Contender, run: () => Promise<LoadResult>): Promise<Cost> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const pids = contender.pids();
    const before = pids.map((pid) => cpuMicroseconds([pid]));
    const result = await run();
    const each = pids.map((pid, index) => cpuMicroseconds([pid]) - (before[index] ?? 0));
    if (contender.pids().join() !== pids.join()) {
      console.error(`${contender.name}: a process was replaced; measured again`);
      continue;
    }
    if (result.requests === 0) {
      console.error(`${contender.name}: nothing was answered; measured again`);
      continue;
    }
    return {
      ...result,
      each,
      perRequest: each.reduce((sum, cpu) => sum + cpu, 0) / result.requests,
      requestsPerSecond: result.requests / result.seconds,
    };
  }
  throw new Error(`${contender.name} could not be measured in ${attempts} attempts`);
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
