import { describe, expect, test } from 'vitest';
import { BerthError } from '../errors.ts';
import type { Config } from './config.ts';
import { readConfig } from './read.ts';

const configOf = (content: unknown): Config => readConfig(content, 'c.json').config;
const warningsOf = (content: unknown): readonly string[] => readConfig(content, 'c.json').warnings;

/** The detail of the error that a content is refused with. */
function refusalOf(content: unknown): string {
  try {
    readConfig(content, 'c.json');
  } catch (error) {
    if (error instanceof BerthError && error.code === 'BERTH_CONFIG_INVALID') return error.detail;
    throw error;
  }
  throw new Error('it was accepted');
}

test('an HTTPS bind that names no file is served with certificates of the local CA', () => {
  const { binds } = configOf({ https: { bind: ['::1', '127.0.0.1'], ciphers: 'AES' } });
  expect(binds.slice(1)).toEqual([
    { address: '::1', port: 443, tls: { key: null, cert: null, ca: [], ciphers: 'AES' } },
    { address: '127.0.0.1', port: 443, tls: { key: null, cert: null, ca: [], ciphers: 'AES' } },
  ]);
});

test.each([{ ca: 'ca.pem' }, { key: 'k' }, { cert: 'c' }])('one that names %j is not', (https) => {
  expect(() => configOf({ https: { bind: '::1', ...https } })).toThrow(/has no (key|cert)/);
});

test('an empty file has the defaults of Hipache, and ours', () => {
  const local = { host: '127.0.0.1', port: 6379, database: 0, tls: false };
  expect(configOf({})).toEqual({
    file: 'c.json',
    defaults: 'hipache',
    server: {
      accessLog: '/var/log/hipache/access.log',
      accessLogIsSet: false,
      workers: 10,
      maxSockets: 100,
      maxConnections: 4096,
      deadBackendTTL: 30,
      tcpTimeout: 30,
      connectTimeout: 3,
      headTimeout: 30,
      tunnelIdleTimeout: 3600,
      retryOnError: 3,
      deadBackendOn500: true,
      httpKeepAlive: true,
      lruCache: null,
      staticDir: null,
      debug: false,
      engine: 'splice',
      forwarded: 'keep',
      memoryLimit: 200,
      memoryCheckInterval: 60,
      gracefulWait: 120,
      accessLogFormat: 'hipache',
      accessLogMaxSize: 0,
      accessLogKeep: 5,
      healthWebhook: null,
    },
    binds: [{ address: '127.0.0.1', port: 80, tls: null }],
    fallbackPorts: [],
    secureFallbackPorts: [],
    secureIsSet: true,
    certificates: { names: [], directories: [] },
    control: { port: 8190, portIsSet: false },
    driver: { kind: 'redis', prefix: '', read: local, write: local },
    user: null,
    group: null,
    suffixes: ['localhost', 'dev.local'],
    sharedSuffixes: [],
    names: { dnsPort: null, dnsPortIsSet: false, hostsFile: false },
    // A proxy that stood where Hipache did makes nothing of containers unless it is asked to.
    containers: { enabled: false, engines: [], labels: true, autoNames: false },
  });
  expect(warningsOf({})).toEqual([]);
});

test('the configuration in the README of Hipache is taken without a word', () => {
  const content = {
    server: {
      debug: false,
      workers: 10,
      maxSockets: 100,
      tcpTimeout: 30,
      deadBackendTTL: 30,
      retryOnError: 3,
      accessLog: '/var/log/hipache/access.log',
      httpKeepAlive: false,
      deadBackendOn500: true,
      staticDir: null,
    },
    http: { port: 80, bind: ['127.0.0.1'] },
    https: {
      bind: [],
      port: 443,
      ca: [],
      secureProtocol: 'SSLv23_method',
      secureOptions: 50331648,
      key: '/etc/ssl/ssl.key',
      cert: '/etc/ssl/ssl.crt',
      ciphers: 'DH+ECDSA+AESGCM EECDH+aRSA+AESGCM !aNULL !eNULL',
      honorCipherOrder: true,
    },
    driver: 'redis:',
    user: 'www-data',
    group: 'www-data',
  };
  expect(warningsOf(content)).toEqual([]);
  expect(configOf(content)).toMatchObject({
    server: { httpKeepAlive: false, accessLogIsSet: true },
    binds: [{ address: '127.0.0.1', port: 80, tls: null }],
    user: 'www-data',
    group: 'www-data',
  });
});

