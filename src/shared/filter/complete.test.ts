import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionsAt } from './complete.ts';

/** With `|` where the cursor stands. */
const at = (text: string) => completionsAt(text.replace('|', ''), text.indexOf('|') + 1);

describe('completions of a filter', () => {
  it('are all keys where nothing is written yet', () => {
    expect(at('|').options).toContain('host:');
    expect(at('status:5xx |')).toMatchObject({ kind: 'key', column: 12, length: 0 });
  });

  it.each([
    ['st|', 1, 2, ['status:']],
    ['x -re|', 4, 2, ['retried:', 'referer:']],
    ['RE|', 1, 2, ['retried:', 'referer:']],
    ['zz|', 1, 2, []],
  ])('are the keys that begin so: %s', (text, column, length, options) => {
    expect(at(text)).toEqual({ kind: 'key', column, length, options });
  });

  it.each([
    ['ws:|', 'ws', 4, 0, ['true', 'false']],
    ['method:GET,p|', 'method', 12, 1, ['POST', 'PUT', 'PATCH']],
    ['a -status:5|', 'status', 11, 1, ['5xx', '502', '503', '504']],
    ['host:ap|i', 'host', 6, 2, []],
  ])('are the values of a key: %s', (text, key, column, length, options) => {
    expect(at(text)).toEqual({ kind: 'value', key, column, length, options });
  });

  it.each(['"st|', '/st|', 'unknown:|', 'a.b|', 'host:"a |'])('are none in %s', (text) => {
    expect(at(text)).toMatchObject({ kind: 'none', options: [] });
  });

  it('have a place in every text, wherever the cursor stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (text, column) => {
        const { column: begin, length } = completionsAt(text, column);
        expect(begin).toBeGreaterThanOrEqual(1);
        expect(begin + length - 1).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
