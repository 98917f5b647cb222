import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { lookupNames } from './hostname.ts';
import {
  answersAlsoAt,
  frontendNameOf,
  keysPerHost,
  lookupSteps,
  noSuffixes,
  underOtherSuffixes,
} from './lookup.ts';

const shared = ['localhost', 'dev.local'];
const namesOf = (host: string, suffixes: readonly string[] = shared) =>
  lookupSteps(host, suffixes).map(({ name }) => name);

describe('the names of a host under shared suffixes are tried in order', () => {
  test.each([
    [
      'app.dev.local',
      ['app.dev.local', 'app.localhost', '*.dev.local', '*.localhost', '*.local', '*'],
    ],
    ['app.localhost', ['app.localhost', 'app.dev.local', '*.localhost', '*.dev.local', '*']],
    [
      'a.app.localhost',
      [
        ...['a.app.localhost', 'a.app.dev.local', '*.app.localhost', '*.app.dev.local'],
        ...['*.localhost', '*.dev.local', '*'],
      ],
    ],
    // A host that is a suffix, and one under none, have their own names alone.
    ['localhost', ['localhost', '*']],
    ['dev.local', ['dev.local', '*.local', '*']],
    ['app.local', ['app.local', '*.local', '*']],
    ['notlocalhost', ['notlocalhost', '*']],
    ['www.example.com', ['www.example.com', '*.example.com', '*.com', '*']],
    ['[::1]', ['[::1]', '*']],
    ['xn--bcher-kva.localhost', ['xn--bcher-kva.localhost', 'xn--bcher-kva.dev.local']],
  ])('%s', (host, names) => {
    expect(namesOf(host).slice(0, names.length)).toEqual(names);
    expect(namesOf(host).length).toBe(host.startsWith('xn--') ? 5 : names.length);
  });

  test('further suffixes are asked in the order of the configuration', () => {
    expect(namesOf('app.test', ['b.x', 'test', 'a.x'])).toEqual([
      ...['app.test', 'app.b.x', 'app.a.x', '*.test', '*.b.x', '*.a.x', '*'],
    ]);
  });

  test('of suffixes within each other the longest counts', () => {
    const within = ['test', 'dev.test'];
    expect(namesOf('app.dev.test', within)).toEqual([
      ...['app.dev.test', 'app.test', '*.dev.test', '*.test', '*'],
    ]);
    expect(namesOf('app.test', within)).toEqual([
      ...['app.test', 'app.dev.test', '*.test', '*.dev.test', '*'],
    ]);
    expect(namesOf('dev.test', within)).toEqual(['dev.test', '*.test', '*']);
  });

  test('a wildcard is tried where a host of its own suffix would find it, and nowhere else', () => {
    const deep = namesOf('a.b.c.d.e.f.localhost');
    expect(deep).toContain('*.c.d.e.f.localhost');
    expect(deep).toContain('*.d.e.f.dev.local');
    expect(deep).not.toContain('*.c.d.e.f.dev.local');
    expect(namesOf('a.b.c.d.e.f.dev.local')).toContain('*.c.d.e.f.localhost');
  });

  test('a name that no host can have is not tried', () => {
    const longest = `${'a.'.repeat(120)}${'b'.repeat(3)}.localhost`;
    expect(longest.length).toBe(limits.maxHostBytes);
    expect(namesOf(longest, ['localhost', 'x.localdomain'])).toEqual(lookupNames(longest));
  });
});

test('each name comes with the host as it is called under its suffix', () => {
  expect(lookupSteps('app.dev.local', shared)).toEqual([
    { name: 'app.dev.local', host: 'app.dev.local' },
    { name: 'app.localhost', host: 'app.localhost' },
    { name: '*.dev.local', host: 'app.dev.local' },
    { name: '*.localhost', host: 'app.localhost' },
    { name: '*.local', host: 'app.dev.local' },
    { name: '*', host: 'app.dev.local' },
  ]);
});

const label = fc.constantFrom('a', 'b', 'dev', 'test', 'local', 'x1', 'a-b');
const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const suffixLists = fc
  .uniqueArray(domain, { maxLength: limits.maxSuffixes })
  .filter((all) => all.length !== 1);
const hosts = fc
  .tuple(fc.array(label, { maxLength: 8 }), domain, suffixLists)
  .map(([labels, other, suffixes]) => ({
    suffixes,
    host: [...labels, suffixes[labels.length % Math.max(1, suffixes.length)] ?? other].join('.'),
  }));

