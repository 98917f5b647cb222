import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReachableStore } from '../../src/shared/model/driver.ts';
import { slotOf } from '../../src/store/slots.ts';
import { eventually } from '../support/eventually.ts';
import { deadOf, routeOf, urlsOf } from '../support/fakeRouting.ts';
import { type LiveRouting, startRouting } from '../support/liveRouting.ts';
import { type RedisCluster, type RedisServer, startRedisCluster } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';

describeWith('redis', 'a Redis Cluster of three', () => {
  let cluster: RedisCluster;
  let editor: Cluster;
  let one: LiveRouting;
  let two: LiveRouting;
  let store: ReachableStore;

  beforeAll(async () => {
    cluster = await startRedisCluster();
    const [first] = cluster.nodes;
    if (first === undefined) throw new Error('no node');
    store = {
      kind: 'cluster',
      prefix: '',
      nodes: [{ host: first.host, port: first.port }],
      tls: false,
    };
    editor = new Cluster([{ host: first.host, port: first.port }]);
    one = startRouting(store);
    two = startRouting(store);
    expect(await one.routing.ready(20_000)).toBe(true);
    expect(await two.routing.ready(20_000)).toBe(true);
  }, 60_000);
  afterAll(async () => {
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
    editor.disconnect();
    await cluster.stop();
  });

  /** Hosts whose frontends live on different nodes. */
  const hosts = ['a.local', 'b.local', 'c.local', 'd.local', 'e.local', 'f.local'];
  const nodeOf = (key: string): RedisServer => {
    const [one, two, three] = cluster.nodes;
    const slot = slotOf(key);
    const node = slot < 5461 ? one : slot < 10_923 ? two : three;
    if (node === undefined) throw new Error('no node');
    return node;
  };

  /** Two more hosts whose frontends are in the slot of this one's. */
  const siblingsOf = (host: string): readonly [string, string] => {
    const slot = slotOf(`frontend:${host}`);
    const found: string[] = [];
    for (let i = 0; found.length < 2; i++) {
      if (slotOf(`frontend:s${i}.local`) === slot) found.push(`s${i}.local`);
    }
    return [found[0] ?? '', found[1] ?? ''];
  };

  it('hosts on every node are found, wildcards across nodes too, and changes are pushed', async () => {
    expect(one.routing.state).toBe('live');
    const { router } = one.routing;
    expect(new Set(hosts.map((host) => nodeOf(`frontend:${host}`).port)).size).toBe(3);
    for (const host of hosts) {
      expect(await router.resolve(host)).toEqual({ kind: 'unknown' });
      await editor.rpush(`frontend:${host}`, host, 'http://a:1', 'http://b:1');
      await eventually(host, async () => urlsOf(await router.resolve(host)).length === 2);
      await editor.lset(`frontend:${host}`, 1, 'http://new:1');
      await eventually(host, async () => urlsOf(await router.resolve(host))[0] === 'http://new:1');
    }
    await editor.rpush('frontend:*.wild.local', 'wild', 'http://w:1');
    await eventually(
      'the wildcard',
      async () => urlsOf(await router.resolve('x.y.wild.local'))[0] === 'http://w:1',
    );
    expect(router.resolve('a.local')).not.toBeInstanceOf(Promise);
  });

  it('a mark by one instance is skipped by another and published, wherever its keys live', async () => {
    const listener = new Redis(cluster.nodes[2]?.port ?? 0, '127.0.0.1');
    const messages: string[] = [];
    listener.on('message', (_channel, message) => messages.push(message));
    await listener.subscribe('dead');
    for (const host of hosts) {
      const route = routeOf(await one.routing.router.resolve(host));
      const [backend] = route.frontend.backends;
      if (backend === undefined) throw new Error('no backend');
      one.routing.deaths.failed(route, backend, 'refused');
      await eventually(`${host} skipped`, async () =>
        deadOf(routeOf(await two.routing.router.resolve(host))).includes(0),
      );
      expect(await editor.ttl(`berth:dead:${host}`)).toBeGreaterThan(0);
    }
    await eventually('all are published', () => messages.length === hosts.length);
    expect(messages[0]).toBe('a.local;http://new:1;0;2');
    listener.disconnect();
  });

  it('a slot that moves to another node is followed, and its changes are still seen', async () => {
    const host = 'mover.local';
    const key = `frontend:${host}`;
    const slot = slotOf(key);
    await editor.rpush(key, 'mover', 'http://a:1');
    await eventually(
      'found',
      async () => urlsOf(await one.routing.router.resolve(host)).length === 1,
    );
    const from = nodeOf(key);
    const to = cluster.nodes.find((node) => node !== from);
    if (to === undefined) throw new Error('no node');
    const source = new Redis(from.port, from.host);
    const target = new Redis(to.port, to.host);
    const sourceId = String(await source.call('cluster', 'myid'));
    const targetId = String(await target.call('cluster', 'myid'));
    await target.call('cluster', 'setslot', slot, 'importing', sourceId);
    await source.call('cluster', 'setslot', slot, 'migrating', targetId);
    await source.migrate(to.host, to.port, key, 0, 5000);
    const [asked, moved] = siblingsOf(host);
    const create = (name: string): Promise<unknown> =>
      target.pipeline().call('asking').rpush(`frontend:${name}`, 'new', 'http://s:1').exec();
    // In between, the old owner sends whoever asks for this key to the new one, for one command.
    await eventually(
      'found while it moves',
      async () => urlsOf(await one.routing.router.resolve(host))[0] === 'http://a:1',
    );
    await create(asked);
    expect(urlsOf(await one.routing.router.resolve(asked))).toEqual(['http://s:1']);
    await create(moved);
    for (const client of [target, source]) {
      await client.call('cluster', 'setslot', slot, 'node', targetId);
    }
    expect(urlsOf(await one.routing.router.resolve(moved))).toEqual(['http://s:1']);
    await target.lset(key, 1, 'http://moved:1');
    await eventually(
      'the change at the new owner',
      async () => urlsOf(await one.routing.router.resolve(host))[0] === 'http://moved:1',
    );
    await target.lset(key, 1, 'http://again:1');
    await eventually(
      'one more change at the new owner',
      async () => urlsOf(await one.routing.router.resolve(host))[0] === 'http://again:1',
    );
    source.disconnect();
    target.disconnect();
  });

  it('without one of its nodes, known hosts are served and the others are still found', async () => {
    const { router } = one.routing;
    for (const host of hosts) await router.resolve(host);
    const gone = nodeOf('frontend:a.local');
    await gone.kill();
    await eventually('it is noticed', () => one.routing.state === 'stale');
    for (const host of hosts) expect(urlsOf(await router.resolve(host))).toHaveLength(2);
    expect(one.routing.stats().waitingRequests).toBe(0);
  });
});
