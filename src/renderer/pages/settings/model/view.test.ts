import { expect, test } from 'vitest';
import { matches } from './search.ts';
import { isInFile, patchOf, valueAt } from './view.ts';

const view = {
  values: { server: { workers: 4 }, driver: 'embedded:' },
  explicit: ['server.workers', 'driver'],
};

test('a value is found by its key', () => {
  expect(valueAt(view, 'server.workers')).toBe(4);
  expect(valueAt(view, 'driver')).toBe('embedded:');
  expect(valueAt(view, 'driver.sentinels')).toBeUndefined();
});

test('what is not in the file has its default', () => {
  expect(isInFile(view, 'server.workers')).toBe(true);
  expect(isInFile(view, 'driver')).toBe(true);
  expect(isInFile(view, 'server.work')).toBe(false);
});

test('one key makes a patch that leaves the others', () => {
  expect(patchOf('server.workers', 4)).toEqual({ server: { workers: 4 } });
  expect(patchOf('driver', null)).toEqual({ driver: null });
});

test('every word of a search has to be somewhere, in any order', () => {
  const row = { label: 'Workers', help: 'Processes that move traffic.', words: 'server.workers' };
  expect(matches('traffic WORK', row, 'Proxy')).toBe(true);
  expect(matches('proxy', row, 'Proxy')).toBe(true);
  expect(matches('workers redis', row, 'Proxy')).toBe(false);
});
