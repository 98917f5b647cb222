import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { HostsEvent } from '../../src/shared/contract/hosts.ts';
import { limits } from '../../src/shared/limits.ts';
import { formatDeadMark } from '../../src/shared/model/dead.ts';
import { eventually } from '../support/eventually.ts';
import { type LiveHosts, startHosts } from '../support/liveHosts.ts';
import { describeOnSharedStores, type SharedStoreSubject } from '../support/sharedStores.ts';

describeOnSharedStores('hosts that several instances edit', (start) => {
  let subject: SharedStoreSubject;
  let one: LiveHosts;
  let two: LiveHosts;

  beforeAll(async () => {
    subject = await start();
  }, 60_000);
  beforeEach(async () => {
    await subject.empty();
    one = startHosts(subject.spec);
    two = startHosts(subject.spec);
    await eventually('both are live', () =>
      [one, two].every(({ table }) => table.state === 'live'),
    );
  });
  afterEach(async () => {
    await one?.[Symbol.asyncDispose]();
    await two?.[Symbol.asyncDispose]();
  });
  afterAll(() => subject?.[Symbol.asyncDispose]());

  const listOf = (name: string): Promise<string[]> =>
    subject.client.lrange(`frontend:${name}`, 0, -1);
  const urls = (who: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => `http://${who}:${i + 1}`);

  it('lose nothing when two instances and redis-cli add to the same host at once', async () => {
    const each = 25;
    await Promise.all([
      ...urls('one', each).map((url) => one.hosts.add({ name: 'app', backends: [url] })),
      ...urls('two', each).map((url) => two.hosts.add({ name: 'app', backends: [url] })),
    ]);
    await Promise.all([
      ...urls('cli', each).map((url) => subject.client.rpush('frontend:app', url)),
      ...urls('three', each).map((url) => one.hosts.add({ name: 'app', backends: [url] })),
      ...urls('one', each).map((url) => two.hosts.remove({ name: 'app', backends: [url] })),
    ]);
    const [identifier, ...backends] = await listOf('app');
    expect(identifier).toBe('app');
    const expected = [...urls('two', each), ...urls('three', each), ...urls('cli', each)];
    expect(backends.toSorted()).toEqual(expected.toSorted());
  });

  it('refuse an edit of what another instance has changed meanwhile', async () => {
    const seen = await one.hosts.add({ name: 'app', backends: ['http://a:1'] });
    const options = { policy: 'sticky' } as const;
    const theirs = await two.hosts.set({ name: 'app', options, expect: seen.revision });
    const mine = one.hosts.set({ name: 'app', backends: ['http://b:1'], expect: seen.revision });
    await expect(mine).rejects.toMatchObject({ code: 'BERTH_CONFLICT' });
    expect(await listOf('app')).toEqual(['app', 'http://a:1']);
    await one.hosts.set({ name: 'app', backends: ['http://b:1'], expect: theirs.revision });
    expect(await two.hosts.get({ name: 'app' })).toMatchObject({
      backends: ['http://b:1'],
      options: { policy: 'sticky' },
    });
  });

  it('give exactly one of two instances that expect the same its edit', async () => {
    await one.hosts.add({ name: 'app', backends: ['http://a:1'] });
    for (let round = 0; round < 20; round++) {
      const { revision } = await one.hosts.get({ name: 'app' });
      const results = await Promise.allSettled(
        [one, two].map(({ hosts }, i) =>
          hosts.set({ name: 'app', identifier: `round ${round} of ${i}`, expect: revision }),
        ),
      );
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    }
  });

  it('move the dead marks of a backend that is shifted, with the time that they have left', async () => {
    await one.hosts.add({ name: 'app', backends: ['http://a:1', 'http://b:1', 'http://c:1'] });
    const mark = formatDeadMark({ url: 'http://c:1', reason: 'refused', at: 1 });
    await subject.client.sadd('dead:app', 0, 2);
    await subject.client.expire('dead:app', 20);
    await subject.client.hset('berth:dead:app', '2', mark);
    await subject.client.expire('berth:dead:app', 20);
    await eventually('the marks are seen', () => two.table.entries.get('app')?.dead.size === 2);
    await one.hosts.remove({ name: 'app', backends: ['http://a:1'] });
    expect(await subject.client.smembers('dead:app')).toEqual(['1']);
    expect(await subject.client.hgetall('berth:dead:app')).toEqual({ '1': mark });
    expect(await subject.client.ttl('dead:app')).toBeGreaterThan(15);
    await eventually('the other instance sees it', () => {
      const entry = two.table.entries.get('app');
      return entry?.dead.size === 1 && entry.dead.get(1)?.url === 'http://c:1';
    });
  });

  it('leave no key of a frontend that is removed, and bring it back when that is undone', async () => {
    await one.hosts.add({ name: 'app', backends: ['http://a:1', 'http://b:1'] });
    await one.hosts.set({ name: 'app', options: { weights: { 'http://a:1': 4 } } });
    await subject.client.sadd('dead:app', 1);
    expect(await one.hosts.remove({ name: 'app' })).toBeNull();
    for (const key of ['frontend:app', 'dead:app', 'berth:dead:app', 'berth:options:app']) {
      expect(await subject.client.exists(key)).toBe(0);
    }
    await one.hosts.undo({});
    expect(await two.hosts.get({ name: 'app' })).toMatchObject({
      backends: ['http://a:1', 'http://b:1'],
      options: { weights: { 'http://a:1': 4 } },
    });
    await two.hosts.add({ name: 'app', backends: ['http://c:1'] });
    await expect(one.hosts.undo({})).rejects.toMatchObject({ code: 'BERTH_CONFLICT' });
  });

  it('leave a frontend that expires its end of life', async () => {
    await subject.client.rpush('frontend:app', 'app', 'http://a:1', 'http://b:1', 'http://c:1');
    await subject.client.expire('frontend:app', 100);
    await one.hosts.set({ name: 'app', backends: ['http://x:1', 'http://b:1'], identifier: 'New' });
    expect(await listOf('app')).toEqual(['New', 'http://x:1', 'http://b:1']);
    expect(await subject.client.ttl('frontend:app')).toBeGreaterThan(90);
  });

  it('tell a watcher what redis-cli changes, within a moment', async () => {
    const watcher = two.hosts.watch();
    const next = async (): Promise<HostsEvent | undefined> => (await watcher.next()).value;
    expect(await next()).toEqual({ kind: 'all', hosts: [] });
    await subject.client.rpush('frontend:cli', 'cli', 'http://c:1');
    expect(await next()).toMatchObject({ kind: 'changed', host: { backends: ['http://c:1'] } });
    await subject.client.set('berth:options:cli', '{"policy":"round-robin"}');
    expect(await next()).toMatchObject({
      kind: 'changed',
      host: { options: { policy: 'round-robin' } },
    });
    await subject.client.del('frontend:cli');
    expect(await next()).toEqual({ kind: 'removed', name: 'cli' });
    await watcher.return?.();
  });

  it('notice that a dead mark has ended by itself', async () => {
    await one.hosts.add({ name: 'app', backends: ['http://a:1', 'http://b:1'] });
    await subject.client.sadd('dead:app', 1);
    await eventually('the mark is seen', () => one.table.entries.get('app')?.dead.size === 1);
    await subject.client.pexpire('dead:app', 700);
    await eventually('its end is seen', () => one.table.entries.get('app')?.dead.size === 0, 3000);
  });

  it('are shown beside what cannot be read', async () => {
    const long = Array.from({ length: limits.maxBackendsPerFrontend + 1 }, () => 'http://x:1');
    await subject.client.set('frontend:text', 'http://x:1');
    await subject.client.rpush('frontend:long', 'long', ...long);
    await subject.client.sadd('berth:options:fine', 'x');
    await subject.client.rpush('frontend:fine', 'fine', 'http://f:1');
    await eventually('all three are listed', () => two.table.entries.size === 3);
    const findings = (await two.hosts.list()).map(({ name, findings: [first] }) => [
      name,
      first?.rule,
    ]);
    expect(findings).toEqual([
      ['fine', 'unreadable-options'],
      ['long', 'unreadable'],
      ['text', 'unreadable'],
    ]);
  });
});
