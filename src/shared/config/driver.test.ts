import { describe, expect, test } from 'vitest';
import { hidden } from './describe.ts';
import { parseDriver } from './driver.ts';
import { readConfig } from './read.ts';

const local = { host: '127.0.0.1', port: 6379, database: 0, tls: false };
const single = (prefix: string, endpoint: object) => ({
  kind: 'redis',
  prefix,
  read: { ...local, ...endpoint },
  write: { ...local, ...endpoint },
});

describe('driver URLs are read', () => {
  test.each([
    ['redis:', single('', {})],
    ['redis://', single('', {})],
    ['REDIS://H', single('', { host: 'H' })],
    ['rediss:', single('', { tls: true })],
    ['redis:/2', single('', { database: 2 })],
    ['redis:#p:', single('p:', {})],
    ['redis:///2#p', single('p', { database: 2 })],
    ['redis://host', single('', { host: 'host' })],
    ['redis://host/', single('', { host: 'host' })],
    ['redis://:7777', single('', { port: 7777 })],
    ['redis://host:7777', single('', { host: 'host', port: 7777 })],
    ['redis://[::1]', single('', { host: '::1' })],
    ['redis://[::1]:7777/3', single('', { host: '::1', port: 7777, database: 3 })],
    ['redis://:secret@host', single('', { host: 'host', password: 'secret' })],
    // Without a colon it is a password, as Hipache read it.
    ['redis://secret@host', single('', { host: 'host', password: 'secret' })],
    [
      'redis://user:secret@host:1/2#pre',
      single('pre', { host: 'host', port: 1, database: 2, username: 'user', password: 'secret' }),
    ],
    ['redis://:a%40b%2Fc@host', single('', { host: 'host', password: 'a@b/c' })],
    ['redis://:a@b@host', single('', { host: 'host', password: 'a@b' })],
    ['redis://:@host', single('', { host: 'host' })],
    ['redis://host#a%20b', single('a b', { host: 'host' })],
    ['embedded:', { kind: 'embedded', prefix: '', tcp: null }],
    ['embedded://', { kind: 'embedded', prefix: '', tcp: null }],
    ['embedded:#p', { kind: 'embedded', prefix: 'p', tcp: null }],
    [
      'embedded://127.0.0.1:6390#p',
      { kind: 'embedded', prefix: 'p', tcp: { host: '127.0.0.1', port: 6390 } },
    ],
    [
      'embedded://localhost',
      { kind: 'embedded', prefix: '', tcp: { host: '127.0.0.1', port: 6390 } },
    ],
    ['embedded://:7', { kind: 'embedded', prefix: '', tcp: { host: '127.0.0.1', port: 7 } }],
    [
      'embedded://127.0.0.1:0',
      { kind: 'embedded', prefix: '', tcp: { host: '127.0.0.1', port: 0 } },
    ],
    ['embedded://[::1]:0', { kind: 'embedded', prefix: '', tcp: { host: '::1', port: 0 } }],
    ['embedded://[::1]:7', { kind: 'embedded', prefix: '', tcp: { host: '::1', port: 7 } }],
  ])('%s', (url, store) => {
    expect(parseDriver(url)).toEqual({ ok: true, store });
  });
});

describe('a list names replica and primary', () => {
  test.each([
    [['redis://a'], single('', { host: 'a' })],
    [
      ['redis://a#p', 'redis://b/2'],
      {
        kind: 'redis',
        prefix: 'p',
        read: { ...local, host: 'a' },
        write: { ...local, host: 'b', database: 2 },
      },
    ],
    [
      ['redis://a', 'rediss://b#p'],
      {
        kind: 'redis',
        prefix: 'p',
        read: { ...local, host: 'a' },
        write: { ...local, host: 'b', tls: true },
      },
    ],
    [['embedded:'], { kind: 'embedded', prefix: '', tcp: null }],
  ])('%j', (list, store) => {
    expect(parseDriver(list)).toEqual({ ok: true, store });
  });
});

