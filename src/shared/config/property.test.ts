import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BerthError } from '../errors.ts';
import { fileFormOf } from './fileForm.ts';
import { readConfig } from './read.ts';

const keys = [
  ...[
    'server',
    'http',
    'https',
    'control',
    'driver',
    'user',
    'group',
    'suffixes',
    'redisHost',
    'redisPort',
  ],
  ...['accessLog', 'workers', 'tcpTimeout', 'lruCache', 'size', 'ttl', 'staticDir', 'forwarded'],
  ...['port', 'address', 'address6', 'bind', 'key', 'cert', 'ca', 'passphrase', 'secureProtocol'],
  ...['sentinels', 'name', 'cluster', 'database', 'password', 'prefix', '__proto__', 'constructor'],
  ...['redisPassword', 'toString', 'length', ''],
];
const scalars = fc.oneof(
  fc.constantFrom('127.0.0.1', '::1', 'redis:', 'embedded:', 'a:1', '8080', 'k', '[', '%', '', '@'),
  fc.integer({ min: -1, max: 70_000 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.string(),
);

/** Values as JSON.parse makes them, `__proto__` as a plain key included, with the known names in likely places. */
const contents = fc
  .letrec<{ value: unknown; object: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      scalars,
      fc.array(tie('value'), { maxLength: 4 }),
      tie('object'),
    ),
    object: fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('value')), {
        maxLength: 7,
      })
      .map((entries) => {
        const object: Record<string, unknown> = Object.create(null);
        for (const [key, value] of entries) object[key] = value;
        return object;
      }),
  }))
  .value.map((value): unknown => JSON.parse(JSON.stringify(value)));

test('no content makes anything fail but with a BerthError', () => {
  fc.assert(
    fc.property(contents, (content) => {
      try {
        readConfig(content, 'c.json');
      } catch (error) {
        if (!(error instanceof BerthError)) throw error;
        expect(error.code).toBe('BERTH_CONFIG_INVALID');
        expect(error.detail.length).toBeLessThan(100_000);
      }
    }),
    { numRuns: 3000 },
  );
});

test('a secret stands neither in what is shown nor in a message, wherever it was put', () => {
  const secret = 'Xs3cr3tX';
  const placed = fc.constantFrom<unknown>(
    { driver: `redis://:${secret}@host` },
    { driver: `redis://user:${secret}@host:1/2#p` },
    { driver: `redis://${secret}@host` },
    { driver: [`redis://:${secret}@a`, `rediss://:${secret}@b`] },
    { driver: { sentinels: ['a'], name: 'm', password: secret, sentinelPassword: secret } },
    { driver: { cluster: ['a'], password: secret } },
    { redisPassword: secret, redisMasterHost: 'm', redisMasterPassword: secret },
    { https: { key: 'k', cert: 'c', bind: '::1', passphrase: secret } },
    { https: { key: 'k', cert: 'c', bind: [{ address: '::1', passphrase: secret }] } },
    { server: { https: { key: 'k', cert: 'c', passphrase: secret } } },
    // Broken beside it, so that a message is written.
    { driver: `redis://:${secret}@host:x` },
    { driver: `redis://:${secret}%zz@host` },
    { driver: `redis://:${secret}/@host` },
    { driver: `redis//:${secret}@host` },
    { driver: `etcd://:${secret}@host` },
    { driver: [`redis://:${secret}@host`, 5] },
    { driver: `redis://h:1/0?password=${secret}` },
    { driver: `redis://h:1/0?password=a@${secret}` },
    { driver: [`redis://h?${secret}`] },
    { driver: `redis://h:x#${secret}` },
    { driver: `etcd://h#${secret}` },
    { driver: `redis://h/${secret}` },
    { driver: `redis:${secret}` },
    { driver: secret },
    { driver: { cluster: [`redis://h?password=${secret}`] } },
    { driver: [[`redis://:${secret}@host`]] },
    { driver: { cluster: ['a:b:c'], password: secret } },
    { driver: { cluster: ['a'], password: [secret] } },
    { driver: { cluster: { password: secret } } },
    { driver: { sentinels: [`x:${secret}@h`], name: 'm' } },
    { redisPassword: { value: secret } },
    { https: { passphrase: [secret] } },
    { pasphrase: secret, server: { password: secret } },
    { server: { healthWebhook: `https://hooks.test/${secret}` } },
    { server: { healthWebhook: `https://user:${secret}@hooks.test/?a=${secret}#${secret}` } },
    { server: { healthWebhook: `ftp://hooks.test/${secret}` } },
    { server: { healthWebhook: [secret] } },
    { server: { healthWebhook: secret } },
  );
  fc.assert(
    fc.property(placed, contents, (content, noise) => {
      const merged: unknown =
        typeof noise === 'object' && noise !== null && !Array.isArray(noise)
          ? { ...noise, ...(content as object) }
          : content;
      let said: string;
      try {
        const { config, warnings } = readConfig(merged, 'c.json');
        said = JSON.stringify([fileFormOf(config), warnings]);
      } catch (error) {
        if (!(error instanceof BerthError)) throw error;
        said = `${error.message} ${error.stack} ${String(error.cause)}`;
      }
      expect(said).not.toContain(secret);
    }),
    { numRuns: 2000 },
  );
});

