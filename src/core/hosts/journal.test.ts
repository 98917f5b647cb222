import { describe, expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { Journal } from './journal.ts';

const group = { id: 'one', verb: 'imported' };
const added = (name: string, chars = 1) => ({
  at: 1,
  name,
  summary: `added ${name}`,
  before: { list: null, options: null },
  after: { list: [name, 'x'.repeat(chars)], options: null },
});

describe('a group of edits that grows', () => {
  test('to the most hosts that are kept can be taken back, and not beyond', () => {
    const journal = new Journal();
    for (let i = 0; i < limits.maxKeptEditHosts; i++) journal.add(added(`h${i}`), group);
    expect(journal.list()).toMatchObject([{ hosts: limits.maxKeptEditHosts, revertible: true }]);
    journal.add(added('one-more'), group);
    journal.add(added('another'), group);
    // It is told in full, and nothing of it is held any more.
    expect(journal.list()).toMatchObject([
      {
        id: 1,
        hosts: limits.maxKeptEditHosts + 2,
        summary: `imported ${limits.maxKeptEditHosts + 2} hosts`,
        revertible: false,
      },
    ]);
    expect(journal.find(undefined)).toMatchObject({ bytes: 0, hosts: new Map() });
  });

  test('to the most bytes that are kept is the same, however few its hosts', () => {
    const journal = new Journal();
    const chars = limits.maxKeptEditBytes / 8;
    journal.add(added('before'));
    for (let i = 0; i < 3; i++) journal.add(added(`h${i}`, chars), group);
    expect(journal.list().map(({ revertible }) => revertible)).toEqual([true, true]);
    journal.add(added('h3', chars), group);
    expect(journal.list()).toMatchObject([{ hosts: 4, revertible: false }]);
  });

  test('does not keep another edit from being taken back afterwards', () => {
    const journal = new Journal();
    for (let i = 0; i <= limits.maxKeptEditHosts; i++) journal.add(added(`h${i}`), group);
    journal.add(added('alone'));
    expect(journal.find(undefined)).toMatchObject({ view: { name: 'alone', revertible: true } });
    expect(journal.list()).toHaveLength(2);
  });
});
