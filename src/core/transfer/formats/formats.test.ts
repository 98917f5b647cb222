import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBackend } from '../../../shared/model/backend.ts';
import { parseFrontendName } from '../../../shared/model/hostname.ts';
import { detectFormat } from '../detect.ts';
import { parseTree, plainOf, type Tree } from '../tree.ts';
import type { Parsed } from '../wanted.ts';
import { parseBerth } from './berth.ts';
import { parseHosts } from './hosts.ts';
import { parseHotel, suffixOf } from './hotel.ts';
import { parseLocalias } from './localias.ts';
import { parsePortless } from './portless.ts';
import { parseRedisCli } from './redisCli.ts';

function tree(text: string): Tree {
  const parsed = parseTree(text);
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.problem}`);
  return parsed.tree;
}

/** A line a level, each a column further in. */
const indented = (levels: number, line: string): string =>
  Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}${line}`).join('\n');

/** `name → backends`, then the problems with their lines. */
const summary = ({ frontends, problems }: Parsed): readonly string[] => [
  ...frontends.map(({ name, backends }) => `${name} → ${backends.join(' ')}`),
  ...problems.map(({ line, text }) => `${line ?? '-'}: ${text}`),
];

describe('localias', () => {
  const file = `# localias config file syntax
#
# \talias: port
#
bareTLD: 9003 # serves over https and http
implicitly_secure.test: 9002 # serves over https and http
https://explicit_secure.test: 9000 # serves over https and http
http://explicit_insecure.test: 9001 # serves over http only
`;

  test('is a map of aliases to ports of localhost', () => {
    expect(detectFormat(file)).toBe('localias');
    expect(summary(parseLocalias(tree(file)))).toEqual([
      'baretld → http://localhost:9003',
      'explicit_insecure.test → http://localhost:9001',
      'explicit_secure.test → http://localhost:9000',
      'implicitly_secure.test → http://localhost:9002',
    ]);
  });

  test('may name a URL, and says in which line something cannot be used', () => {
    const text = `app.test: http://192.168.0.4:8080
invalid://failure: 9004
big.test: 70000
http://app.test: 3000
no host.test: 3000
list.test: [1, 2]
`;
    expect(summary(parseLocalias(tree(text)))).toEqual([
      'app.test → http://192.168.0.4:8080',
      '2: "invalid://failure" has a scheme other than http and https',
      '3: big.test: "70000" is neither a port nor a URL',
      '4: app.test is there already in line 1; this one is left out',
      '5: the name is not a host name, *.domain or *: "no host.test"',
      '6: list.test: a list stands where localias has a port or a URL, as in list.test: 3000',
    ]);
  });

  test.each([
    ['', []],
    ['# nothing yet\n', []],
    ['- app.test\n', ['1: localias has a map here, a line for each alias: app.test: 3000']],
  ])('%j', (text, expected) => {
    expect(summary(parseLocalias(tree(text)))).toEqual(expected);
  });

  test('is told by most of its lines, or by its name, and the line that is wrong is named', () => {
    const text =
      'a.test: 3000\nb.test: soon\nc.test:\n  port: 3001\nd.test: [1]\ne.test: 1\nf.test: 2\ng.test: 3\n';
    expect(detectFormat(text)).toBe('localias');
    expect(summary(parseLocalias(tree(text)))).toEqual([
      'a.test → http://localhost:3000',
      'e.test → http://localhost:1',
      'f.test → http://localhost:2',
      'g.test → http://localhost:3',
      '2: b.test: "soon" is neither a port nor a URL',
      '3: c.test: a map stands where localias has a port or a URL, as in c.test: 3000',
      '5: d.test: a list stands where localias has a port or a URL, as in d.test: 3000',
    ]);
    const half = 'a.test: 3000\nb.test: soon\n';
    expect(detectFormat(half)).toBe(null);
    expect(detectFormat(half, '/home/me/.localias.yaml')).toBe('localias');
    expect(detectFormat('a: [', '.localias.yaml')).toBe('localias');
  });

  test('does not take words that YAML has a meaning for as anything but names', () => {
    expect(summary(parseLocalias(tree('no: 1\n1.5: 2\nnull: 3\n__proto__: 4\n')))).toEqual([
      '1.5 → http://localhost:2',
      '__proto__ → http://localhost:4',
      'no → http://localhost:1',
      'null → http://localhost:3',
    ]);
  });
});

