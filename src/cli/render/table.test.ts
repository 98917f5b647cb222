import { expect, test } from 'vitest';
import { table } from './table.ts';
import { widthOf } from './text.ts';

const columns = [
  { title: 'NAME', gives: true },
  { title: 'N', align: 'right' as const },
  { title: 'NOTE' },
];
const rows = [
  ['a', '1', ''],
  ['a-very-long-name.example.localhost', '23', 'seen'],
];
const plain = (text: string) => text;

test('columns are as wide as what they hold, and lines have no blanks at their end', () => {
  expect(table(columns, rows, { width: null, paintHead: plain })).toEqual([
    'NAME                                 N  NOTE',
    'a                                    1',
    'a-very-long-name.example.localhost  23  seen',
  ]);
});

test('on a narrow terminal the column that gives is cut in its middle', () => {
  const lines = table(columns, rows, { width: 30, paintHead: plain });
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(30);
  expect(lines[2]).toBe('a-very-long-n…alhost  23  seen');
});

test('colours go around the text alone, and are no part of its width', () => {
  const paint = (text: string) => `<${text}>`;
  expect(
    table(columns, [[{ text: 'a', paint }, { text: '7', paint }, 'x']], {
      width: null,
      paintHead: paint,
    }),
  ).toEqual(['<NAME>  <N>  <NOTE>', '<a>     <7>  x']);
});

test('a cell is one line without control characters', () => {
  expect(table([{ title: 'A' }], [['x\n\u001b[31my']], { width: null, paintHead: plain })).toEqual([
    'A',
    'x\ufffd\ufffd[31my',
  ]);
});
