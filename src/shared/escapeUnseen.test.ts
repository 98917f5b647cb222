import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeUnseen, hasUnseen, visibleText } from './escapeUnseen.ts';

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

test('what a person reads hides nothing, and plain text in any script stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visibleText(text);
      expect(hasUnseen(shown)).toBe(false);
      expect(shown).not.toMatch(/[\u0000-\u001f]/);
    }),
  );
  expect(visibleText('shop\u202etset.\u0000\n')).toBe('shop\\u202etset.\\u0000\\u000a');
  expect(visibleText('a\u{e0041}b\u00ad\ufeff\u2066')).toBe(
    'a\\udb40\\udc41b\\u00ad\\ufeff\\u2066',
  );
  expect(visibleText('größe.東京.مثال 😀')).toBe('größe.東京.مثال 😀');
});
