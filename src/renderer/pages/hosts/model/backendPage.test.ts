import { expect, test } from 'vitest';
import { backendHealth, hostHealth } from '../../../../../test/support/hostHealth.ts';
import { hostView } from '../../../../../test/support/hostView.ts';
import { defaultOptions } from '../../../../shared/model/options.ts';
import { backendPage, backendsPerPage, listedBackends } from './backendPage.ts';
import { joinRows } from './rows.ts';

const urls = Array.from({ length: 120 }, (_, index) => `http://10.0.0.1:${3000 + index}`);

function listed(backends: readonly string[]) {
  const host = hostView({
    name: 'a',
    backends,
    options: { ...defaultOptions, drained: backends.slice(7, 8) },
  });
  const health = hostHealth({
    name: 'a',
    backends: backends.map((url, index) =>
      backendHealth({ index, url, ...(index === 60 ? { state: 'down', reason: 'refused' } : {}) }),
    ),
  });
  const row = joinRows(null, {
    hosts: new Map([['a', host]]),
    health: new Map([['a', health]]),
    traffic: null,
  })?.get('a');
  return row === undefined ? [] : listedBackends(row);
}

const page = (filter: string, number = 0, edited: string | null = null) =>
  backendPage(listed(urls), { filter, page: number, edited });

test('a page has so many backends, and the last one the rest', () => {
  expect(page('').shown.map(({ index }) => index)).toEqual([...Array(backendsPerPage).keys()]);
  expect(page('', 2)).toMatchObject({ matching: 120, page: 2, pages: 3 });
  expect(page('', 2).shown).toHaveLength(20);
});

test('a page that is no more is the last one', () => {
  expect(page('', 99).page).toBe(2);
  expect(backendPage([], { filter: '', page: 4, edited: null })).toEqual({
    shown: [],
    matching: 0,
    page: 0,
    pages: 1,
  });
});

test.each([
  ['down', [60]],
  ['refused', [60]],
  ['drained', [7]],
  ['#60', [60]],
  [':3119', [119]],
  ['10.0.0.1 DOWN', [60]],
  ['up', []],
])('the filter %j finds %j', (filter, found) => {
  expect(page(filter).shown.map(({ index }) => index)).toEqual(found);
});

test('one that is written in stays when the filter has no word of it any more', () => {
  const edited = `0 ${urls[3]}`;
  expect(page('down', 0, edited).shown.map(({ index }) => index)).toEqual([3, 60]);
});

test('keys stay with their backends when one comes before them, and tell twins apart', () => {
  const before = listed(['http://a:1', 'http://b:1', 'http://a:1']).map(({ key }) => key);
  expect(new Set(before).size).toBe(3);
  const after = listed(['http://c:1', 'http://a:1', 'http://b:1', 'http://a:1']);
  expect(after.slice(1).map(({ key }) => key)).toEqual(before);
});
