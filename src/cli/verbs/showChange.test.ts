import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { showChange } from './showChange.ts';

/** What was said, with what was asked, and what came of it. */
async function shown(count: number, typed: readonly string[] | null) {
  const said: string[] = [];
  const answers = [...(typed ?? [])];
  const context = {
    output: { say: (line: string) => void said.push(line) },
    world: {
      question:
        typed === null
          ? null
          : async (text: string) => {
              said.push(text);
              return answers.shift() ?? '';
            },
    },
  } as unknown as Context;
  const lines = Array.from({ length: count }, (_none, at) => `line ${at}`);
  const isMeant = await showChange(lines, 'berth names install --dry-run', context);
  return { said, isMeant, lines };
}

test('a change that fits is shown, all of it, and nobody is asked', async () => {
  const { said, isMeant, lines } = await shown(limits.maxShownChangeLines, []);
  expect(said).toEqual(lines);
  expect(isMeant).toBe(true);
});

test('into a file or a pipe a change of any length is written, all of it', async () => {
  const { said, isMeant, lines } = await shown(5000, null);
  expect(said).toEqual(lines);
  expect(isMeant).toBe(true);
});

test('of a long one a terminal sees the beginning, and how to see all of it', async () => {
  const { said, isMeant, lines } = await shown(5000, ['y']);
  expect(said).toEqual([
    ...lines.slice(0, 40),
    '… and 4960 more lines ("berth names install --dry-run | less" has all of them).',
    'a: show all, y: do it, n: leave it [n] ',
  ]);
  expect(isMeant).toBe(true);
});

test('all of it is shown when a person asks for that, before the yes', async () => {
  const { said, isMeant, lines } = await shown(5000, ['a', 'yes']);
  expect(said.filter((line) => line.startsWith('line'))).toEqual(lines);
  expect(said.at(-1)).toBe('y: do it, n: leave it [n] ');
  expect(isMeant).toBe(true);
});

test.each([[['']], [['n']], [['what?']], [['a', '']], [['a', 'a']]])(
  'whoever says %j changes nothing, and is told so',
  async (typed) => {
    const { said, isMeant } = await shown(5000, typed);
    expect(isMeant).toBe(false);
    expect(said.at(-1)).toBe('Nothing was changed.');
  },
);
