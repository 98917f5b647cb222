import { describe, expect, test } from 'vitest';
import type { ListenerStatus } from '../../shared/contract/instance.ts';
import { limits } from '../../shared/limits.ts';
import { entryOf } from '../frontends/entry.ts';
import { noMarks, type StoredMarks } from '../frontends/replies.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import { lint, shadowOf } from './lint.ts';

const http: ListenerStatus = { address: '127.0.0.1', port: 8080, secure: false };
const https: ListenerStatus = { address: '::', port: 8443, secure: true };

interface Case {
  readonly name?: string;
  readonly list?: readonly string[];
  readonly options?: unknown;
  readonly marks?: StoredMarks;
  readonly problem?: string;
}

function entry({
  name = 'a',
  list = ['id', 'http://a:1'],
  options,
  marks,
  problem,
}: Case): FrontendEntry {
  const made = entryOf(
    name,
    {
      list: problem === undefined ? { kind: 'list', list } : { kind: 'unreadable', problem },
      options: {
        text:
          options === undefined
            ? null
            : typeof options === 'string'
              ? options
              : JSON.stringify(options),
        problem: null,
      },
      marks: marks ?? noMarks,
    },
    null,
    0,
  );
  if (made === null) throw new Error('no entry');
  return made;
}

const rulesOf = (value: Case, listeners = [http, https]): readonly string[] =>
  lint(entry(value), listeners).map(({ rule }) => rule);

test.each<[string, Case, readonly string[]]>([
  ['as it should be', {}, []],
  ['a wildcard, and the one for everything', { name: '*.a.b' }, []],
  ['any host', { name: '*' }, []],
  ['an identifier and nothing else', { list: ['id'] }, ['no-backend']],
  [
    'a container that does not run',
    { list: ['id'], options: { container: { what: 'web', state: 'stopped', until: 0 } } },
    ['no-backend'],
  ],
  [
    'a container without a way to it',
    { list: ['id'], options: { container: { what: 'web', state: 'unreachable', until: 0 } } },
    ['no-backend'],
  ],
  [
    'a container that starts',
    { list: ['id'], options: { container: { what: 'web', state: 'starting', until: 9 } } },
    [],
  ],
  [
    'a backend where the identifier should be',
    { list: ['http://a:1', 'http://b:1'] },
    ['missing-identifier'],
  ],
  ['a backend alone', { list: ['http://a:1'] }, ['missing-identifier', 'no-backend']],
  ['the same backend twice', { list: ['id', 'http://a:1', 'http://a:1'] }, ['duplicate-backend']],
  ['a backend that is no URL', { list: ['id', 'a:1'] }, ['unusable-backend']],
  ['another scheme', { list: ['id', 'ftp://a:1'] }, ['unusable-backend']],
  ['a problem', { problem: 'it is not a list' }, ['unreadable']],
  ['options that are no JSON', { options: 'policy=sticky' }, ['unreadable-options']],
  ['an unknown option', { options: { colour: 'red' } }, ['unreadable-options']],
  [
    'a weight of no backend',
    { options: { weights: { 'http://b:1': 2 } } },
    ['option-without-backend'],
  ],
  ['a weight of a backend', { options: { weights: { 'http://a:1': 2 } } }, []],
  [
    'what is drained and no backend',
    { options: { drained: ['http://b:1'] } },
    ['option-without-backend'],
  ],
  [
    'backends that are all drained, but for what is none',
    { list: ['id', 'http://a:1', 'x'], options: { drained: ['http://a:1'] } },
    ['unusable-backend', 'all-drained'],
  ],
  [
    'a backend that is not drained',
    { list: ['id', 'http://a:1', 'http://b:1'], options: { drained: ['http://a:1'] } },
    [],
  ],
  ['a redirect that ends somewhere', { options: { redirectToHttps: true } }, []],
  ['itself as a backend', { list: ['id', 'http://127.0.0.1:8080'] }, ['loop']],
  [
    'several things, errors first',
    { list: ['id', 'http://a:1', 'http://a:1', 'x'] },
    ['unusable-backend', 'duplicate-backend'],
  ],
])('a frontend with %s', (_what, value, expected) => {
  expect(rulesOf(value)).toEqual(expected);
});

