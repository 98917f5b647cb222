import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { StoreAway } from '../../src/store/command.ts';
import type { Edit } from '../../src/store/edit.ts';
import { openStore } from '../../src/store/open.ts';
import { slotOf } from '../../src/store/slots.ts';
import type { SharedStore } from '../../src/store/store.ts';
import { eventually } from '../support/eventually.ts';
import { storeOn } from '../support/liveRouting.ts';
import {
  type RedisServer,
  startRedisCluster,
  startRedisSentinelPair,
  startRedisServer,
} from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { describeOnSharedStores, type SharedStoreSubject } from '../support/sharedStores.ts';

const quiet = { watched: [], events: { invalidated: () => {}, changed: () => {} } };
const open = (spec: SharedStoreSubject['spec']): SharedStore =>
  openStore(spec, { ...quiet, random: Math.random });
const isReached = (store: SharedStore) => () => store.state === 'live' || store.state === 'polling';

const increase = (key: string): Edit<number> => ({
  reads: [['get', key]],
  decide: ([reply]) => {
    const result = Number(reply?.ok === true ? (reply.value ?? 0) : 0) + 1;
    return { writes: [{ key, commands: [['set', key, result]] }], result };
  },
});

describeOnSharedStores('edits', (start) => {
  let subject: SharedStoreSubject;
  let one: SharedStore;
  let two: SharedStore;

  beforeAll(async () => {
    subject = await start();
    one = open(subject.spec);
    two = open(subject.spec);
    await eventually('both are there', () => isReached(one)() && isReached(two)());
  }, 60_000);
  beforeEach(() => subject.empty());
  afterAll(async () => {
    one?.close();
    two?.close();
    await subject?.[Symbol.asyncDispose]();
  });

  it('of two instances that change the same key at the same time lose nothing', async () => {
    const edits = Array.from({ length: 60 }, (_, i) => (i % 2 ? one : two).edit(increase('n')));
    const outcomes = await Promise.all(edits);
    expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
    expect(await subject.client.get('n')).toBe('60');
  });

  it('of keys in different slots are made', async () => {
    await subject.client.set('a', '1');
    const outcome = await one.edit({
      reads: [
        ['get', 'a'],
        ['get', 'b'],
        ['get', 'c'],
      ],
      decide: (replies) => ({
        writes: ['c', 'b'].map((key) => ({ key, commands: [['set', key, 'new']] })),
        result: replies.map((reply) => (reply.ok ? reply.value : reply.error)),
      }),
    });
    expect(outcome).toEqual({ kind: 'done', result: ['1', null, null] });
    expect(await subject.client.get('b')).toBe('new');
    expect(await subject.client.get('c')).toBe('new');
  });

  it('do not take what an edit watched that was given up for a conflict', async () => {
    const edit: Edit<never> = {
      reads: [['get', 'n']],
      decide: () => {
        throw new Error('no');
      },
    };
    await expect(one.edit(edit)).rejects.toThrow('no');
    await subject.client.set('n', '7');
    let decided = 0;
    const { reads, decide } = increase('m');
    await one.edit({
      reads,
      decide: (replies) => {
        decided++;
        return decide(replies);
      },
    });
    expect(decided).toBe(1);
  });

  it('tell the error of a command', async () => {
    await subject.client.set('text', 'x');
    const edit: Edit<null> = {
      reads: [['get', 'text']],
      decide: () => ({
        writes: [{ key: 'text', commands: [['rpush', 'text', '1']] }],
        result: null,
      }),
    };
    await expect(one.edit(edit)).rejects.toThrow('WRONGTYPE');
  });

  it('are made beside a listing of every key, once or more, whatever characters the prefix has', async () => {
    const names = Array.from({ length: 3000 }, (_, i) => `[x*?\\]:${i}`);
    const write = (key: string): Promise<unknown> => subject.client.set(key, '1');
    await Promise.all([...names, 'x:1', '[x*?', '[x1?\\]:2'].map(write));
    const seen = new Set<string>();
    let steps = 0;
    for await (const keys of one.scan('[x*?\\]:')) {
      steps++;
      for (const key of keys) seen.add(key);
    }
    expect([...seen].sort()).toEqual(names.sort());
    expect(steps).toBeGreaterThan(2);
  });
});