describe('every form of a bind', () => {
  test.each<[string, object, Config['binds']]>([
    [
      'one address',
      { http: { bind: '0.0.0.0', port: 8080 } },
      [{ address: '0.0.0.0', port: 8080, tls: null }],
    ],
    [
      'one object',
      { http: { bind: { address: '::', port: 81 } } },
      [{ address: '::', port: 81, tls: null }],
    ],
    [
      'a mixed list',
      { http: { bind: ['127.0.0.1', { address: '[::1]', port: 0 }, { address: 'localhost' }] } },
      [
        { address: '127.0.0.1', port: 80, tls: null },
        { address: '::1', port: 0, tls: null },
        { address: 'localhost', port: 80, tls: null },
      ],
    ],
    [
      'HTTPS alone, with the files of the section',
      { http: { bind: [] }, https: { bind: '::', key: 'k', cert: 'c', ca: 'a', passphrase: 'p' } },
      [
        {
          address: '::',
          port: 443,
          tls: { key: 'k', cert: 'c', ca: ['a'], passphrase: 'p' },
        },
      ],
    ],
    [
      'HTTPS with overrides; a passphrase belongs to its key',
      {
        http: { bind: [] },
        https: {
          port: 8443,
          key: 'k',
          cert: 'c',
          ca: ['a', 'b'],
          passphrase: 'p',
          ciphers: 'X',
          honorCipherOrder: false,
          secureProtocol: 'TLSv1_2_method',
          secureOptions: 4,
          bind: [
            '127.0.0.1',
            { address: '127.0.0.2', port: 444, key: 'k2', cert: 'c2', ca: 'a2' },
            { address: '127.0.0.3', key: 'k3', passphrase: 'p3', secureProtocol: 'SSLv23_method' },
          ],
        },
      },
      [
        {
          address: '127.0.0.1',
          port: 8443,
          tls: {
            key: 'k',
            cert: 'c',
            ca: ['a', 'b'],
            passphrase: 'p',
            ciphers: 'X',
            honorCipherOrder: false,
            secureProtocol: 'TLSv1_2_method',
            secureOptions: 4,
          },
        },
        {
          address: '127.0.0.2',
          port: 444,
          tls: {
            key: 'k2',
            cert: 'c2',
            ca: ['a2'],
            ciphers: 'X',
            honorCipherOrder: false,
            secureProtocol: 'TLSv1_2_method',
            secureOptions: 4,
          },
        },
        {
          address: '127.0.0.3',
          port: 8443,
          tls: {
            key: 'k3',
            cert: 'c',
            ca: ['a', 'b'],
            passphrase: 'p3',
            ciphers: 'X',
            honorCipherOrder: false,
            secureOptions: 4,
          },
        },
      ],
    ],
    [
      'no HTTPS without an address, whatever else is set',
      { https: { key: 'k', cert: 'c', port: 444 } },
      [{ address: '127.0.0.1', port: 80, tls: null }],
    ],
  ])('%s', (_name, content, binds) => {
    expect(configOf(content).binds).toEqual(binds);
  });
});

