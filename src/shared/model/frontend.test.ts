import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { parseFrontend } from './frontend.ts';

describe('the list of a frontend', () => {
  test('is an identifier and then backends, numbered without it', () => {
    const parsed = parseFrontend('app.local', ['my app', 'http://a:1', 'https://b:2']);
    expect(parsed).toMatchObject({
      ok: true,
      frontend: { name: 'app.local', identifier: 'my app', size: 2, problems: [] },
    });
    expect(parsed.ok && parsed.frontend.backends.map(({ index, url }) => [index, url])).toEqual([
      [0, 'http://a:1'],
      [1, 'https://b:2'],
    ]);
  });

  test('with nothing but an identifier has no backend', () => {
    expect(parseFrontend('a', ['id'])).toEqual({
      ok: true,
      frontend: {
        name: 'a',
        identifier: 'id',
        backends: [],
        size: 0,
        problems: ['it has an identifier and no backend'],
      },
    });
  });

  test('loses only the elements that cannot be used: the others keep their index', () => {
    const parsed = parseFrontend('a', ['id', 'nonsense', 'http://a:1', 'ftp://x', 'http://b:1']);
    expect(parsed.ok && parsed.frontend.backends.map(({ index }) => index)).toEqual([1, 3]);
    expect(parsed.ok && parsed.frontend.size).toBe(4);
    expect(parsed.ok && parsed.frontend.problems).toEqual([
      'backend #0 is not a URL',
      'backend #2 has a scheme other than http and https',
    ]);
  });

  test('may repeat a backend: each place counts', () => {
    const parsed = parseFrontend('a', ['id', 'http://a:1', 'http://a:1']);
    expect(parsed.ok && parsed.frontend.backends).toHaveLength(2);
  });

  test('is refused whole when it is longer than the limit', () => {
    const fits = Array.from({ length: limits.maxBackendsPerFrontend + 1 }, () => 'http://a:1');
    expect(parseFrontend('a', fits).ok).toBe(true);
    expect(parseFrontend('a', [...fits, 'http://a:1'])).toEqual({
      ok: false,
      problem: `it lists more than ${limits.maxBackendsPerFrontend} backends`,
    });
  });

  test('with thousands of unusable elements is described in a few sentences', () => {
    const parsed = parseFrontend('a', ['id', ...Array.from({ length: 4000 }, () => 'x')]);
    expect(parsed.ok && parsed.frontend.problems).toHaveLength(limits.maxFrontendProblems + 1);
    expect(parsed.ok && parsed.frontend.problems.at(-1)).toBe(
      `${4000 - limits.maxFrontendProblems} more are unusable`,
    );
  });

  test('with an endless identifier keeps its beginning', () => {
    const parsed = parseFrontend('a', ['x'.repeat(1_000_000)]);
    expect(parsed.ok && parsed.frontend.identifier).toHaveLength(limits.maxIdentifierChars);
  });
});

test('any list is read without throwing, and every element is a backend or counted as unusable', () => {
  const element = fc.oneof(
    fc.webUrl({ validSchemes: ['http', 'https', 'ftp'] }),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(element), (list) => {
      const parsed = parseFrontend('a', list);
      if (!parsed.ok) throw new Error('a short list was refused');
      const { backends, size, problems } = parsed.frontend;
      expect(size).toBe(Math.max(0, list.length - 1));
      for (const { index, url } of backends) expect(list[index + 1]).toBe(url);
      expect(problems.length === 0).toBe(size > 0 && backends.length === size);
    }),
  );
});
