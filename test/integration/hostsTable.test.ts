import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import type { HostsEvent } from '../../src/shared/contract/hosts.ts';
import { limits } from '../../src/shared/limits.ts';
import { eventually } from '../support/eventually.ts';
import { startHosts } from '../support/liveHosts.ts';
import { storeOn } from '../support/liveRouting.ts';
import { startRedisCluster, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { describeOnSharedStores } from '../support/sharedStores.ts';

const next = async (watcher: AsyncIterableIterator<HostsEvent>): Promise<HostsEvent | undefined> =>
  (await watcher.next()).value;

const namesIn = (event: HostsEvent | undefined): readonly string[] =>
  event?.kind === 'all' ? event.hosts.map(({ name }) => name) : [];

describeOnSharedStores('the list of hosts', (start) => {
  it('holds 20,000 frontends, counts more, edits those too, and follows changes', async () => {
    await using subject = await start();
    const extra = 500;
    const count = limits.maxListedFrontends + extra;
    for (let i = 0; i < count; i += 500) {
      await Promise.all(
        Array.from({ length: 500 }, (_, j) =>
          subject.client.rpush(`frontend:h${i + j}.local`, 'id', 'http://127.0.0.1:3000'),
        ),
      );
    }
    await using live = startHosts(subject.spec);
    await eventually('everything is read', () => live.table.state === 'live', 60_000);
    expect(live.table.entries.size).toBe(limits.maxListedFrontends);
    expect(live.table.left).toBe(extra);
    expect(await live.hosts.list()).toHaveLength(limits.maxListedFrontends);

    let beyond = '';
    for (let i = 0; beyond === ''; i++) {
      if (!live.table.entries.has(`h${i}.local`)) beyond = `h${i}.local`;
    }
    await live.hosts.add({ name: beyond, backends: ['http://127.0.0.1:3001'] });
    expect(await live.hosts.get({ name: beyond })).toMatchObject({
      backends: ['http://127.0.0.1:3000', 'http://127.0.0.1:3001'],
    });

    const listed = [...live.table.entries.keys()][0] ?? '';
    const watcher = live.hosts.watch();
    expect(namesIn(await next(watcher))).toHaveLength(limits.maxListedFrontends);
    await subject.client.rpush(`frontend:${listed}`, 'http://127.0.0.1:3002');
    expect(await next(watcher)).toMatchObject({ kind: 'changed', host: { name: listed } });
  }, 120_000);
});

describeWith('redis', 'the list of hosts on a Redis', () => {
  it('keeps the last good hosts while the server is gone, and reads everything when it is back', async () => {
    await using server = await startRedisServer();
    const editor = new Redis(server.port, server.host);
    editor.on('error', () => {});
    await using live = startHosts(storeOn(server));
    try {
      await editor.rpush('frontend:old', 'old', 'http://a:1');
      await eventually('it is listed', () => live.table.entries.size === 1);
      const watcher = live.hosts.watch();
      expect(namesIn(await next(watcher))).toEqual(['old']);
      await server.kill();
      await eventually('the loss is noticed', () => live.table.state === 'stale');
      expect((await live.hosts.list()).map(({ name }) => name)).toEqual(['old']);
      await expect(live.hosts.add({ name: 'x', backends: ['http://x:1'] })).rejects.toMatchObject({
        code: 'BERTH_STORE_UNREACHABLE',
      });
      // It keeps nothing on disk, so it comes back empty.
      await server.restart();
      expect(namesIn(await next(watcher))).toEqual([]);
      expect(live.table.state).toBe('live');
      await editor.rpush('frontend:new', 'new', 'http://b:1');
      expect(await next(watcher)).toMatchObject({ kind: 'changed', host: { name: 'new' } });
      await live.hosts.add({ name: 'new', backends: ['http://c:1'] });
      expect(await editor.lrange('frontend:new', 0, -1)).toEqual([
        'new',
        'http://b:1',
        'http://c:1',
      ]);
    } finally {
      editor.disconnect();
    }
  });

  it('holds the server up at no time while it reads 20,000 frontends', async () => {
    await using server = await startRedisServer({ args: ['--slowlog-log-slower-than', '20000'] });
    const editor = new Redis(server.port, server.host);
    try {
      for (let i = 0; i < 20_000; i += 1000) {
        const batch = editor.pipeline();
        for (let j = i; j < i + 1000; j++) batch.rpush(`frontend:h${j}`, 'id', 'http://a:1');
        await batch.exec();
      }
      await editor.slowlog('RESET');
      await using live = startHosts(storeOn(server));
      await eventually('everything is read', () => live.table.state === 'live', 60_000);
      expect(await editor.slowlog('LEN')).toBe(0);
    } finally {
      editor.disconnect();
    }
  }, 60_000);

  it('is not held up by one huge key', async () => {
    await using server = await startRedisServer();
    const editor = new Redis(server.port, server.host);
    await using live = startHosts(storeOn(server));
    const states: string[] = [];
    live.table.subscribe((event) => {
      if (event.kind === 'state') states.push(event.state);
    });
    try {
      await eventually('it is live', () => live.table.state === 'live');
      await editor.rpush('frontend:huge', 'huge', `http://${'x'.repeat(64 * 1024 * 1024)}`);
      await editor.set('berth:options:fine', 'x'.repeat(64 * 1024 * 1024));
      await editor.rpush('frontend:fine', 'fine', 'http://f:1');
      await eventually('both are listed', () => live.table.entries.size === 2);
      expect(live.table.entries.get('huge')?.problem).toMatch(/^it takes \d+ bytes, more than/);
      expect(live.table.entries.get('fine')).toMatchObject({
        list: ['fine', 'http://f:1'],
        optionsProblem: `its options take more than ${limits.maxOptionsBytes} bytes`,
      });
      expect(states).toEqual(['live']);
    } finally {
      editor.disconnect();
    }
  });

  it('is polled where the server cannot push changes, while somebody looks', async () => {
    await using server = await startRedisServer({ args: ['--rename-command', 'CLIENT', ''] });
    const editor = new Redis(server.port, server.host);
    await using live = startHosts(storeOn(server));
    try {
      await eventually('it is polling', () => live.table.state === 'polling');
      const watcher = live.hosts.watch();
      expect(namesIn(await next(watcher))).toEqual([]);
      await editor.rpush('frontend:a', 'a', 'http://a:1');
      expect(await next(watcher)).toMatchObject({ kind: 'changed', host: { name: 'a' } });
      await live.hosts.add({ name: 'b', backends: ['http://b:1'] });
      expect((await live.hosts.list()).map(({ name }) => name)).toEqual(['a', 'b']);
    } finally {
      editor.disconnect();
    }
  });

  it('finds frontends behind a prefix with any characters, and no others', async () => {
    await using server = await startRedisServer();
    const editor = new Redis(server.port, server.host);
    await using live = startHosts({ ...storeOn(server), prefix: '[te*m]?:' });
    try {
      await editor.rpush('[te*m]?:frontend:a', 'a', 'http://a:1');
      await editor.rpush('tm?:frontend:b', 'b', 'http://b:1');
      await editor.rpush('frontend:c', 'c', 'http://c:1');
      await eventually('it is live', () => live.table.state === 'live');
      expect([...live.table.entries.keys()]).toEqual(['a']);
      await live.hosts.add({ name: 'd', backends: ['http://d:1'] });
      expect(await editor.exists('[te*m]?:frontend:d')).toBe(1);
    } finally {
      editor.disconnect();
    }
  });
});

describeWith('redis', 'the list of hosts on a Redis Cluster', () => {
  it('follows the changes of the other nodes while one is gone, and keeps what that one had', async () => {
    await using cluster = await startRedisCluster();
    const [first, second, third] = cluster.nodes;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('no node');
    const editors = [first, second, third].map(({ port, host }) => new Redis(port, host));
    for (const editor of editors) editor.on('error', () => {});
    // Slots 0 to 5460, to 10922, and to 16383.
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const add = async (name: string): Promise<number> => {
      for (const [i, editor] of editors.entries()) {
        const done = await editor.rpush(`frontend:${name}`, name, 'http://x:1').catch(() => null);
        if (done !== null) return i;
      }
      throw new Error('nobody took it');
    };
    await using live = startHosts({
      kind: 'cluster',
      prefix: '',
      nodes: [{ host: first.host, port: first.port }],
      tls: false,
    });
    try {
      const owners = new Map<string, number>();
      for (const name of names) owners.set(name, await add(name));
      await eventually('all are listed', () => live.table.entries.size === names.length);
      expect(new Set(owners.values()).size).toBe(3);
      // What is listed may have been read before each node told that it will push changes.
      await eventually('all nodes push changes', () => live.table.state === 'live');
      await third.kill();
      await eventually('the loss is noticed', () => live.table.state === 'stale');
      const name = names.find((one) => owners.get(one) === 0) ?? '';
      await editors[0]?.rpush(`frontend:${name}`, 'http://x:2');
      await eventually(
        'a change of another node is seen',
        () => live.table.entries.get(name)?.list?.length === 3,
      );
      expect(live.table.entries.size).toBe(names.length);
    } finally {
      for (const editor of editors) editor.disconnect();
    }
  }, 60_000);
});
