import { expect, test } from 'vitest';
import type { News } from '../shared/model/news.ts';
import { LastGood, lastGoodOf } from './lastGood.ts';

const store = { kind: 'socket', prefix: '', path: '/store' } as const;
const found = (name: string, at: number, list: readonly string[] | null = ['id']): News => ({
  kind: 'found',
  finding: { name, list, at },
});
const changed = (name: string | null, at: number): News => ({ kind: 'changed', name, at });

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

test('a change makes forget what was read before it, and nothing that was read after', () => {
  expect(after(found('a', 1), changed('a', 2))('a')).toBeUndefined();
  expect(after(found('a', 3), changed('a', 2))('a')).toEqual(['id']);
  expect(after(found('b', 1), changed('a', 2))('b')).toEqual(['id']);
});

test('what was read before a change and arrives after it, from a slower worker, is not believed', () => {
  expect(after(changed('a', 2), found('a', 1))('a')).toBeUndefined();
  expect(after(found('a', 1), changed('a', 3), found('a', 2))('a')).toBeUndefined();
  expect(after(changed('a', 2), found('a', 1), found('a', 3))('a')).toEqual(['id']);
});

test('a change of everything makes forget every name, in whatever order', () => {
  expect(after(found('a', 1), changed(null, 2))('a')).toBeUndefined();
  expect(after(changed(null, 2), found('a', 1))('a')).toBeUndefined();
  expect(after(changed(null, 2), changed('a', 1), found('a', 1.5))('a')).toBeUndefined();
  expect(after(changed(null, 2), found('a', 3), changed(null, 1))('a')).toEqual(['id']);
});

test('it is bounded by names; what was learned or asked for last stays', () => {
  const table = new LastGood(store, { maxKeys: 100, maxBytes: 1_000_000 });
  table.learn([found('kept', 0)]);
  for (let i = 0; i < 10_000; i++) {
    table.learn([i % 2 === 0 ? found(`n${i}`, i) : changed(`n${i}`, i)]);
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