describe('a driver that cannot be is refused with the reason', () => {
  test.each<[unknown, string]>([
    [
      'etcd://h',
      'there is no driver "etcd": Berth has two drivers, redis: (or rediss:) and embedded:',
    ],
    ['zookeeper:', 'there is no driver "zookeeper"'],
    ['memcached://h', 'there is no driver "memcached"'],
    ['hipache', 'it is no URL'],
    ['', 'it is no URL'],
    ['redis:6379', 'after the scheme comes //'],
    ['redis://h:0', 'its host or port cannot be read'],
    ['redis://h:99999', 'its host or port cannot be read'],
    ['redis://::1:6379', 'its host or port cannot be read'],
    ['redis://a b', 'its host or port cannot be read'],
    ['redis://h/x', 'its database is not a whole number'],
    ['redis://h/70000', 'its database is not a whole number'],
    ['redis://h?db=1', 'it takes no query'],
    ['redis://:%zz@h', 'a % escape in it is broken'],
    ['redis://h#%', 'a % escape in it is broken'],
    ['embedded://0.0.0.0:6390', 'it listens on loopback addresses only'],
    ['embedded://192.168.0.5', 'it listens on loopback addresses only'],
    ['embedded://[::]:1', 'it listens on loopback addresses only'],
    ['embedded://:pw@127.0.0.1', 'the embedded store has no user and no password'],
    ['embedded://127.0.0.1:x:0', 'its host or port cannot be read'],
    ['embedded:/1', 'the embedded store has one database'],
    [[], 'it has 0 entries'],
    [['redis:', 'redis:', 'redis:'], 'it has 3 entries'],
    [['redis:', 5], 'it is not a URL'],
    [['redis:', 'embedded:'], 'only Redis has a replica and a primary'],
    [['redis:#a', 'redis:#b'], 'replica and primary have different prefixes'],
    [{}, 'an object with "sentinels" or "cluster"'],
    [null, 'it is neither a URL nor a list'],
    [5, 'it is neither a URL nor a list'],
  ])('%j', (driver, reason) => {
    const parsed = parseDriver(driver);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.problems.map(({ problem }) => problem).join()).toContain(reason);
  });
});

describe('the object forms', () => {
  const storeOf = (driver: unknown) => readConfig({ driver }, 'c.json').config.driver;

  test('name Sentinels and the group they watch', () => {
    expect(
      storeOf({
        sentinels: ['a', 'b:7', '[::1]:8'],
        name: 'main',
        database: 2,
        password: 'p',
        sentinelPassword: 's',
        prefix: 'x:',
      }),
    ).toEqual({
      kind: 'sentinel',
      name: 'main',
      sentinels: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 7 },
        { host: '::1', port: 8 },
      ],
      database: 2,
      password: 'p',
      sentinelPassword: 's',
      prefix: 'x:',
      tls: false,
    });
  });

  test('name some nodes of a Cluster', () => {
    expect(storeOf({ cluster: ['a', 'b:7'], username: 'u', password: 'p', tls: true })).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 6379 },
        { host: 'b', port: 7 },
      ],
      username: 'u',
      password: 'p',
      prefix: '',
      tls: true,
    });
  });

  test.each<[object, string]>([
    [{ sentinels: ['a'] }, 'driver.name is missing; it takes text'],
    [{ sentinels: [], name: 'm' }, 'driver.sentinels is an empty list; it takes a list of'],
    [{ sentinels: ['a:b:c'], name: 'm' }, 'driver.sentinels[0] is "a:b:c"; it takes "host:port"'],
    [{ cluster: 'a' }, 'driver.cluster is "a"; it takes a list of'],
    [{ cluster: ['a'], database: 3 }, 'driver.database is 3; it takes 0: Redis Cluster has one'],
    [{ cluster: ['a'], password: 5 }, `driver.password is ${hidden}; it takes text`],
  ])('%j is refused', (driver, message) => {
    expect(() => storeOf(driver)).toThrow(message);
  });

  test('warn about a key they do not have', () => {
    expect(readConfig({ driver: { cluster: ['a'], pasword: 'x' } }, 'c.json').warnings).toEqual([
      'driver.pasword is not a key of Berth: did you mean driver.password?',
    ]);
  });
});
