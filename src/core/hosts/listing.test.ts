import { expect, it } from 'vitest';
import { defaultOptions } from '../../shared/model/options.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import { createTurns } from '../traffic/turns.ts';
import { createListing } from './listing.ts';
import { Views } from './view.ts';

const entryOf = (name: string): FrontendEntry => ({
  name,
  list: [name, 'http://127.0.0.1:3000'],
  problem: null,
  options: defaultOptions,
  optionsProblem: null,
  dead: new Map(),
  staleDead: new Map(),
  revision: '1',
});

/** A table of so many hosts, and a clock that a view takes a millisecond of. */
function start(count: number) {
  const entries = new Map<string, FrontendEntry>();
  for (let index = count; index > 0; index--) entries.set(`h${index}`, entryOf(`h${index}`));
  const table = { entries, version: 1 };
  let asked = 0;
  const port = { now: 80 };
  const views = new Views(() => {
    asked++;
    return [{ address: '127.0.0.1', port: port.now, secure: false }];
  });
  let now = 0;
  const turns = createTurns({ now: () => now++, sliceMs: 5 });
  const listing = createListing({ table, views, turns });
  return { table, port, listing, asked: () => asked };
}

it('the list is sorted, and made in slices between which others have their turn', async () => {
  const { listing, asked } = start(100);
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const hosts = await listing.all();
  isOver = true;
  expect(hosts.map(({ name }) => name)).toEqual(hosts.map(({ name }) => name).toSorted());
  expect(hosts).toHaveLength(100);
  expect(turns).toBeGreaterThanOrEqual(100 / 5 - 1);
  expect(asked()).toBe(1);
  listing.close();
});

it('everybody gets the same list while nothing changes, and nobody one from before a change', async () => {
  const { listing, table, port } = start(20);
  const [one, two] = await Promise.all([listing.all(), listing.all()]);
  expect(two).toBe(one);
  expect(await listing.all()).toBe(one);

  const before = listing.all();
  table.entries.set('h0', entryOf('h0'));
  table.version++;
  expect(await listing.all()).toHaveLength(21);
  await before;

  const known = await listing.all();
  port.now = 3000;
  const then = await listing.all();
  expect(then).not.toBe(known);
  expect(then[0]?.findings.map(({ rule }) => rule)).toEqual(['loop']);
  listing.close();
});
