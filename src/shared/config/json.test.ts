import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFault, parseJson } from './json.ts';

describe('a fault in JSON is found where it is', () => {
  test.each([
    ['', 1, 1, 'the file ends too early: a value is expected here'],
    ['{', 1, 2, 'the file ends too early: a name in double quotes or } is expected here'],
    ['{\n  "a": 1,\n}', 3, 1, 'no comma may stand before }'],
    ['[1,]', 1, 4, 'no comma may stand before ]'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'a comma or } is expected here'],
    ['[1 2]', 1, 4, 'a comma or ] is expected here'],
    ['{"a" 1}', 1, 6, 'a colon is expected here'],
    ['{a: 1}', 1, 2, 'a name in double quotes or } is expected here'],
    ["{'a': 1}", 1, 2, 'text stands in double quotes, not in single ones'],
    ['{"a": undefined}', 1, 7, 'a value is expected here'],
    ['{"a": "x\ny"}', 1, 7, 'this text is not closed'],
    ['{"a": "\\x"}', 1, 7, 'an unknown \\ escape'],
    ['{} x', 1, 4, 'nothing more may follow the closing bracket'],
    ['{ // note\n}', 1, 3, 'JSON has no comments'],
    ['[01]', 1, 3, 'a comma or ] is expected here'],
    ['[-]', 1, 2, 'a value or ] is expected here'],
  ])('%j at %i:%i', (text, line, column, problem) => {
    const parsed = parseJson(text);
    expect(parsed).toMatchObject({ ok: false, line, column });
    if (!parsed.ok) expect(parsed.problem).toContain(problem);
  });

  test('a byte order mark is passed over', () => {
    expect(parseJson('\uFEFF{"a":1}')).toEqual({ ok: true, value: { a: 1 } });
  });

  test('depth is no danger', () => {
    const deep = '['.repeat(200_000);
    expect(findFault(deep)?.offset).toBe(200_000);
  });
});

test('a text has a fault exactly when JSON.parse refuses it', () => {
  const fragments = fc.constantFrom(
    ...['{', '}', '[', ']', ',', ':', '"', '"a"', '\\', '\\n', '0', '-', '1.5e3', '.', 'true'],
    ...['null', ' ', '\n', '\t', '\u0001', '\u00a0', 'é', '/', 'x'],
  );
  const texts = fc.oneof(
    fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.json(),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      let parses = true;
      try {
        JSON.parse(text);
      } catch {
        parses = false;
      }
      const fault = findFault(text);
      expect(fault === null, text).toBe(parses);
      if (fault !== null) expect(fault.offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2000 },
  );
});