describe('old keys are read, each with one warning that names its successor', () => {
  test.each<[string, object, object, readonly string[]]>([
    [
      'server.port',
      { server: { port: 8080 } },
      { binds: [{ address: '127.0.0.1', port: 8080 }] },
      ['server.port is an old key: use http.port'],
    ],
    [
      'server.address and server.address6',
      { server: { address: ['127.0.0.1'], address6: '::1' } },
      { binds: [{ address: '127.0.0.1' }, { address: '::1' }] },
      [
        'server.address is an old key: use http.bind and https.bind',
        'server.address6 is an old key: use http.bind and https.bind',
      ],
    ],
    [
      'server.https, on the addresses of server.address',
      { server: { address: '::1', https: { port: 444, key: 'k', cert: 'c' } } },
      {
        binds: [
          { address: '::1', port: 80, tls: null },
          { address: '::1', port: 444, tls: { key: 'k', cert: 'c' } },
        ],
      },
      [
        'server.https is an old key: use https',
        'server.address is an old key: use http.bind and https.bind',
      ],
    ],
    [
      'server.https, on the addresses of HTTP',
      {
        server: { https: { key: 'k', cert: 'c' } },
        http: { bind: ['127.0.0.1', { address: '::1', port: 8080 }] },
      },
      {
        binds: [
          { address: '127.0.0.1', port: 80 },
          { address: '::1', port: 8080 },
          { address: '127.0.0.1', port: 443 },
          { address: '::1', port: 443 },
        ],
      },
      ['server.https is an old key: use https'],
    ],
    [
      'redisHost, redisPort, redisPassword, redisDatabase',
      { redisHost: 'r', redisPort: '7', redisPassword: 'p', redisDatabase: 3 },
      {
        driver: {
          kind: 'redis',
          prefix: '',
          read: { host: 'r', port: 7, password: 'p', database: 3 },
          write: { host: 'r', port: 7, password: 'p', database: 3 },
        },
      },
      ['Host', 'Port', 'Password', 'Database'].map(
        (part) => `redis${part} is an old key: use driver, "redis://:password@host:port/database"`,
      ),
    ],
    [
      'redisMasterHost and its kin',
      {
        redisHost: 'r',
        redisMasterHost: 'm',
        redisMasterPort: 8,
        redisMasterPassword: 'q',
        redisMasterDatabase: 1,
      },
      {
        driver: {
          read: { host: 'r', port: 6379, database: 0 },
          write: { host: 'm', port: 8, password: 'q', database: 1 },
        },
      },
      [
        'redisHost is an old key: use driver, "redis://:password@host:port/database"',
        ...['Host', 'Port', 'Password', 'Database'].map(
          (part) =>
            `redisMaster${part} is an old key: use driver, ["redis://replica", "redis://primary"]`,
        ),
      ],
    ],
    [
      'a successor that is set wins',
      {
        server: { port: 1, address: '::1', https: { key: 'x' } },
        http: { port: 2, bind: '127.0.0.1' },
        https: { bind: [] },
        redisHost: 'r',
        driver: 'embedded:',
      },
      { binds: [{ address: '127.0.0.1', port: 2 }], driver: { kind: 'embedded' } },
      [
        'server.port is an old key and ignored, because its successor is set: http.port',
        'server.https is an old key and ignored, because its successor is set: https',
        'server.address is an old key and ignored, because its successor is set: http.bind and https.bind',
        'redisHost is an old key and ignored, because its successor is set: driver, "redis://:password@host:port/database"',
      ],
    ],
  ])('%s', (_name, content, config, warnings) => {
    expect(configOf(content)).toMatchObject(config);
    expect(warningsOf(content)).toEqual(warnings);
  });
});

describe('an unknown key is a warning, with a guess where there is one', () => {
  test.each<[object, string]>([
    [{ servre: {} }, 'servre is not a key of Berth: did you mean server?'],
    [
      { server: { worker: 1 } },
      'server.worker is not a key of Berth: did you mean server.workers?',
    ],
    [{ workers: 1 }, 'workers is not a key of Berth: did you mean server.workers?'],
    [{ somethingElse: 1 }, 'somethingElse is not a key of Berth'],
    [
      { http: { bind: [{ address: '::1', prot: 5 }] } },
      'http.bind[0].prot is not a key of Berth: did you mean http.bind[0].port?',
    ],
    [
      { server: { lruCache: { size: 1, ttl: 1, max: 1 } } },
      'server.lruCache.max is not a key of Berth',
    ],
    [{ 'a\nb': 1 }, '"a\\nb" is not a key of Berth'],
  ])('%j', (content, warning) => {
    expect(warningsOf(content)).toEqual([warning]);
  });

  test('also beside an error: it may be its cause', () => {
    expect(() => readConfig({ server: { worker: 2, port: 'x' } }, 'c.json')).toThrow(
      /c\.json: server\.port is "x"; .*\n {2}also: .*old key.*\n {2}also: server\.worker is not a key of Berth: did you mean server\.workers\?$/,
    );
  });

  test('and a thousand of them are counted, not listed', () => {
    const content = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`zzz${i}`, i]));
    const warnings = warningsOf(content);
    expect(warnings).toHaveLength(31);
    expect(warnings.at(-1)).toBe('and 970 more of the kind');
  });

  test('$schema is nothing to warn about', () => {
    expect(warningsOf({ $schema: 'x' })).toEqual([]);
  });
});

