import { expect, test } from 'vitest';
import type { News } from '../../shared/model/news.ts';
import { LastGood, lastGoodOf } from './lastGood.ts';

const store = { kind: 'socket', prefix: '', path: '/store' } as const;
const found = (name: string, at: number, list: readonly string[] | null = ['id']): News => ({
  kind: 'found',
  finding: { name, list, options: null, at },
});
const changed = (name: string, at: number): News => ({ kind: 'changed', name, at });
const allChanged = (at: number): News => ({ kind: 'all-changed', at });

function after(...news: readonly News[]) {
  const table = new LastGood(store);
  for (const item of news) table.learn([item]);
  return (name: string) => table.recall([name])[0]?.list;
}

test('what one worker read is known, also that there is nothing, and what nobody read is left out', () => {
  const table = new LastGood(store);
  table.learn([found('a', 1, ['id', 'http://a:1']), found('b', 1, []), found('c', 1, null)]);
  expect(table.recall(['a', 'x', 'b', 'c']).map(({ list }) => list)).toEqual([
    ['id', 'http://a:1'],
    [],
    null,
  ]);
});

test('of two reads the later one counts, whichever arrives first', () => {
  expect(after(found('a', 1, ['old']), found('a', 2, ['new']))('a')).toEqual(['new']);
  expect(after(found('a', 2, ['new']), found('a', 1, ['old']))('a')).toEqual(['new']);
});

test('a change of something known is to be read again by who told of it, and holds until then', () => {
  const table = new LastGood(store);
  table.learn([found('a', 1, ['old']), found('b', 5)]);
  expect(table.learn([changed('a', 2), changed('b', 2), changed('nobody knows', 2)])).toEqual([
    'a',
  ]);
  expect(table.recall(['a'])[0]?.list).toEqual(['old']);
  table.learn([found('a', 3, [])]);
  expect(table.recall(['a'])[0]?.list).toEqual([]);
  expect(table.learn([changed('a', 2)])).toEqual([]);
});

test('a change that a slower worker heard does not undo what a faster one has read since', () => {
  expect(after(found('a', 1, ['new']), changed('a', 2))('a')).toEqual(['new']);
});

test('a change of everything makes forget every name, in whatever order', () => {
  expect(after(found('a', 1), allChanged(2))('a')).toBeUndefined();
  expect(after(allChanged(2), found('a', 1))('a')).toBeUndefined();
  expect(after(found('a', 1), allChanged(2), found('a', 1.5))('a')).toBeUndefined();
  expect(after(allChanged(2), found('a', 3), allChanged(1))('a')).toEqual(['id']);
});

test('it is bounded by names; what was learned or asked for last stays', () => {
  const table = new LastGood(store, { maxKeys: 100, maxBytes: 1_000_000 });
  table.learn([found('kept', 0)]);
  for (let i = 0; i < 10_000; i++) {
    table.learn([found(`n${i}`, i)]);
    table.recall(['kept']);
  }
  expect(table.size).toBe(100);
  expect(table.recall(['kept'])).toHaveLength(1);
});

test('it is bounded by bytes', () => {
  const table = new LastGood(store, { maxKeys: 10_000, maxBytes: 100_000 });
  for (let i = 0; i < 1000; i++) table.learn([found(`n${i}`, i, ['x'.repeat(5000)])]);
  expect(table.size).toBeGreaterThan(0);
  expect(table.size).toBeLessThan(10);
});

test('it stays for the same store, and another store begins with nothing', () => {
  const table = new LastGood(store);
  expect(lastGoodOf({ ...store }, table)).toBe(table);
  const other = lastGoodOf({ ...store, prefix: 'x:' }, table);
  expect(other).not.toBe(table);
  expect(lastGoodOf(store, null).size).toBe(0);
});