describe('portless', () => {
  const file = JSON.stringify(
    [
      { hostname: 'myapp.localhost', port: 4123, pid: 81234 },
      {
        hostname: 'api.myapp.localhost',
        port: 4567,
        pid: 81290,
        tailscaleUrl: 'https://mac.tail1234.ts.net',
      },
    ],
    null,
    2,
  );

  test('is a list of routes to ports of 127.0.0.1', () => {
    expect(detectFormat(file)).toBe('portless');
    expect(summary(parsePortless(tree(file)))).toEqual([
      'api.myapp.localhost → http://127.0.0.1:4567',
      'myapp.localhost → http://127.0.0.1:4123',
    ]);
  });

  test('says in which line a route cannot be used', () => {
    const text = `[
  { "hostname": "a.localhost", "port": "x", "pid": 1 },
  { "port": 4000, "pid": 1 },
  "b.localhost"
]`;
    expect(summary(parsePortless(tree(text)))).toEqual([
      '2: a.localhost: its "port" is not a port',
      '3: this route has no "hostname"',
      '4: this route has no "hostname"',
    ]);
    expect(summary(parsePortless(tree('{"routes": []}')))).toEqual([
      "1: portless' routes.json is a list of routes",
    ]);
  });
});

describe('hotel', () => {
  const server = (id: string, content: object) => ({ id, tree: tree(JSON.stringify(content)) });

  test('has a file for each server: a target, or a command with its port', () => {
    const servers = [
      server('blog', { target: 'http://192.168.1.10:8080', xfwd: true }),
      server('shop', {
        cwd: '/home/ada/shop',
        cmd: 'npm start',
        env: { PATH: '/usr/bin', PORT: 3000 },
      }),
      server('api', { cwd: '/home/ada/api', cmd: 'rails s', env: { PORT: '3001' } }),
      server('other', { target: 'http://example.com', changeOrigin: true }),
      server('random', { cwd: '/home/ada/random', cmd: 'npm start', env: { PATH: '/usr/bin' } }),
      server('broken', { cmd: 'npm start', env: { PORT: 'x' } }),
      server('empty', {}),
    ];
    const parsed = parseHotel(servers, 'localhost');
    expect(summary(parsed)).toEqual([
      'api.localhost → http://localhost:3001',
      'blog.localhost → http://192.168.1.10:8080',
      'other.localhost → http://example.com',
      'shop.localhost → http://localhost:3000',
      '-: random.localhost has no fixed port: hotel gives "cmd" another one at each start',
      '-: broken.localhost: its PORT is not a port',
      '-: "empty" has neither "target" nor "cmd"',
    ]);
    const options = parsed.frontends.map(({ options: one }) => one?.hostHeader ?? null);
    expect(options).toEqual([null, null, 'backend', null]);
  });

  test('is told by its keys, and has its suffix in conf.json', () => {
    expect(detectFormat('{"target": "http://localhost:3000"}')).toBe('hotel');
    expect(detectFormat('{"cwd": "/x", "cmd": "npm start", "env": {}}')).toBe('hotel');
    expect(suffixOf(tree('{"port": 2000, "tld": "dev"}'))).toBe('dev');
    expect(suffixOf(tree('{}'))).toBe('localhost');
  });
});

describe('a hosts file', () => {
  const file = `##
# Host Database
##
127.0.0.1\tlocalhost
255.255.255.255\tbroadcasthost
::1             localhost

127.0.0.1  app.local www.app.local   # the shop
::1 six.local
fe80::1%lo0 zone.local
0.0.0.0 ads.example.com
app.local 127.0.0.1
`;

  test('has names for which a port is given', () => {
    expect(detectFormat(file)).toBe('hosts');
    expect(summary(parseHosts(file, 3000))).toEqual([
      'app.local → http://127.0.0.1:3000',
      'six.local → http://[::1]:3000',
      'www.app.local → http://127.0.0.1:3000',
      'zone.local → http://[fe80::1]:3000',
      '4: localhost belongs to the system',
      '5: broadcasthost belongs to the system',
      '6: localhost belongs to the system',
      '11: ads.example.com is blocked by the address 0.0.0.0',
      '12: "app.local" is not an IP address',
    ]);
  });

  test('has no port of its own', () => {
    const { frontends, problems } = parseHosts('127.0.0.1 app.local\n', null);
    expect(frontends).toEqual([]);
    expect(problems).toEqual([
      { line: 1, text: 'app.local has no port in a hosts file; give one with --port' },
    ]);
  });
});