test('a number in quotes is read as one, with a warning', () => {
  const content = { server: { workers: '4', tcpTimeout: '1.5' }, http: { port: '8080' } };
  expect(configOf(content)).toMatchObject({
    server: { workers: 4, tcpTimeout: 1.5 },
    binds: [{ port: 8080 }],
  });
  expect(warningsOf(content)).toEqual([
    'server.workers is "4": read as a number, write it without quotes',
    'server.tcpTimeout is "1.5": read as a number, write it without quotes',
    'http.port is "8080": read as a number, write it without quotes',
  ]);
});

test('null leaves a section or an optional key out', () => {
  expect(
    configOf({
      server: null,
      http: null,
      https: { key: null, passphrase: null, ca: null },
      user: null,
      group: '',
    }),
  ).toEqual(configOf({}));
  expect(configOf({ server: { lruCache: false } }).server.lruCache).toBeNull();
});

test.each([
  [{}, { port: 8190, portIsSet: false }],
  [{ control: null }, { port: 8190, portIsSet: false }],
  [{ control: { port: 8190 } }, { port: 8190, portIsSet: true }],
  [{ control: { port: 0 } }, { port: 0, portIsSet: true }],
  [{ control: { port: null } }, { port: null, portIsSet: true }],
])('the port of the control plane: %j', (content, control) => {
  expect(configOf(content).control).toEqual(control);
});

test('frontends are shared by the suffixes that the file names, and by none where it names none', () => {
  expect(configOf({ suffixes: ['Test', 'test', 'dev.local'] }).sharedSuffixes).toEqual([
    ...['test', 'dev.local'],
  ]);
  for (const content of [{}, { suffixes: null }]) {
    const { suffixes, sharedSuffixes } = configOf(content);
    expect(suffixes).toEqual(['localhost', 'dev.local']);
    expect(sharedSuffixes).toEqual([]);
  }
  expect(configOf({ suffixes: [] })).toMatchObject({ suffixes: [], sharedSuffixes: [] });
});

test('suffixes are host names in lower case, each once', () => {
  expect(configOf({ suffixes: ['Dev.Local', 'dev.local', 'x'] }).suffixes).toEqual([
    'dev.local',
    'x',
  ]);
});

