import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeUnseen, hasUnseen } from './escapeUnseen.ts';

test('JSON says the same, and nothing of it moves a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = escapeUnseen(JSON.stringify(text));
      expect(JSON.parse(json)).toBe(text);
      expect(hasUnseen(json)).toBe(false);
      expect(json).not.toMatch(/[\u0000-\u001f]/);
    }),
  );
  expect(escapeUnseen('"r\u009b1m \u202e"')).toBe('"r\\u009b1m \\u202e"');
});