describe('lines of redis-cli', () => {
  const file = `$ redis-cli rpush frontend:www.dotcloud.com mywebsite
(integer) 1
$ redis-cli rpush frontend:www.dotcloud.com http://192.168.0.42:80
(integer) 2
redis 127.0.0.1:6379> RPUSH frontend:*.Example.com "my site" 'http://192.168.0.43:80'
127.0.0.1:6379[2]> RPUSH frontend:twice id http://a:1 http://a:1
# a remark
`;

  test('make frontends, several lines together', () => {
    expect(detectFormat(file)).toBe('hipache');
    const parsed = parseRedisCli(file);
    expect(summary(parsed)).toEqual([
      '*.example.com → http://192.168.0.43:80',
      'twice → http://a:1 http://a:1',
      'www.dotcloud.com → http://192.168.0.42:80',
    ]);
    expect(parsed.frontends.map(({ identifier }) => identifier)).toEqual([
      'my site',
      'id',
      'mywebsite',
    ]);
    expect(parsed.frontends.map(({ line }) => line)).toEqual([5, 6, 1]);
  });

  test('that are something else are problems', () => {
    const text = `DEL frontend:a
RPUSH dead:a 1
RPUSH frontend:b "id
RPUSH frontend:c id redis://x:1
RPUSH frontend:d id http://user:secret@x:1
RPUSH frontend:e "a\\nb" http://x:1
`;
    const said = summary(parseRedisCli(text));
    expect(said).toEqual([
      '1: "DEL" is not read, only RPUSH frontend:HOST …',
      '2: "dead:a" is not the key of a frontend (frontend:HOST)',
      '3: a quote is not closed',
      '4: c: the backend "redis://x:1" has a scheme other than http and https',
      '5: d: a backend carries a user name or password',
      '6: e: its identifier has more than one line',
    ]);
    expect(said.join()).not.toContain('secret');
  });
});

describe('our own document', () => {
  const file = `berth: 1
frontends:
  "*.app.localhost":
    identifier: "8080"
    backends:
      - http://127.0.0.1:3000
    options:
      policy: round-robin
  empty.localhost:
    backends: []
`;

  test('has everything of a frontend', () => {
    expect(detectFormat(file)).toBe('berth');
    const parsed = parseBerth(tree(file));
    expect(summary(parsed)).toEqual([
      '*.app.localhost → http://127.0.0.1:3000',
      'empty.localhost → ',
    ]);
    expect(parsed.frontends[0]).toMatchObject({
      identifier: '8080',
      options: { policy: 'round-robin', redirectToHttps: false },
      line: 3,
    });
    expect(parsed.frontends[1]).toMatchObject({ identifier: null, options: { policy: 'random' } });
  });

  test.each([
    ['berth: 2\nfrontends: {}\n', '1: this version reads documents that begin with "berth: 1"'],
    ['berth: 1\nfrontends: []\n', '2: "frontends" is a map from names to frontends'],
    ['berth: 1\nfrontends:\n  a: http://x:1\n', '3: "a" must have "backends" under it'],
    ['berth: 1\nfrontends:\n  a:\n    backends: 3\n', '4: "a": "backends" is a list of URLs'],
    ['berth: 1\nfrontends:\n  a: {}\n', '3: "a": "backends" is a list of URLs'],
    [
      'berth: 1\nfrontends:\n  a:\n    backends: []\n    backend: x\n',
      '5: "a": there is no key "backend"',
    ],
    [
      'berth: 1\nfrontends:\n  a:\n    identifier: 8080\n    backends: []\n',
      '4: "a": "identifier" is a text; put it in quotes',
    ],
    [
      'berth: 1\nfrontends:\n  a:\n    backends: []\n    options:\n      check:\n        rise: 0\n',
      '7: "a": options.check.rise: Too small: expected number to be >=1',
    ],
  ])('%j is refused with its line', (text, problem) => {
    expect(summary(parseBerth(tree(text)))).toEqual([problem]);
  });

  test('without frontends is an empty one', () => {
    expect(parseBerth(tree('berth: 1\nfrontends:\n'))).toMatchObject({
      frontends: [],
      problems: [],
    });
  });
});