test('a redirect to HTTPS without a listener for it', () => {
  expect(rulesOf({ options: { redirectToHttps: true } }, [http])).toEqual([
    'redirect-without-https',
  ]);
});

test('a mark that counts is nothing to be told, one that does not is', () => {
  const marks = (url: string): StoredMarks => ({
    indexes: [0],
    lifetimeMs: null,
    reasons: new Map([[0, { url, reason: 'refused', at: 1 }]]),
  });
  expect(rulesOf({ marks: marks('http://a:1') })).toEqual([]);
  expect(rulesOf({ marks: marks('http://gone:1') })).toEqual(['stale-dead-mark']);
});

describe('a backend that is this instance', () => {
  const at = (address: string, port = 8080): ListenerStatus => ({ address, port, secure: false });
  test.each<[string, string, ListenerStatus, boolean]>([
    ['the address itself', 'http://10.0.0.5:8080', at('10.0.0.5'), true],
    ['another port', 'http://10.0.0.5:8081', at('10.0.0.5'), false],
    ['another address', 'http://10.0.0.6:8080', at('10.0.0.5'), false],
    ['a name of this machine', 'http://localhost:8080', at('127.0.0.1'), true],
    ['a name under localhost', 'http://app.localhost:8080', at('127.0.0.1'), true],
    ['another loopback address', 'http://[::1]:8080', at('127.0.0.1'), true],
    ['loopback, where every address listens', 'http://127.0.0.1:8080', at('0.0.0.0'), true],
    ['loopback, where one other address listens', 'http://127.0.0.1:8080', at('10.0.0.5'), false],
    ['no address in particular', 'http://0.0.0.0:8080', at('127.0.0.1'), true],
    ['the port of the scheme', 'http://127.0.0.1', at('127.0.0.1', 80), true],
    ['a name that looks like loopback', 'http://127.evil.example:8080', at('127.0.0.1'), false],
  ])('is found by %s', (_what, url, listener, expected) => {
    expect(rulesOf({ list: ['id', url] }, [listener]).includes('loop')).toBe(expected);
  });
});

describe('a name that no host finds', () => {
  test.each([
    ['App.Local', 'hosts are compared as app.local'],
    ['app.local.', 'hosts are compared as app.local'],
    ['app.local:80', 'no host has this name: it has a port: write app.local alone'],
    ['*.a.b.c.d.e.f', 'a wildcard is tried with at most 5 labels behind it'],
  ])('%s', (name, expected) => {
    expect(shadowOf(name)).toBe(expected);
    expect(rulesOf({ name })).toEqual(['shadowed']);
  });
  test.each(['*', '*.localhost', '*.a.b.c.d.e', 'a.b.c.d.e.f.g.h', '_x.local', '[::1]'])(
    '%s is none',
    (name) => expect(shadowOf(name)).toBeNull(),
  );
});

test('many findings of a kind are counted', () => {
  const list = ['id', ...Array.from({ length: 100 }, () => 'nothing')];
  const found = lint(entry({ list: [...list.map((x, i) => `${x}${i}`)] }), []);
  expect(found).toHaveLength(limits.maxFrontendProblems);
  expect(found.at(-1)?.message).toMatch(/\(and 92 findings more\)$/);
});

test('every finding says what is the case, and what to do', () => {
  for (const { message, advice } of lint(entry({ list: ['http://a', 'x'] }), [])) {
    expect(message).toMatch(/^[^A-Z].*[^.]$/);
    expect(advice).toMatch(/^[A-Z].*\.$/);
  }
});
