import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { lookupNames, parseFrontendName, parseHost } from './hostname.ts';

describe('a Host value is read as', () => {
  test.each([
    ['app.dev.local', 'app.dev.local', null],
    ['APP.Dev.Local', 'app.dev.local', null],
    ['app.dev.local:8080', 'app.dev.local', 8080],
    ['app.dev.local:', 'app.dev.local', null],
    ['app.dev.local.', 'app.dev.local', null],
    ['app.dev.local.:80', 'app.dev.local', 80],
    ['localhost', 'localhost', null],
    ['my_app.local', 'my_app.local', null],
    ['__ping__', '__ping__', null],
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['[::1]', '[::1]', null],
    ['[::1]:3000', '[::1]', 3000],
    ['[::FFFF:1.2.3.4]', '[::ffff:1.2.3.4]', null],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example', null],
    ['a:65535', 'a', 65535],
    [`${'a'.repeat(60)}.${'b'.repeat(60)}`, `${'a'.repeat(60)}.${'b'.repeat(60)}`, null],
  ])('%s → %s, port %s', (value, host, port) => {
    expect(parseHost(value)).toEqual({ ok: true, host, port });
  });
});

describe('a Host value is refused', () => {
  test.each([
    [undefined, 'missing'],
    ['', 'missing'],
    [':80', 'missing'],
    ['.', 'invalid'],
    ['..', 'invalid'],
    ['a..b', 'invalid'],
    ['.a', 'invalid'],
    ['a..', 'invalid'],
    ['-a', 'invalid'],
    ['a-', 'invalid'],
    ['a-.b', 'invalid'],
    ['*', 'invalid'],
    ['*.dev.local', 'invalid'],
    ['user@host', 'invalid'],
    ['user:pw@host', 'invalid'],
    ['a,b', 'invalid'],
    ['a, b', 'invalid'],
    ['a b', 'invalid'],
    [' a', 'invalid'],
    ['a\t', 'invalid'],
    ['a\r\nX: y', 'invalid'],
    ['a\u0000', 'invalid'],
    ['a/b', 'invalid'],
    ['http://a', 'invalid'],
    ['a?b', 'invalid'],
    ['a#b', 'invalid'],
    ['a%2eb', 'invalid'],
    ['a:80:80', 'invalid'],
    ['a:65536', 'invalid'],
    ['a:000080', 'invalid'],
    ['a:-1', 'invalid'],
    ['a:8 0', 'invalid'],
    ['::1', 'invalid'],
    ['[::1', 'invalid'],
    ['[::1]x', 'invalid'],
    ['[]', 'invalid'],
    ['[::1%eth0]', 'invalid'],
    ['bücher.example', 'invalid'],
    ['\u212aelvin', 'invalid'],
    ['a'.repeat(limits.maxHostBytes + 1), 'invalid'],
  ])('%j: %s', (value, reason) => {
    expect(parseHost(value)).toEqual({ ok: false, reason });
  });
});

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'aB1.-_:[]*@/, \n\u212a') }),
);

test('any text at all is read without throwing, and what is accepted is accepted again unchanged', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = parseHost(text);
      if (!parsed.ok) return;
      expect(parsed.host).toMatch(/^[a-z0-9_.:[\]-]{1,253}$/);
      expect(parseHost(parsed.host)).toEqual({ ok: true, host: parsed.host, port: null });
    }),
    { numRuns: 2000 },
  );
});

test('a long hostile value is refused at once', () => {
  const started = performance.now();
  parseHost(`${'a-'.repeat(50_000)}!`);
  parseHost(`${'a'.repeat(250)}!`);
  parseHost(`${'-'.repeat(250)}`);
  expect(performance.now() - started).toBeLessThan(500);
});

describe('the names of a host are tried in order', () => {
  test.each([
    ['localhost', ['localhost', '*']],
    ['app.local', ['app.local', '*.local', '*']],
    [
      'foo.bar.baz.qux.quux',
      ['foo.bar.baz.qux.quux', '*.bar.baz.qux.quux', '*.baz.qux.quux', '*.qux.quux', '*.quux', '*'],
    ],
    [
      'a.b.c.d.e.f.g.h',
      ['a.b.c.d.e.f.g.h', '*.d.e.f.g.h', '*.e.f.g.h', '*.f.g.h', '*.g.h', '*.h', '*'],
    ],
    ['[::1]', ['[::1]', '*']],
  ])('%s', (host, names) => {
    expect(lookupNames(host)).toEqual(names);
  });

  test('there are at most seven, no two alike, from the host to the star', () => {
    const host = fc
      .array(fc.string({ unit: fc.constantFrom(...'abc1-_'), minLength: 1, maxLength: 5 }), {
        minLength: 1,
        maxLength: 40,
      })
      .map((labels) => labels.join('.'));
    fc.assert(
      fc.property(host, (name) => {
        const names = lookupNames(name);
        expect(names.length).toBeGreaterThanOrEqual(2);
        expect(names.length).toBeLessThanOrEqual(7);
        expect(new Set(names).size).toBe(names.length);
        expect(names[0]).toBe(name);
        expect(names.at(-1)).toBe('*');
        for (const wildcard of names.slice(1, -1)) {
          expect(wildcard.startsWith('*.')).toBe(true);
          expect(name.endsWith(wildcard.slice(1))).toBe(true);
        }
      }),
    );
  });
});

describe('the name of a frontend is read as', () => {
  test.each([
    ['App.localhost', 'app.localhost'],
    ['*.Dev.Local.', '*.dev.local'],
    ['*', '*'],
  ])('%s: %s', (text, name) => {
    expect(parseFrontendName(text)).toEqual({ ok: true, name });
  });

  test.each([
    ['', 'is empty'],
    ['app.localhost:80', 'has a port'],
    ['http://app.localhost', 'is not a host name'],
    ['a.*.b', 'is not a host name'],
    ['*.', 'is empty'],
  ])('%j: a problem', (text, problem) => {
    const parsed = parseFrontendName(text);
    expect(parsed.ok ? '' : parsed.problem).toContain(problem);
  });
});