describe('a document', () => {
  test.each([
    ['{"a": 1,}', 1, 'column 9: no comma may stand before }'],
    ['a: 1\nb: "x\n', 3, 'Missing closing "quote'],
    ['a: &x 1\nb: *x\n', 2, 'aliases (*name) are not read'],
    ['a: 1\n? [b]\n: 2\n', 2, 'With stringKeys, all keys must be strings'],
  ])('that is not one says where: %j', (text, line, problem) => {
    expect(parseTree(text)).toEqual({ ok: false, line, problem });
  });

  test.each([
    ['a list', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a map', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['blocks', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    // Less than what takes a whole stack: a reader that goes down so far leaves no room to collect garbage.
    ['3,000 lists', `${'['.repeat(3000)}${']'.repeat(3000)}`],
    ['20,000 maps', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['20,000 pairs in lists', `x: ${'[a: '.repeat(20_000)}`],
    ['20,000 brackets, one of them open', `a: 1\nb: ${'[{'.repeat(10_000)}`],
    ['20,000 items on one line', '- '.repeat(20_000)],
    ['20,000 keys on one line', 'a: '.repeat(20_000)],
    ['20,000 marked keys on one line', '? '.repeat(20_000)],
    ['3,000 items on lines of their own', indented(3000, '-')],
    ['3,000 keys on lines of their own', indented(3000, 'a:')],
  ])('of %s without end is refused', (_what, text) => {
    expect(parseTree(text)).toEqual({
      ok: false,
      line: expect.any(Number),
      problem: 'it nests deeper than 24 levels',
    });
  });

  test('may have more brackets in its text and comments than levels', () => {
    const brackets = '[{('.repeat(2000);
    const text = `# ${brackets}\na: "${brackets}"\nb: '${brackets}'\nc: |\n  ${brackets}\nd: 1 # ${brackets}\n`;
    expect(plainOf(tree(text))).toEqual({ a: brackets, b: brackets, c: `${brackets}\n`, d: 1 });
  });

  test('may nest 24 levels, and no more', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a": ', '}'],
      ['- ', ''],
    ] as const) {
      const nested = (levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`;
      expect(parseTree(nested(24)).ok).toBe(true);
      expect(parseTree(nested(25)).ok).toBe(false);
    }
  });

  test('of more values than fit into memory is refused before it is read', () => {
    for (const text of [`[${'1,'.repeat(600_000)}1]`, 'a: 1\n'.repeat(600_000)]) {
      expect(parseTree(text)).toEqual({
        ok: false,
        line: null,
        problem: 'it has more than 500000 lines and commas',
      });
    }
  });

  test('of any text is read or refused, and nothing else', () => {
    const words = fc.constantFrom(
      ...[
        'RPUSH ',
        'frontend:a',
        ' ',
        '\n',
        '"',
        "'",
        '\\',
        '127.0.0.1 ',
        'app.test',
        ': ',
        '3000',
      ],
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        'berth: 1\n',
        'frontends:',
        '- ',
        '&a ',
        '*a',
        '!!x ',
        '? ',
        '\u0000',
      ],
      ...['"target"', '"hostname"', '"port"', '%', '#', '|\n', '\t', '__proto__'],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (source) => {
        detectFormat(source);
        const all = [parseHosts(source, 80), parseHosts(source, null), parseRedisCli(source)];
        const parsed = parseTree(source);
        if (parsed.ok) {
          const { tree: found } = parsed;
          all.push(parseBerth(found), parseLocalias(found), parsePortless(found));
          all.push(parseHotel([{ id: source, tree: found }], suffixOf(found)));
        }
        for (const { frontends } of all) {
          for (const { name, backends } of frontends) {
            expect(parseFrontendName(name)).toEqual({ ok: true, name });
            for (const url of backends) expect(parseBackend(url, 0).ok).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['{"server": {"workers": 2}, "driver": "redis://10.0.0.1:6379"}', 'config'],
    ['{"redisHost": "10.0.0.1"}', 'config'],
    ['{"redisPort": 6379, "port": 80, "redisHost": "10.0.0.1"}', 'config'],
    ['[{"hostname": "a", "port": 1}, {"hostname": "b", "port": 2}, {"port": 3}]', 'portless'],
    ['[{"hostname": "a", "port": 1}, {"name": "b"}]', null],
    ['[]', 'portless'],
    ['{"name": "shop", "version": "1.0.0", "scripts": {}}', null],
    ['', null],
    ['hello\n', null],
    ['{}', null],
    ['RPUSH frontend:a b http://x:1', 'hipache'],
  ])('%j is told by its content', (text, format) => {
    expect(detectFormat(text)).toBe(format);
  });
});
