import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedisServer } from '../support/redisServer.ts';
import type { Bench } from './bench.ts';
import { addHosts } from './berth.ts';
import { cpuMicroseconds } from './cpu.ts';
import type { Contender } from './processes.ts';

const fillScript = `for n = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  redis.call('rpush', 'frontend:h' .. n .. '.localhost', 'h' .. n, ARGV[3])
end`;
const perScript = 20_000;

export interface FilledStore {
  readonly port: number;
  readonly client: Redis;
}

/** A real Redis with the hosts of the load, and so many called `h1.localhost` and so on. */
export async function startStore(bench: Bench, frontends: number): Promise<FilledStore> {
  const server = bench.keep(await startRedisServer());
  const client = new Redis(server.port, server.host);
  bench.keep({ stop: async () => client.disconnect() });
  await addHosts(client, bench.backends);
  const url = `http://127.0.0.1:${bench.backends.http}`;
  for (let from = 1; from <= frontends; from += perScript) {
    const to = Math.min(frontends, from + perScript - 1);
    await client.eval(fillScript, 0, from, to, url);
  }
  return { port: server.port, client };
}

const lookMs = 500;
const calmShare = 0.05;
const calmDeadlineMs = 60_000;

/**
 * Waits until a contender uses next to no CPU: it has read what there was to read.
 *
 * @returns false when it never did
 */
export async function calm(contender: Contender): Promise<boolean> {
  const deadline = performance.now() + calmDeadlineMs;
  while (performance.now() < deadline) {
    const pids = contender.pids();
    const before = cpuMicroseconds(pids);
    await delay(lookMs);
    if (cpuMicroseconds(pids) - before < calmShare * lookMs * 1000) return true;
  }
  return false;
}
