import { afterEach, beforeEach, expect, test } from 'vitest';
import { policies } from '../../src/shared/model/options.ts';
import { type Farm, startFarm } from '../support/engineFarm.ts';
import { eventually } from '../support/eventually.ts';
import { get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

// What counts is how many requests each of three backends saw.

let farm: Farm;
beforeEach(async () => {
  farm = await startFarm(3);
});
afterEach(() => farm[Symbol.asyncDispose]());

/** Sends requests one after another; the lot of each is its place among them. */
async function ask(times: number, more: (i: number) => string = () => ''): Promise<void> {
  const client = await farm.dial();
  for (let i = 0; i < times; i++) {
    farm.harness.random = i / times;
    const response = await client.send(get('app.dev.local', '/', more(i))).response();
    expect(response.status).toBe(200);
  }
}

const weighted = (...weights: readonly number[]): Record<string, number> =>
  Object.fromEntries(farm.urls.map((url, i) => [url, weights[i] ?? 1]));

test('by lot each backend gets its even share, or its share by weight', async () => {
  await ask(30);
  expect(farm.counts).toEqual([10, 10, 10]);
  farm.setOptions({ policy: 'random', weights: weighted(1, 2, 3) });
  await ask(60);
  expect(farm.counts).toEqual([20, 30, 40]);
});

test('in turn each backend gets every third request, or as many as it weighs', async () => {
  farm.setOptions({ policy: 'round-robin' });
  await ask(30);
  expect(farm.counts).toEqual([10, 10, 10]);
  farm.setOptions({ policy: 'round-robin', weights: weighted(4, 1, 1) });
  await ask(60);
  expect(farm.counts).toEqual([50, 20, 20]);
});

test('by load a backend that holds its requests gets no more of them', async () => {
  farm.setOptions({ policy: 'least-connections' });
  const [first] = farm.backends;
  if (first === undefined) throw new Error('no backend');
  first.script = { request: () => undefined };
  const waiting = await farm.dial();
  waiting.send(get('app.dev.local'));
  await eventually('the first backend has a request', () => first.requests.length === 1);
  await ask(20);
  expect(farm.counts[0]).toBe(1);
  for (const { socket } of first.connections) socket.write(okay('0'));
  expect((await waiting.response()).body).toBe('0');
  first.script = { request: () => okay('0') };
  await farm.harness.recorded(21);
  await ask(1);
  expect(farm.counts[0]).toBe(2);
});

test('by load a tunnel counts as long as it stands, and what failed or was aborted does not', async () => {
  farm.setOptions({ policy: 'least-connections' });
  const [first] = farm.backends;
  if (first === undefined) throw new Error('no backend');
  first.script = {
    request: ({ target }) =>
      target === '/ws'
        ? 'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
        : undefined,
  };
  const aborts = await farm.dial();
  aborts.send(get('app.dev.local'));
  await eventually('it has a request', () => first.requests.length === 1);
  aborts.destroy();
  await farm.harness.recorded(1);
  const tunnel = await farm.dial();
  tunnel.send(get('app.dev.local', '/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  expect((await tunnel.interim()).status).toBe(101);
  expect(farm.counts).toEqual([2, 0, 0]);
  await ask(20);
  expect(farm.counts[0]).toBe(2);
  tunnel.destroy();
  await farm.harness.recorded(22);
  first.script = { request: () => okay('0') };
  await ask(1);
  expect(farm.counts[0]).toBe(3);
});

test('by client address one backend gets all requests of a client, and others share the clients', async () => {
  farm.setOptions({ policy: 'client-hash' });
  const counted = (): readonly number[] => [...farm.counts];
  await ask(10);
  const own = counted();
  expect([...own].sort()).toEqual([0, 0, 10]);
  await ask(300, (i) => `X-Real-IP: 192.0.2.${i % 100}\r\n`);
  for (const [at, count] of counted().entries()) {
    expect(count - (own[at] ?? 0)).toBeGreaterThan(40);
    expect((count - (own[at] ?? 0)) % 3).toBe(0);
  }
});

test('by client address a dead backend moves its own clients only, and gets them back', async () => {
  farm.setOptions({ policy: 'client-hash' });
  const client = await farm.dial();
  const places = async (): Promise<readonly string[]> => {
    const bodies: string[] = [];
    for (let i = 0; i < 60; i++) {
      const more = `X-Real-IP: 192.0.2.${i}\r\n`;
      bodies.push((await client.send(get('app.dev.local', '/', more)).response()).body);
    }
    return bodies;
  };
  const before = await places();
  farm.harness.dead.add(farm.urls[1] ?? '');
  const without = await places();
  for (const [i, place] of without.entries()) {
    if (before[i] === '1') expect(place).not.toBe('1');
    else expect(place).toBe(before[i]);
  }
  farm.harness.dead.clear();
  expect(await places()).toEqual(before);
});

test.each(policies)('%s: a request goes on to a live backend when one refuses', async (policy) => {
  farm.setOptions({ policy });
  const refused = ['http://127.0.0.1:1', 'http://127.0.0.1:2'];
  farm.harness.frontends.set('app.dev.local', ['app', ...refused, farm.urls[2] ?? '']);
  await ask(5);
  expect(farm.counts).toEqual([0, 0, 5]);
});

test.each(policies)(
  '%s: a drained backend gets nothing new and finishes what it has',
  async (policy) => {
    farm.setOptions({ policy });
    const [first] = farm.backends;
    if (first === undefined) throw new Error('no backend');
    farm.harness.frontends.set('app.dev.local', ['app', first.url]);
    first.script = { request: () => undefined };
    const waiting = await farm.dial();
    waiting.send(get('app.dev.local'));
    await eventually('it has a request', () => first.requests.length === 1);
    farm.harness.frontends.set('app.dev.local', ['app', ...farm.urls]);
    farm.setOptions({ policy, drained: [first.url] });
    await ask(20);
    expect(farm.counts[0]).toBe(1);
    for (const { socket } of first.connections) socket.write(okay('late'));
    expect((await waiting.response()).body).toBe('late');
  },
);

test('a drained backend gets nothing even when all others are dead, and the answer says so', async () => {
  const [a = '', b = '', c = ''] = farm.urls;
  farm.setOptions({ drained: [a] });
  farm.harness.dead.add(b).add(c);
  const client = await farm.dial();
  const response = await client.send(get('app.dev.local')).response();
  expect(response.status).toBe(502);
  expect(farm.harness.problems.at(-1)).toMatchObject({
    code: 'BERTH_BACKENDS_DEAD',
    detail: '#0 drained; #1 dead (refused), 30 s left; #2 dead (refused), 30 s left',
  });
  farm.setOptions({ drained: [a, b, c] });
  expect((await client.send(get('app.dev.local')).response()).status).toBe(503);
  expect(farm.harness.problems.at(-1)).toMatchObject({ code: 'BERTH_BACKENDS_DRAINED' });
  expect(farm.counts).toEqual([0, 0, 0]);
});
