import { describe, expect, test } from 'vitest';
import { formatDeadMark } from '../../shared/model/dead.ts';
import { parseFrontend } from '../../shared/model/frontend.ts';
import { bindMarks, isMarked, type Marks, noMarks, readMarks } from './deadMarks.ts';

const frontendOf = (...urls: string[]) => {
  const parsed = parseFrontend('a', ['id', ...urls]);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.frontend;
};
const mark = (url: string): string => formatDeadMark({ url, reason: 'refused', at: 1 });
const A = 'http://a:1';
const B = 'http://b:1';
const C = 'http://c:1';

/** Indexes that are dead. */
function dead(marks: Marks, urls: readonly string[], at = 0): number[] {
  const frontend = frontendOf(...urls);
  const bound = bindMarks(marks, frontend);
  return frontend.backends
    .filter((backend) => isMarked(bound, backend, at))
    .map(({ index }) => index);
}

interface Case {
  readonly title: string;
  readonly members: readonly string[];
  readonly reasons?: Readonly<Record<string, string>>;
  readonly list: readonly string[];
  readonly dead: readonly number[];
}

describe('with the set, the reasons and the list as they stand', () => {
  test.each<Case>([
    { title: 'no mark, none dead', members: [], list: [A, B], dead: [] },
    { title: 'a foreign mark counts', members: ['1'], list: [A, B], dead: [1] },
    { title: 'all marked, all dead', members: ['0', '1'], list: [A, B], dead: [0, 1] },
    {
      title: 'our mark counts for its URL',
      members: ['0'],
      reasons: { 0: mark(A) },
      list: [A, B],
      dead: [0],
    },
    {
      title: 'our mark does not count for a URL that moved in',
      members: ['0'],
      reasons: { 0: mark(A) },
      list: [C, B],
      dead: [],
    },
    {
      title: 'a reason without its index in the set is nothing: somebody revived it',
      members: [],
      reasons: { 0: mark(A) },
      list: [A, B],
      dead: [],
    },
    {
      title: 'an unreadable reason makes the mark a foreign one',
      members: ['0'],
      reasons: { 0: 'garbage' },
      list: [A, B],
      dead: [0],
    },
    { title: 'an index beyond the list is nothing', members: ['7'], list: [A, B], dead: [] },
    {
      title: 'whatever is not an index is nothing',
      members: ['-1', 'x', '', '1.5', '99999999', '0x1', ' 1'],
      list: [A, B],
      dead: [],
    },
    {
      title: 'an unreadable backend keeps its place',
      members: ['1'],
      list: ['nonsense', A, B],
      dead: [1],
    },
  ])('$title', ({ members, reasons, list, dead: expected }) => {
    const marks = readMarks(
      members,
      new Map(Object.entries(reasons ?? {})),
      Number.POSITIVE_INFINITY,
      noMarks,
    );
    expect(dead(marks, list)).toEqual(expected);
  });
});

describe('a foreign mark', () => {
  const seen = bindMarks(readMarks(['0'], new Map(), 1e9, noMarks), frontendOf(A, B));

  test('stays with the URL it was first seen with, over later readings', () => {
    const again = readMarks(['0'], new Map(), 1e9, seen);
    expect(dead(again, [A, B])).toEqual([0]);
    expect(dead(again, [C, B])).toEqual([]);
  });

  test('is forgotten when it is gone, and bound anew when it comes again', () => {
    const gone = readMarks([], new Map(), 1e9, seen);
    const again = readMarks(['0'], new Map(), 1e9, gone);
    expect(dead(again, [C, B])).toEqual([0]);
  });

  test('first seen beyond the list does not fall on a backend that comes later', () => {
    const early = bindMarks(readMarks(['2'], new Map(), 1e9, noMarks), frontendOf(A, B));
    expect(dead(early, [A, B, C])).toEqual([]);
  });

  test('becomes ours as soon as one of us marks the same index', () => {
    const ours = readMarks(['0'], new Map([['0', mark(C)]]), 1e9, seen);
    expect(dead(ours, [C, B])).toEqual([0]);
    expect(dead(ours, [A, B])).toEqual([]);
  });
});

test('marks end by themselves when the set does', () => {
  const marks = readMarks(['0'], new Map(), 1000, noMarks);
  expect(dead(marks, [A, B], 999)).toEqual([0]);
  expect(dead(marks, [A, B], 1000)).toEqual([]);
});
