import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrafficOptions } from '../../src/shared/model/trafficOptions.ts';
import { defaultTrafficOptions } from '../../src/shared/model/trafficOptions.ts';
import { eventually } from '../support/eventually.ts';
import { routeOf, urlsOf } from '../support/fakeRouting.ts';
import { type LiveRouting, startRouting } from '../support/liveRouting.ts';
import { describeOnStores, type RoutableStore } from '../support/routableStore.ts';

describeOnStores('the options of a frontend', (start) => {
  let server: RoutableStore;
  let editor: Redis;
  let live: LiveRouting;

  beforeAll(async () => {
    server = await start();
    editor = new Redis(server.port, server.host);
    live = startRouting(server.spec);
    expect(await live.routing.ready(20_000)).toBe(true);
  });
  afterAll(async () => {
    await live[Symbol.asyncDispose]();
    editor.disconnect();
    await server.stop();
  });

  const optionsOf = async (host: string): Promise<TrafficOptions> =>
    routeOf(await live.routing.router.resolve(host)).options;

  it('are seen when they are set, changed and removed, though the list stays as it is', async () => {
    await editor.rpush('frontend:a.local', 'a', 'http://a:1');
    await eventually('the frontend', async () =>
      urlsOf(await live.routing.router.resolve('a.local')).includes('http://a:1'),
    );
    expect(await optionsOf('a.local')).toEqual(defaultTrafficOptions);
    for (const policy of ['sticky', 'round-robin'] as const) {
      await editor.set('berth:options:a.local', JSON.stringify({ policy }));
      await eventually(policy, async () => (await optionsOf('a.local')).policy === policy);
    }
    await editor.del('berth:options:a.local');
    await eventually('defaults', async () => (await optionsOf('a.local')).policy === 'random');
  });

  it.each([
    ['a list', () => editor.rpush('berth:options:b.local', 'x')],
    ['no JSON', () => editor.set('berth:options:b.local', 'x')],
    ['without end', () => editor.set('berth:options:b.local', 'x'.repeat(8 * 1024 * 1024))],
  ])('that are %s cost nothing but themselves', async (_what, poison) => {
    await editor.del('frontend:b.local', 'berth:options:b.local');
    await poison();
    await editor.rpush('frontend:b.local', 'b', 'http://b:1');
    await eventually('the frontend', async () =>
      urlsOf(await live.routing.router.resolve('b.local')).includes('http://b:1'),
    );
    expect(await optionsOf('b.local')).toEqual(defaultTrafficOptions);
    await eventually('a line', () =>
      live.lines.some((line) => line.startsWith('warn berth:options:b.local: ')),
    );
    expect(live.routing.state).toBe('live');
  });
});