test('what is hidden is hidden in its place, and nothing else is', () => {
  const { config } = readConfig(
    {
      driver: 'redis://user:word@host#prefix',
      https: { key: 'k', cert: 'c', bind: '::1', passphrase: 'word' },
      server: { healthWebhook: 'https://user:word@hooks.test:8443/T0/word?a=word' },
    },
    'c.json',
  );
  expect(fileFormOf(config)).toMatchObject({
    http: { port: 80, bind: ['127.0.0.1'] },
    https: { port: 443, key: 'k', cert: 'c', passphrase: '***', bind: ['::1'] },
    driver: 'redis://user:***@host:6379/0#prefix',
    server: { healthWebhook: 'https://hooks.test:8443/***' },
  });
});

describe('what is shown, read again, shows the same without a warning', () => {
  const again = (content: unknown): void => {
    const shown = fileFormOf(readConfig(content, 'c.json').config);
    const { config, warnings } = readConfig(JSON.parse(JSON.stringify(shown)), 'c.json');
    expect(fileFormOf(config)).toEqual(shown);
    expect(warnings).toEqual([]);
  };
  const tls = { key: 'k', cert: 'c' };

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['old keys', { server: { port: 81, https: tls }, redisHost: 'h', redisPassword: 'p' }],
    ['binds with ports of their own', { http: { bind: ['::1', { address: 'h', port: 81 }] } }],
    ['no HTTP', { http: { bind: [] }, https: { ...tls, bind: '::1' } }],
    [
      'TLS of each bind',
      {
        https: {
          ...tls,
          ca: 'a',
          honorCipherOrder: false,
          secureProtocol: 'TLSv1_2_method',
          passphrase: 'p',
          bind: [
            '::1',
            { address: '::2', key: 'other', ca: ['x', 'y'] },
            { address: '::3', port: 1 },
          ],
        },
      },
    ],
    ['no loopback door', { control: { port: null } }],
    ['an embedded store', { driver: 'embedded:' }],
    ['an embedded store with a port', { driver: 'embedded://[::1]:7#a b/#%25' }],
    ['an account', { driver: 'rediss://us%40er:p@[::1]:7/3#p%C3%A9' }],
    ['a user without password', { driver: 'redis://user:@h' }],
    ['a password alone', { driver: 'redis://:p@h' }],
    ['a replica', { driver: ['redis://:p@a', 'redis://:p@b#x'] }],
    ['one server twice', { driver: ['redis://a', 'redis://a'] }],
    [
      'Sentinel',
      {
        driver: {
          sentinels: ['a', '[::1]:7'],
          name: 'm',
          password: 'p',
          username: 'u',
          sentinelPassword: 's',
          database: 2,
        },
      },
    ],
    ['Cluster', { driver: { cluster: ['a:7'], tls: true, prefix: '#/ ' } }],
    ['who to become', { user: 33, group: 'adm', suffixes: ['A.local', 'a.local'] }],
    ['bounds of the cache', { server: { lruCache: { size: 1, ttl: 0.5 }, staticDir: '/p' } }],
  ])('%s', (_name, content) => again(content));

  test('anything else that can be read', () => {
    fc.assert(
      fc.property(contents, (content) => {
        try {
          readConfig(content, 'c.json');
        } catch {
          return;
        }
        again(content);
      }),
      { numRuns: 3000 },
    );
  });
});

test('an object that misleads the checks of the schema is an error like any other', () => {
  const content = { suffixes: { length: { toString: '127.0.0.1' } } };
  expect(() => readConfig(content, 'c.json')).toThrow(BerthError);
});
