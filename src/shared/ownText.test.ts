import { expect, test } from 'vitest';
import { fromHead, heldBytes } from '../../test/support/heldBytes.ts';
import { ownText } from './ownText.ts';

test.each([
  '',
  'a',
  'short',
  'app-1.dev.local',
  'x'.repeat(3000),
  'ÿ'.repeat(20),
  '\u{1f9ca}'.repeat(20),
])('%j stays what it is', (text) => {
  expect(ownText(text)).toBe(text);
});

test('a text of its own does not keep the head that it was read from', async () => {
  const texts = (own: (text: string) => string) => () =>
    Array.from({ length: 400 }, (_, i) => own(fromHead(`app-${i}.some.dev.local`)));
  expect(await heldBytes(texts((text) => text))).toBeGreaterThan(24_000_000);
  expect(await heldBytes(texts(ownText))).toBeLessThan(1_000_000);
});
