import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { type LiveRouting, startRouting, storeOn } from '../support/liveRouting.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';
import { startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { describeOnStores, type RoutableStore } from '../support/routableStore.ts';

/** Two suffixes that share their frontends, with an engine, a real store, and a backend that says what it saw. */
describeOnStores('one frontend under each suffix', (start) => {
  let store: RoutableStore;
  let editor: Redis;
  let live: LiveRouting;
  let pair: Pair;

  beforeAll(async () => {
    store = await start();
    editor = new Redis(store.port, store.host);
    live = startRouting(store.spec, {
      sharedSuffixes: ['localhost', 'dev.local', 'xn--j1ay.test'],
    });
    expect(await live.routing.ready(20_000)).toBe(true);
  });
  afterAll(async () => {
    await live[Symbol.asyncDispose]();
    editor.disconnect();
    await store.stop();
  });
  beforeEach(async () => {
    pair = await startPair();
    pair.harness.resolve = (host) => live.routing.router.resolve(host);
  });
  afterEach(async () => {
    await pair.stop();
    for (const key of await editor.keys('*')) await editor.del(key);
  });

  const add = (name: string): Promise<unknown> =>
    editor.rpush(`frontend:${name}`, name, pair.backend.url);

  /** The status of a request for a host, and the frontend that its record names. */
  async function ask(host: string): Promise<readonly [number, string | null]> {
    const count = pair.harness.records.length;
    const client = await pair.dial();
    const { status } = await client.send(get(host)).response();
    const records = await pair.harness.recorded(count + 1);
    return [status, records.at(-1)?.frontend ?? null];
  }

  it.each([
    ['app.localhost', 'app.localhost'],
    ['app.localhost', 'app.dev.local'],
    ['app.dev.local', 'app.localhost'],
    ['app.dev.local', 'APP.LocalHost'],
    ['app.dev.local', 'app.localhost:8080'],
    ['app.dev.local', 'app.localhost.'],
    ['a.b.c.dev.local', 'a.b.c.localhost'],
    ['xn--bcher-kva.localhost', 'XN--bcher-kva.dev.local:81'],
    ['app.localhost', 'app.xn--j1ay.test'],
    ['*.dev.local', 'any.localhost'],
    ['*.app.localhost', 'x.app.dev.local'],
    ['*.app.localhost', 'x.y.app.dev.local'],
  ])('%s answers %s, and the backend sees the host as it was asked for', async (name, host) => {
    await add(name);
    await eventually('it is found', async () => (await ask(host))[0] === 200);
    expect(await ask(host)).toEqual([200, name]);
    const seen = pair.backend.requests.at(-1);
    expect(seen && fieldOf(seen, 'host')).toBe(host);
    expect(seen && fieldOf(seen, 'x-forwarded-host')).toBe(host);
  });

  it.each([
    ['localhost', 'dev.local'],
    ['dev.local', 'localhost'],
    ['*.local', 'app.localhost'],
    ['app.example.com', 'app.localhost'],
    ['app.localhost', 'appdev.local'],
    ['localhost', 'a.localhost'],
  ])('%s does not answer %s', async (name, host) => {
    await add(name);
    await eventually('it is found by its own name', async () => {
      const [status] = await ask(name.replace('*', 'any'));
      return status === 200;
    });
    expect(await ask(host)).toEqual([400, null]);
  });

  it('follows each change at once: own name, other suffix, wildcards, star', async () => {
    const order = ['*', '*.local', '*.localhost', '*.dev.local', 'app.localhost', 'app.dev.local'];
    const isAnswered = async (name: string | null): Promise<void> => {
      await eventually(`${name} answers`, async () => (await ask('app.dev.local'))[1] === name);
    };
    for (const name of order) {
      await add(name);
      await isAnswered(name);
    }
    for (const [at, name] of order.toReversed().entries()) {
      await editor.del(`frontend:${name}`);
      await isAnswered(order.toReversed()[at + 1] ?? null);
    }
    expect(await ask('app.dev.local')).toEqual([400, null]);
  });

  it('a backend that is dead for one host is dead for the same under each suffix', async () => {
    await editor.rpush('frontend:app.localhost', 'id', 'http://127.0.0.1:9', pair.backend.url);
    await eventually('it is found', async () => (await ask('app.localhost'))[0] === 200);
    const { router, deaths } = live.routing;
    const found = await router.resolve('app.dev.local');
    if (found.kind !== 'route') throw new Error(found.kind);
    const [first] = found.route.frontend.backends;
    if (first === undefined) throw new Error('no backend');
    deaths.failed(found.route, first, 'refused');
    await eventually(
      'it is marked',
      async () => (await editor.smembers('dead:app.localhost')).length === 1,
    );
    expect(await editor.exists('dead:app.dev.local')).toBe(0);
    const same = await router.resolve('app.localhost');
    expect(same.kind === 'route' && same.route.isDead(first)).toBe(true);
  });
});

describeWith('redis', 'a real server hears', () => {
  it('where no suffix shares its frontends: of the seven names of Hipache, and no more', async () => {
    await using server = await startRedisServer();
    const watcher = new Redis(server.port, server.host);
    const monitor = await watcher.monitor();
    const asked: string[] = [];
    monitor.on('monitor', (_time, [command, key]: string[]) => {
      if (command?.toLowerCase() === 'lrange' && key !== undefined) asked.push(key);
    });
    await using hipache = startRouting(storeOn(server));
    await using shared = startRouting(storeOn(server), {
      sharedSuffixes: ['localhost', 'dev.local'],
    });
    for (const { routing } of [hipache, shared]) expect(await routing.ready(20_000)).toBe(true);
    await hipache.routing.router.resolve('a.b.c.d.app.dev.local');
    await eventually('they are heard', () => asked.includes('frontend:*'));
    expect(asked).toEqual([
      ...['frontend:a.b.c.d.app.dev.local', 'frontend:*.c.d.app.dev.local'],
      ...['frontend:*.d.app.dev.local', 'frontend:*.app.dev.local'],
      ...['frontend:*.dev.local', 'frontend:*.local', 'frontend:*'],
    ]);
    asked.length = 0;
    await shared.routing.router.resolve('app.localhost');
    await eventually('they are heard', () => asked.includes('frontend:*'));
    expect(asked).toEqual([
      ...['frontend:app.localhost', 'frontend:app.dev.local'],
      ...['frontend:*.localhost', 'frontend:*.dev.local', 'frontend:*'],
    ]);
    monitor.disconnect();
    watcher.disconnect();
  });
});
