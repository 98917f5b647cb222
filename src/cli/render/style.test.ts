import { describe, expect, test } from 'vitest';
import { createStyle, isColoured } from './style.ts';

describe('colour', () => {
  test.each<[string, boolean, Record<string, string>, boolean]>([
    ['on a terminal', true, {}, true],
    ['not in a pipe', false, {}, false],
    ['not with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['not on a dumb terminal', true, { TERM: 'dumb' }, false],
    ['in a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['with FORCE_COLOR before NO_COLOR', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    ['not with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['with an empty FORCE_COLOR as without', false, { FORCE_COLOR: '' }, false],
  ])('%s', (_name, isTTY, env, expected) => {
    expect(isColoured({ isTTY }, env)).toBe(expected);
  });
});

test('a style without colours leaves text as it is', () => {
  expect(createStyle(false).bad('x')).toBe('x');
  expect(createStyle(true).bad('x')).toBe('\u001b[31mx\u001b[39m');
});
