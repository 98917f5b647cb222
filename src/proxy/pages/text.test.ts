import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { escapeHtml, shellWord, shorten, showable, withoutAddresses, wrap } from './text.ts';

const anything = fc.string({ unit: 'binary', maxLength: 400 });

describe('text on a page', () => {
  it('escaped has no character that HTML could take for more than text, and reads the same', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"'`]/);
        const back = escaped
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&#96;', '`')
          .replaceAll('&amp;', '&');
        expect(back).toBe(text);
      }),
    );
  });

  it('shown has no control character, no direction mark, no half character, and a bounded length', () => {
    const halves = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      maxLength: 800,
    });
    fc.assert(
      fc.property(fc.oneof(anything, halves), (text) => {
        const shown = showable(text);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(Buffer.from(shown, 'utf8').toString('utf8')).toBe(shown);
        expect(shown.length).toBeLessThanOrEqual(limits.maxPageTextChars);
      }),
    );
  });

  it('shortened keeps both ends', () => {
    expect(shorten('abcdefghij', 10)).toBe('abcdefghij');
    expect(shorten('abcdefghijk', 7)).toBe('abc…ijk');
  });

  it.each([
    ['connect ECONNREFUSED 10.0.0.7:3000', 'connect ECONNREFUSED …'],
    ['http://user:secret@db.internal:5432/x failed', '… failed'],
    ['[fd00::7]:80 is silent', '… is silent'],
    ['redis://:password@10.1.1.1/3#p is away', '… is away'],
    ['2 of 3 backends, at 12:30, are dead', '2 of 3 backends, at 12:30, are dead'],
  ])('hides the addresses of "%s"', (text, hidden) => {
    expect(withoutAddresses(text)).toBe(hidden);
  });

  it('is quoted as one word of a shell', () => {
    expect(shellWord('frontend:app.dev.local')).toBe('frontend:app.dev.local');
    expect(shellWord('frontend:*.dev.local')).toBe("'frontend:*.dev.local'");
    expect(shellWord("a'b; rm -rf ~")).toBe("'a'\\''b; rm -rf ~'");
    expect(shellWord('')).toBe("''");
  });

  it('is wrapped within its width, losing nothing but the spaces at the breaks', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 80 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
