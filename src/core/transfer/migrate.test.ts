import { beforeEach, expect, test } from 'vitest';
import { type MemoryStore, memoryStore } from '../../../test/support/memoryStore.ts';
import { limits } from '../../shared/limits.ts';
import { keysFor } from '../../shared/model/keys.ts';
import { Migration, type Phase } from './migrate.ts';
import type { OpenedStore } from './openStore.ts';

let source: MemoryStore;
let target: MemoryStore;
beforeEach(() => {
  const events = { invalidated: () => {}, changed: () => {} };
  source = memoryStore(events);
  target = memoryStore(events);
  source.reach('live');
  target.reach('live');
});

const opened = (store: MemoryStore, prefix: string, isOneServer = true): OpenedStore => ({
  store,
  keys: keysFor(prefix),
  description: prefix,
  isOneServer,
  close: async () => {},
});
const migration = (isOneServer = true, signal = new AbortController().signal) => {
  const seen: [Phase, number, number | null][] = [];
  const progress = (...step: [Phase, number, number | null]) => seen.push(step);
  const made = new Migration(opened(source, 'a:'), opened(target, 'b:', isOneServer), {
    signal,
    progress,
  });
  return { made, seen };
};
const listed = (name: string) => target.value(`b:frontend:${name}`);

test('leaves alone what somebody else writes while it copies, and names it', async () => {
  source.run('rpush', 'a:frontend:one', 'one', 'http://1');
  source.run('rpush', 'a:frontend:two', 'two', 'http://2');
  const { made } = migration();
  expect(await made.survey()).toMatchObject({ found: 2, missing: 2, conflicts: { count: 0 } });
  target.overtaking.push(() => target.run('rpush', 'b:frontend:two', 'his', 'http://his'));
  const copied = await made.copy({ total: 2, replace: false });
  expect(copied).toMatchObject({ copied: 1, conflicts: { count: 1, names: [{ name: 'two' }] } });
  expect(listed('one')).toEqual(['one', 'http://1']);
  expect(listed('two')).toEqual(['his', 'http://his']);
  expect(await made.verify(2)).toMatchObject({
    same: 1,
    different: { count: 1, names: [{ name: 'two', reason: 'it has http://his' }] },
  });
});

test.each([true, false])('takes mappings along, with all on one server: %s', async (one) => {
  source.run('rpush', 'a:frontend:one', 'one', 'http://10.0.0.1:80');
  source.run('hset', 'a:berth:mapping:one', 'id', '{"kept":"as it is"}');
  const { made } = migration(one);
  expect(await made.survey()).toMatchObject({ found: 1, missing: 1 });
  expect(await made.copy({ total: 1, replace: false })).toMatchObject({ copied: 1 });
  expect(target.value('b:berth:mapping:one')).toEqual(new Map([['id', '{"kept":"as it is"}']]));
  expect(await made.verify(1)).toMatchObject({ same: 1 });
  target.run('hset', 'b:berth:mapping:one', 'id', 'other');
  expect(await made.verify(1)).toMatchObject({ same: 0, different: { count: 1 } });
});

test.each([true, false])('writes list and options, with all on one server: %s', async (one) => {
  source.run('rpush', 'a:frontend:one', 'one', 'http://1');
  source.run('set', 'a:berth:options:one', '{"policy":"sticky"}');
  source.run('set', 'a:berth:options:orphan', '{}');
  source.run('rpush', 'a:frontend:two', 'two', 'http://2');
  target.run('rpush', 'b:frontend:two', 'old', 'http://old');
  target.run('set', 'b:berth:options:two', '{"policy":"sticky"}');
  target.run('set', 'b:berth:options:one', '{}');
  const { made } = migration(one);
  expect(await made.survey()).toMatchObject({
    found: 3,
    missing: 1,
    same: 0,
    conflicts: { count: 2 },
  });
  expect(await made.copy({ total: 3, replace: true })).toMatchObject({ copied: 1, replaced: 2 });
  expect(await made.verify(3)).toMatchObject({ same: 3, different: { count: 0 } });
  expect(listed('two')).toEqual(['two', 'http://2']);
  expect(target.value('b:berth:options:two')).toBeUndefined();
  expect(target.value('b:berth:options:one')).toBe('{"policy":"sticky"}');
});

test('names a bounded number of conflicts, counts the rest, and tells how far it is', async () => {
  const many = limits.maxNamedConflicts + limits.tableStepNames + 5;
  for (let i = 0; i < many; i++) {
    source.run('rpush', `a:frontend:h${i}`, 'h', 'http://1');
    target.run('rpush', `b:frontend:h${i}`, 'h', 'http://other');
  }
  const { made, seen } = migration();
  const { conflicts } = await made.survey();
  expect(conflicts.count).toBe(many);
  expect(conflicts.names).toHaveLength(limits.maxNamedConflicts);
  expect(seen.at(-1)).toEqual(['looking', many, null]);
  expect(seen.length).toBeGreaterThan(1);
});

test('shows no password of a URL that somebody put into the target', async () => {
  source.run('rpush', 'a:frontend:one', 'one', 'http://1');
  target.run('rpush', 'b:frontend:one', 'one', 'http://ada:secret@1');
  const { conflicts } = await migration().made.survey();
  expect(conflicts.names).toEqual([{ name: 'one', reason: 'it has http://…@1' }]);
});

test('names the store that is away, and ends when it is to end', async () => {
  source.run('rpush', 'a:frontend:one', 'one', 'http://1');
  target.lose();
  await expect(migration().made.survey()).rejects.toMatchObject({
    code: 'BERTH_STORE_NOT_REACHED',
    detail: expect.stringMatching(/^b:: /),
  });
  const ending = new AbortController();
  ending.abort();
  await expect(migration(true, ending.signal).made.survey()).rejects.toBe(ending.signal.reason);
});
