import { describe, expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { entryOf, type Stored } from './entry.ts';
import { noMarks, type StoredMarks } from './replies.ts';

const stored = (
  list: readonly string[] | string,
  options: string | null = null,
  marks: StoredMarks = noMarks,
): Stored => ({
  list:
    typeof list === 'string'
      ? { kind: 'unreadable', problem: list }
      : list.length === 0
        ? { kind: 'absent' }
        : { kind: 'list', list },
  options: { text: options, problem: null },
  marks,
});

const marks = (
  indexes: readonly number[],
  urls: readonly (readonly [number, string])[] = [],
  lifetimeMs: number | null = 30_000,
): StoredMarks => ({
  indexes,
  lifetimeMs,
  reasons: new Map(urls.map(([index, url]) => [index, { url, reason: 'refused', at: 5 }])),
});

const list = ['id', 'http://a:1', 'http://b:1'];

describe('an entry', () => {
  test('of a name without a list is none', () => {
    expect(entryOf('x', stored([], '{"policy":"sticky"}'), null, 0)).toBeNull();
  });

  test('of what is no list says so, and keeps a revision', () => {
    const entry = entryOf('x', stored('it is not a list'), null, 0);
    expect(entry).toMatchObject({ list: null, problem: 'it is not a list' });
    expect(entry?.revision).toHaveLength(16);
  });

  test('has the options that are stored, and the defaults for those that cannot be read', () => {
    expect(entryOf('x', stored(list, '{"policy":"sticky"}'), null, 0)).toMatchObject({
      options: { policy: 'sticky' },
      optionsProblem: null,
    });
    expect(entryOf('x', stored(list, '{"policy":"best"}'), null, 0)).toMatchObject({
      options: { policy: 'random' },
      optionsProblem: expect.stringMatching(/^its options: policy:/),
    });
  });

  test('keeps of a text without end as much as is needed to see that it is too long', () => {
    const long = 'x'.repeat(1_000_000);
    const entry = entryOf('x', stored([long, `http://${long}`]), null, 0);
    expect(entry?.list?.map((element) => element.length)).toEqual([
      limits.maxIdentifierChars,
      limits.maxBackendUrlBytes + 1,
    ]);
  });
});

describe('the revision', () => {
  const of = (value: Stored) => entryOf('x', value, null, 0)?.revision;
  test('changes with the list and with the options', () => {
    const all = [
      stored(list),
      stored([...list, 'http://a:1']),
      stored(['id2', ...list.slice(1)]),
      stored(list, '{}'),
      stored(list, '{"policy":"sticky"}'),
    ];
    expect(new Set(all.map(of)).size).toBe(all.length);
  });
  test('does not change with dead marks', () => {
    expect(of(stored(list, null, marks([0])))).toBe(of(stored(list)));
  });
});

describe('a dead mark', () => {
  test('counts while the URL that was marked stands at its index', () => {
    const entry = entryOf('x', stored(list, null, marks([1], [[1, 'http://b:1']])), null, 1000);
    expect([...(entry?.dead ?? [])]).toEqual([
      [1, { url: 'http://b:1', reason: 'refused', at: 5, endsAt: 31_000 }],
    ]);
    expect(entry?.staleDead.size).toBe(0);
  });

  test('is stale where another URL stands, or none', () => {
    const value = stored(list, null, marks([0, 7], [[0, 'http://old:1']]));
    const entry = entryOf('x', value, null, 0);
    expect(entry?.dead.size).toBe(0);
    expect([...(entry?.staleDead ?? [])].map(([index, { url }]) => [index, url])).toEqual([
      [0, 'http://old:1'],
      [7, null],
    ]);
  });

  test('that does not say its URL stays with the one that it was first seen with', () => {
    const first = entryOf('x', stored(list, null, marks([0])), null, 0);
    expect(first?.dead.get(0)?.url).toBe('http://a:1');
    const moved = stored(['id', 'http://b:1'], null, marks([0], [], 20_000));
    const second = entryOf('x', moved, first, 10_000);
    expect(second?.dead.size).toBe(0);
    const back = stored(['id', 'http://a:1'], null, marks([0], [], 10_000));
    expect(entryOf('x', back, second, 20_000)?.dead.get(0)?.url).toBe('http://a:1');
  });

  test('that has ended binds nobody any more', () => {
    const first = entryOf('x', stored(list, null, marks([0], [], 100)), null, 0);
    const moved = stored(['id', 'http://b:1'], null, marks([0]));
    expect(entryOf('x', moved, first, 200)?.dead.get(0)?.url).toBe('http://b:1');
  });
});

test('what has not changed is the same object, also when its end was told a little otherwise', () => {
  const first = entryOf('x', stored(list, '{}', marks([0])), null, 0);
  expect(entryOf('x', stored(list, '{}', marks([0], [], 29_990)), first, 15)).toBe(first);
  expect(entryOf('x', stored(list, '{}', marks([0], [], 29_000)), first, 15)).not.toBe(first);
  expect(entryOf('x', stored(list, '{}'), first, 15)).not.toBe(first);
});

test('a mark that should have ended and has not is looked at once more', () => {
  const first = entryOf('x', stored(list, null, marks([0], [], 1000)), null, 0);
  const second = entryOf('x', stored(list, null, marks([0], [], 3)), first, 1001);
  expect(second?.dead.get(0)?.endsAt).toBe(1004);
});