describe('whatever the suffixes are', () => {
  test('the names of Hipache are among those of a host, in their order, and are all of them without suffixes', () => {
    fc.assert(
      fc.property(hosts, ({ host, suffixes }) => {
        const own = lookupNames(host);
        const names = namesOf(host, suffixes);
        expect(names.filter((name) => own.includes(name))).toEqual(own);
        expect(names[0]).toBe(host);
        expect(names.at(-1)).toBe('*');
        expect(namesOf(host, noSuffixes)).toEqual(own);
      }),
      { numRuns: 2000 },
    );
  });

  test('there are as many as the limit at most, no two alike, the exact ones before the wildcards', () => {
    fc.assert(
      fc.property(hosts, ({ host, suffixes }) => {
        const names = namesOf(host, suffixes);
        const most = 7 + Math.max(0, suffixes.length - 1) * limits.maxNamesPerSuffix;
        expect(names.length).toBeLessThanOrEqual(most);
        expect(most).toBeLessThanOrEqual(limits.maxLookupNames);
        expect(keysPerHost(suffixes)).toBe(most + 2);
        expect(new Set(names).size).toBe(names.length);
        const firstWildcard = names.findIndex((name) => name.startsWith('*'));
        expect(names.slice(firstWildcard).every((name) => name.startsWith('*'))).toBe(true);
        for (const name of names) expect(name.length).toBeLessThanOrEqual(limits.maxHostBytes + 2);
      }),
      { numRuns: 2000 },
    );
  });

  test('each name is one by which Hipache would look the host up under that suffix, the nearer ones before it', () => {
    fc.assert(
      fc.property(hosts, ({ host, suffixes }) => {
        const steps = lookupSteps(host, suffixes);
        for (const [at, step] of steps.entries()) {
          const native = lookupNames(step.host);
          expect(native).toContain(step.name);
          const before = steps.slice(0, at).map(({ name }) => name);
          // So that a mark which a Hipache made under that host is about this frontend.
          for (const nearer of native.slice(0, native.indexOf(step.name))) {
            expect(before).toContain(nearer);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test('the most names that there can be are as many as the limit says', () => {
  const suffixes = Array.from({ length: limits.maxSuffixes }, (_, at) => `s${at}`);
  expect(namesOf('a.b.c.d.e.s0', suffixes).length).toBe(limits.maxLookupNames);
});

describe('the frontend of a host', () => {
  const of = (host: string, ...there: string[]) =>
    frontendNameOf(host, shared, (name) => there.includes(name));

  test.each([
    ['one of its own name wins', ['app.dev.local', 'app.localhost', '*'], 'app.dev.local'],
    ['then the same host under another suffix', ['app.localhost', '*.dev.local'], 'app.localhost'],
    ['then its wildcards', ['*.dev.local', '*.localhost'], '*.dev.local'],
    ['then those under another suffix', ['*.localhost', '*.local', '*'], '*.localhost'],
    ['then those above the suffix', ['*.local', '*'], '*.local'],
    ['then the star', ['*'], '*'],
    ['and there may be none', ['other.localhost'], null],
  ])('%s', (_, there, found) => {
    expect(of('app.dev.local', ...there)).toBe(found);
  });
});

describe('a name under the other suffixes', () => {
  test.each([
    ['app.localhost', ['app.dev.local']],
    ['a.b.dev.local', ['a.b.localhost']],
    ['*.localhost', ['*.dev.local']],
    ['*.app.dev.local', ['*.app.localhost']],
    ['localhost', []],
    ['*.local', []],
    ['*', []],
    ['www.example.com', []],
    ['', []],
    ['*.b.c.d.e.localhost', []],
  ])('%s', (name, others) => {
    expect(underOtherSuffixes(name, shared)).toEqual(others);
  });
});

describe('a frontend answers also', () => {
  const at = (name: string, suffixes: readonly string[], ...there: string[]) =>
    answersAlsoAt(name, suffixes, (one) => one === name || there.includes(one));

  test('under each other suffix', () => {
    expect(at('app.test', ['localhost', 'test', 'dev.local'])).toEqual([
      ...['app.localhost', 'app.dev.local'],
    ]);
    expect(at('*.test', ['localhost', 'test'])).toEqual(['*.localhost']);
  });

  test('but not where another one has the name', () => {
    expect(at('app.test', ['localhost', 'test'], 'app.localhost')).toEqual([]);
    expect(at('*.test', ['localhost', 'test'], '*.localhost')).toEqual([]);
  });

  test('nor where another one is asked before it', () => {
    const three = ['localhost', 'test', 'dev.local'];
    expect(at('app.test', three, 'app.localhost')).toEqual([]);
    expect(at('app.localhost', three, 'app.test')).toEqual(['app.dev.local']);
    expect(at('*.test', three, '*.localhost')).toEqual([]);
    expect(at('*.localhost', three, '*.test')).toEqual(['*.dev.local']);
  });

  test('nor anywhere where suffixes are not shared', () => {
    expect(at('app.test', noSuffixes)).toEqual([]);
  });
});
