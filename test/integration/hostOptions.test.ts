import { get } from 'node:http';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { type EchoBackend, startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';

// A whole instance with two workers: the key is set from outside, and what counts is what the backends saw.

let berth: BerthProcess;
let store: Redis;
let backends: readonly EchoBackend[];
const key = 'berth:options:app.localhost';

beforeAll(async () => {
  berth = await startBerth({ config: { server: { workers: 2 } } });
  store = new Redis(berth.storePort);
  backends = await Promise.all(['a', 'b', 'c'].map(startEchoBackend));
  await store.rpush('frontend:app.localhost', 'app', ...backends.map(({ url }) => url));
  await eventually('the frontend', async () => (await ask()).status === 200);
});
afterAll(async () => {
  store.disconnect();
  await berth[Symbol.asyncDispose]();
  for (const backend of backends) await backend[Symbol.asyncDispose]();
});

interface Seen {
  readonly status: number;
  readonly body: string;
  readonly cookie: string;
}

/** Asks on a connection of its own, so that both workers get some. */
const ask = async (cookie = ''): Promise<Seen> =>
  await new Promise((resolve, reject) => {
    const headers = { host: 'app.localhost', ...(cookie === '' ? {} : { cookie }) };
    get({ host: '127.0.0.1', port: berth.port, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => {
        const [set = ''] = response.headers['set-cookie'] ?? [];
        resolve({ status: response.statusCode ?? 0, body, cookie: set.split(';')[0] ?? '' });
      });
    }).on('error', reject);
  });

/** How many of so many requests each backend saw. */
async function countsOf(requests: number, cookie = ''): Promise<readonly number[]> {
  const before = backends.map((backend) => backend.requests);
  for (let i = 0; i < requests; i++) expect((await ask(cookie)).status).toBe(200);
  return backends.map((backend, i) => backend.requests - (before[i] ?? 0));
}

const set = (options: object) => store.set(key, JSON.stringify(options));
const sorted = (counts: readonly number[]): readonly number[] => [...counts].sort((a, b) => a - b);

/** Waits until no request of many, on either worker, reaches this backend. */
const spared = (at: number) =>
  eventually('it is spared', async () => (await countsOf(20))[at] === 0);

it('in turn every backend gets its share, from each of the workers', async () => {
  await set({ policy: 'round-robin', drained: [backends[2]?.url] });
  await spared(2);
  const [a = 0, b = 0, c = 0] = await countsOf(100);
  // Each worker may be in the middle of a round.
  expect(Math.abs(a - b)).toBeLessThanOrEqual(2);
  expect(c).toBe(0);
});

it('a drained backend sees nothing, from none of the workers, until it is taken back', async () => {
  await set({ drained: [backends[1]?.url] });
  await spared(1);
  expect((await countsOf(60))[1]).toBe(0);
  await store.del(key);
  await eventually('it is used again', async () => ((await countsOf(10))[1] ?? 0) > 0);
});

it('all workers and connections keep a sticky client on its backend', async () => {
  await set({ policy: 'sticky' });
  let first = await ask();
  await eventually('a cookie', async () => {
    first = await ask();
    return first.cookie !== '';
  });
  expect(first.cookie).toMatch(/^berth_/);
  await eventually('it is kept', async () => sorted(await countsOf(20, first.cookie))[2] === 20);
  const counts = await countsOf(30, first.cookie);
  expect(counts[['a', 'b', 'c'].indexOf(first.body[0] ?? '')]).toBe(30);
});

it('by client address all workers agree on one backend', async () => {
  await set({ policy: 'client-hash' });
  await eventually('one is chosen', async () => sorted(await countsOf(20))[2] === 20);
  expect(sorted(await countsOf(30))).toEqual([0, 0, 30]);
});

it('a paused host sends its backends nothing, from none of the workers, until it is resumed', async () => {
  await set({ paused: true });
  await eventually('both workers know', async () => {
    for (let i = 0; i < 10; i++) if ((await ask()).status !== 503) return false;
    return true;
  });
  const before = backends.map(({ requests }) => requests);
  for (let i = 0; i < 20; i++) expect((await ask()).status).toBe(503);
  expect(backends.map(({ requests }) => requests)).toEqual(before);
  await set({ paused: false });
  await eventually('it is served again', async () => (await ask()).status === 200);
});