describe('a wrong value is an error that names key, value and what it takes', () => {
  test.each<[unknown, string]>([
    [{ server: { workers: 0 } }, 'server.workers is 0; it takes a whole number from 1 to 512'],
    [{ server: { workers: 1.5 } }, 'server.workers is 1.5; it takes a whole number from 1 to 512'],
    [{ server: { workers: 'ten' } }, 'server.workers is "ten"; it takes a whole number'],
    [{ server: { workers: '1e1' } }, 'server.workers is "1e1"; it takes a whole number'],
    [{ server: { workers: null } }, 'server.workers is null; it takes a whole number'],
    [{ server: { workers: [4] } }, 'server.workers is a list; it takes a whole number'],
    [{ server: { deadBackendTTL: 1e9 } }, 'it takes a whole number from 1 to 2592000 (s)'],
    [{ server: { tcpTimeout: -1 } }, 'it takes a number of seconds from 0 to 86400'],
    [{ server: { debug: 'false' } }, 'server.debug is "false"; it takes true or false'],
    [{ server: { engine: 'nginx' } }, 'it takes "splice" or "http-proxy"'],
    [{ server: { forwarded: 'drop' } }, 'it takes "keep", "append" or "replace"'],
    [{ server: { lruCache: { size: -1 } } }, 'server.lruCache.size is -1; it takes a whole number'],
    [{ server: { lruCache: true } }, 'server.lruCache is true; it takes an object {"size", "ttl"}'],
    [{ server: { accessLog: '' } }, 'server.accessLog is ""; it takes the path of a file'],
    [{ server: { accessLog: 'a\0b' } }, 'server.accessLog is "a\\u0000b"; it takes the path'],
    [
      { server: { healthWebhook: 'hooks.test' } },
      'server.healthWebhook is ***; it takes an http:// or https:// URL, or null',
    ],
    [{ server: { healthWebhook: 'ftp://hooks.test' } }, 'it takes an http:// or https:// URL'],
    [{ server: [] }, 'server is an empty list; it takes an object'],
    [{ http: { port: 65536 } }, 'http.port is 65536; it takes a port from 0 to 65535'],
    [{ http: { bind: 'a b' } }, 'http.bind is "a b"; it takes an IP address or a host name'],
    [{ http: { bind: '127.0.0.1:80' } }, 'http.bind is "127.0.0.1:80"; it takes an IP address'],
    [{ http: { bind: '*' } }, 'http.bind is "*": for every address write "0.0.0.0" or "::"'],
    [{ http: { bind: [{ port: 80 }] } }, 'http.bind[0].address is missing; it takes an IP address'],
    [{ http: { bind: [7] } }, 'http.bind[0] is 7; it takes an address, a list of addresses'],
    [{ http: { bind: Array(65).fill('::1') } }, '(at most 64)'],
    [{ http: { bind: [] } }, 'nothing is bound; http.bind or https.bind takes at least one'],
    [
      { http: { bind: ['::1', '127.0.0.1', '::1'] } },
      'http.bind[0] and http.bind[2] both bind [::1]:80',
    ],
    [{ https: { bind: '::1', cert: 'c' } }, 'https.bind[0] has no key; set https.key'],
    [{ https: { bind: '::1', key: 'k' } }, 'https.bind[0] has no cert; set https.cert'],
    [{ https: { ca: [5] } }, 'https.ca[0] is 5; it takes the path of a file, or a list of them'],
    [{ https: { secureProtocol: 'SSLv3_method' } }, 'it takes one of SSLv23_method'],
    [{ https: { passphrase: 5 } }, 'https.passphrase is ***; it takes text'],
    [{ user: true }, 'user is true; it takes the name or number of a user'],
    [{ suffixes: ['a b'] }, 'suffixes[0] is "a b"; it takes a list of domain names'],
    [{ suffixes: 'dev.local' }, 'suffixes is "dev.local"; it takes a list of domain names'],
    [{ driver: 'redis://:secret@h:x' }, 'driver is "redis://…": its host or port cannot be'],
    [{ driver: ['redis:', 'etcd:'] }, 'driver[1] is "etcd:": there is no driver "etcd"'],
    [{ server: { port: 'x' } }, 'server.port is "x"; it takes a port'],
    [{ server: { address: 'a b' } }, 'server.address is "a b"; it takes an IP address'],
    [{ server: { https: { key: 5 } } }, 'server.https.key is 5; it takes the path of a file'],
    [{ redisHost: 'a b' }, 'redisHost is "a b"; it takes an IP address or a host name'],
    [{ redisPassword: 5 }, 'redisPassword is ***; it takes text'],
    [null, 'the file is null; it takes an object with keys'],
    [[], 'the file is an empty list; it takes an object with keys'],
    ['x', 'the file is "x"; it takes an object with keys'],
  ])('%j', (content, message) => {
    const refusal = refusalOf(content);
    expect(refusal).toContain(message);
    expect(refusal).toMatch(/^c\.json: |^\d+ problems in c\.json\n/);
  });

  test('and all of them are listed at once', () => {
    expect(refusalOf({ server: { workers: 0, debug: 1 }, driver: 'x' }).split('\n')).toEqual([
      '3 problems in c.json',
      expect.stringContaining('  - server.workers is 0'),
      expect.stringContaining('  - server.debug is 1'),
      expect.stringContaining('  - driver is "…"'),
    ]);
  });
});