describeWith('redis', 'edits in a Redis Cluster', () => {
  it('follow a slot to its new owner, and wait while it moves', async () => {
    await using cluster = await startRedisCluster();
    const [from, to] = cluster.nodes.toSorted((a, b) => (owns(a) ? 0 : 1) - (owns(b) ? 0 : 1));
    function owns(node: RedisServer): boolean {
      return cluster.nodes.indexOf(node) === Math.floor(slotOf('n') / 5461);
    }
    if (from === undefined || to === undefined) throw new Error('no node');
    const source = new Redis(from.port, from.host);
    const target = new Redis(to.port, to.host);
    const store = open({
      kind: 'cluster',
      prefix: '',
      nodes: [{ host: from.host, port: from.port }],
      tls: false,
    });
    try {
      await eventually('it is reached', isReached(store));
      expect(await store.edit(increase('n'))).toEqual({ kind: 'done', result: 1 });
      const sourceId = String(await source.call('cluster', 'myid'));
      const targetId = String(await target.call('cluster', 'myid'));
      const slot = slotOf('n');
      await target.call('cluster', 'setslot', slot, 'importing', sourceId);
      await source.call('cluster', 'setslot', slot, 'migrating', targetId);
      await source.migrate(to.host, to.port, 'n', 0, 5000);
      await expect(store.edit(increase('n'))).rejects.toThrow(StoreAway);
      for (const client of [target, source]) {
        await client.call('cluster', 'setslot', slot, 'node', targetId);
      }
      expect(await store.edit(increase('n'))).toEqual({ kind: 'done', result: 2 });
      expect(await target.get('n')).toBe('2');
    } finally {
      store.close();
      source.disconnect();
      target.disconnect();
    }
  });
});

describeWith('redis', 'edits of a server that hangs', () => {
  it('fail within seconds, all that wait together, and are made again when it goes on', async () => {
    await using server = await startRedisServer();
    const store = open(storeOn(server));
    try {
      await eventually('it is reached', isReached(store));
      await store.edit(increase('n'));
      server.pause();
      const began = performance.now();
      const edits = Array.from({ length: 200 }, () => store.edit(increase('n')));
      const results = await Promise.allSettled(edits);
      expect(performance.now() - began).toBeLessThan(
        limits.maxEditWaitMs + 2 * limits.storeCommandTimeoutMs,
      );
      expect(results.every(({ status }) => status === 'rejected')).toBe(true);
      server.resume();
      await eventually('an edit is made', () =>
        store.edit(increase('m')).then(
          () => true,
          () => false,
        ),
      );
    } finally {
      store.close();
    }
  });

  it('say that their outcome is not known when it hangs in the middle', async () => {
    await using server = await startRedisServer();
    const store = open(storeOn(server));
    try {
      await eventually('it is reached', isReached(store));
      const { reads, decide } = increase('n');
      const edit = store.edit({
        reads,
        decide: (replies) => {
          server.pause();
          return decide(replies);
        },
      });
      await expect(edit).rejects.toThrow('whether it was written is not known');
      server.resume();
    } finally {
      store.close();
    }
  });

  it('of which too many wait are refused at once', async () => {
    await using server = await startRedisServer();
    const store = open(storeOn(server));
    try {
      await eventually('it is reached', isReached(store));
      const edits = Array.from({ length: limits.maxQueuedEdits }, () => store.edit(increase('n')));
      await expect(store.edit(increase('n'))).rejects.toThrow('edits wait');
      const results = await Promise.allSettled(edits);
      expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
    } finally {
      store.close();
    }
  });

  it('end when the store is closed', async () => {
    await using server = await startRedisServer();
    const store = open(storeOn(server));
    await eventually('it is reached', isReached(store));
    const edits = [store.edit(increase('n')), store.edit(increase('n'))];
    store.close();
    const results = await Promise.allSettled(edits);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describeWith(['redis', 'sentinel'], 'edits of a store with a primary and a replica', () => {
  it('go to the primary of a pair', async () => {
    await using primary = await startRedisServer();
    await using replica = await startRedisServer({
      args: ['--replicaof', primary.host, String(primary.port), '--repl-diskless-sync-delay', '0'],
    });
    const store = open(storeOn(replica, primary));
    try {
      await eventually('it is reached', isReached(store));
      expect(await store.edit(increase('n'))).toEqual({ kind: 'done', result: 1 });
      expect(await store.edit(increase('n'))).toEqual({ kind: 'done', result: 2 });
    } finally {
      store.close();
    }
  });

  it('go to the primary that the sentinels name, also after a failover', async () => {
    await using pair = await startRedisSentinelPair();
    const store = open({
      kind: 'sentinel',
      prefix: '',
      name: pair.name,
      sentinels: [{ host: pair.sentinel.host, port: pair.sentinel.port }],
      database: 0,
      tls: false,
    });
    try {
      await eventually('it is reached', isReached(store));
      expect(await store.edit(increase('n'))).toEqual({ kind: 'done', result: 1 });
      await pair.primary.kill();
      await expect(store.edit(increase('n'))).rejects.toThrow(StoreAway);
      await eventually('an edit is made again', () =>
        store.edit(increase('m')).then(
          () => true,
          () => false,
        ),
      );
    } finally {
      store.close();
    }
  });
});
