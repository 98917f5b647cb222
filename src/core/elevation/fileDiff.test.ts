import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileDiff } from './fileDiff.ts';

const bytes = (text: string | null): Buffer | null =>
  text === null ? null : Buffer.from(text, 'latin1');
const diff = (before: string | null, after: string | null) => fileDiff(bytes(before), bytes(after));

/** Does to a file what its difference says, by the line numbers that it names. */
function patched(before: string, lines: readonly string[]): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const place = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (place !== null) {
      const first = Number(place[1]) - (place[2] === '0' ? 0 : 1);
      out.push(...old.slice(at, first));
      at = first;
    } else if (line.startsWith('-')) at++;
    else if (line.startsWith('+')) {
      const isLast = lines[index + 1]?.startsWith('\\') === true;
      out.push(`${line.slice(1)}${isLast ? '' : '\n'}`);
    }
  }
  return [...out, ...old.slice(at)].join('');
}

describe('the change of a file', () => {
  test('is every line that goes and comes, with its place, and none that stays', () => {
    expect(diff('a\nb\nc\nd\n', 'a\nB\nc\nd\ne\n')).toEqual([
      '@@ -2 +2 @@',
      '-b',
      '+B',
      '@@ -4,0 +5 @@',
      '+e',
    ]);
  });

  test('of a file that comes or goes is all of it', () => {
    expect(diff(null, 'a\nb\n')).toEqual(['+a', '+b']);
    expect(diff('a\nb\n', null)).toEqual(['-a', '-b']);
    expect(diff('', 'a\n')).toEqual(['+a']);
  });

  test('leaves out what stays in the middle of a long block', () => {
    const block = Array.from({ length: 3000 }, (_none, at) => `127.0.0.1\th${at}.test\n`);
    const changed = block.filter((_line, at) => at !== 7 && at !== 2900);
    expect(diff(block.join(''), changed.join(''))).toEqual([
      '@@ -8 +7,0 @@',
      '-127.0.0.1\th7.test',
      '@@ -2901 +2899,0 @@',
      '-127.0.0.1\th2900.test',
    ]);
  });

  test('shows a line end that comes or goes, and bytes that are no text', () => {
    expect(diff('a', 'a\nb\n')).toEqual([
      '@@ -1 +1,2 @@',
      '-a',
      '\\ No newline at end of file',
      '+a',
      '+b',
    ]);
    expect(diff('a\r\nb\r\n', 'a\r\nc\r\n')).toEqual(['@@ -2 +2 @@', '-b', '+c']);
    expect(diff('a\r\nb\n', 'a\nb\n')).toEqual(['@@ -1 +1 @@', '-a\r', '+a']);
    expect(diff('\xff\n', '\xfe\n')).toHaveLength(3);
  });

  test('is complete: it makes the one file of the other', () => {
    const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n', 'e\n', '\n'), {
      minLength: 1,
      maxLength: 12,
    });
    const last = fc.constantFrom('', 'x', 'a');
    fc.assert(
      fc.property(lines, lines, last, last, (old, now, oldLast, nowLast) => {
        const [before, after] = [old.join('') + oldLast, now.join('') + nowLast];
        expect(patched(before, diff(before, after))).toBe(after);
      }),
      { numRuns: 1000 },
    );
  });
});
