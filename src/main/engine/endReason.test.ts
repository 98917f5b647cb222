import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { endReason } from './endReason.ts';
import { createLastLines } from './lastLines.ts';

test.each([
  [{ code: null, signal: 'SIGKILL', lines: ['berth: error: old'] }, 'it was ended by SIGKILL'],
  [{ code: 4, signal: null, lines: ['berth: error: a', 'advice'] }, 'a'],
  [{ code: 4, signal: null, lines: ['berth: error: a', 'x', 'berth: error: b', 'y'] }, 'b'],
  [
    { code: 4, signal: null, lines: [] },
    'it ended with code 4: a port is taken, or may not be bound',
  ],
  [{ code: 99, signal: null, lines: [] }, 'it ended with code 99'],
  [{ code: null, signal: null, lines: ['berth: error: spawn ENOENT'] }, 'spawn ENOENT'],
])('%j: %s', (end, expected) => {
  expect(endReason(end)).toBe(expected);
});

test('the last lines are kept, however they come, and are bounded', () => {
  const last = createLastLines();
  last.add('one\ntw');
  last.add('o\nthree');
  expect(last.lines).toEqual(['one', 'two', 'three']);
  last.add('x'.repeat(limits.maxEngineLineChars * 3));
  for (let n = 0; n < 1000; n++) last.add(`line ${n}\n`);
  expect(last.lines).toHaveLength(limits.maxEngineLines);
  expect(last.lines.at(-1)).toBe('line 999');
  expect(last.lines.every((line) => line.length <= limits.maxEngineLineChars)).toBe(true);
});
