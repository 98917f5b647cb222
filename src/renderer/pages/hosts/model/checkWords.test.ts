import { expect, test } from 'vitest';
import { checkWords } from './checkWords.ts';

const backend = (port: number, outcome: string | null) => ({
  url: `http://a:${port}`,
  lastCheck: outcome === null ? null : { at: 0, ok: true, ms: 1, outcome },
});

test('three backends are named, the others counted', () => {
  expect(checkWords([backend(1, 'refused'), backend(2, null)])).toBe(
    'http://a:1 refused, http://a:2 was not asked',
  );
  expect(checkWords([1, 2, 3, 4, 5].map((port) => backend(port, 'answered 200')))).toBe(
    'http://a:1 answered 200, http://a:2 answered 200, http://a:3 answered 200, and 2 more',
  );
});
