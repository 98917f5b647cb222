import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeCertificate, makeRsaCertificate } from '../../../../test/support/certificates.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { createOwnPairs, type OwnPairs } from './pairs.ts';

let home: string;
let pairs: OwnPairs;
const day = 86_400_000;

const setUp = (directories: () => readonly string[] = () => [home]) => {
  const state = { now: Date.now(), changed: [] as string[][], said: [] as string[] };
  pairs = createOwnPairs({
    directories,
    wallClock: () => state.now,
    changed: (names) => state.changed.push([...names]),
    log: (level, message) => state.said.push(`${level}: ${message}`),
    everyMs: 3_600_000,
  });
  return state;
};
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-pairs-'));
});
afterEach(async () => {
  pairs.close();
  await rm(home, { recursive: true, force: true });
});

const file = (name: string): string => join(home, name);
const paths = { key: '', cert: '' };
async function write(commonName: string, make = makeCertificate): Promise<void> {
  Object.assign(paths, { key: file('key.pem'), cert: file('cert.pem') });
  const made = make(commonName);
  await writeFile(paths.key, made.key);
  await writeFile(paths.cert, made.cert);
}
const want = async (name = 'app.test', more: object = {}): Promise<void> => {
  pairs.want(new Map([[name, { ...paths, ...more }]]));
  await pairs.look();
  await pairs.look();
};
const stateOf = (name = 'app.test') => pairs.states.get(name);

test.each([makeCertificate, makeRsaCertificate])('a good pair serves (%o)', async (make) => {
  const state = setUp();
  await write('app.test', make);
  await want();
  expect(stateOf()).toMatchObject({ problem: null, pair: { names: 'DNS:app.test' } });
  expect(state.changed).toEqual([['app.test']]);
  expect(state.said).toEqual([expect.stringMatching(/^info: app\.test is served with its own/)]);
});

test('another pair in its place serves from the next look on', async () => {
  const state = setUp();
  await write('app.test');
  await want();
  const before = pairs.pairOf('app.test')?.fingerprint;
  await write('app.test');
  await pairs.look();
  expect(pairs.pairOf('app.test')?.fingerprint).not.toBe(before);
  expect(state.changed).toEqual([['app.test'], ['app.test']]);
});

test('a link that leads elsewhere, as certbot has it, is another pair', async () => {
  setUp();
  await write('app.test');
  for (const name of ['one', 'two']) {
    await mkdir(file(name));
    const made = makeCertificate('app.test');
    await writeFile(file(`${name}/key.pem`), made.key);
    await writeFile(file(`${name}/cert.pem`), made.cert);
  }
  await symlink('one', file('live'));
  await want('app.test', { key: file('live/key.pem'), cert: file('live/cert.pem') });
  const before = pairs.pairOf('app.test')?.fingerprint;
  await symlink('two', file('next'));
  await rename(file('next'), file('live'));
  await pairs.look();
  expect(pairs.pairOf('app.test')?.fingerprint).not.toBe(before);
});

describe('a pair that is bad', () => {
  const bad: readonly [string, () => Promise<void>, RegExp, string?][] = [
    [
      'a key of another certificate',
      async () => writeFile(paths.key, makeCertificate('app.test').key),
      /key and certificate cannot be used: they do not belong together/,
    ],
    [
      'a key of another kind',
      async () => writeFile(paths.key, makeRsaCertificate('app.test').key),
      /key and certificate cannot be used: they do not belong together/,
    ],
    [
      'a key with a passphrase',
      async () => {
        const made = makeCertificate('app.test', 'secret');
        await writeFile(paths.key, made.key);
        await writeFile(paths.cert, made.cert);
      },
      /the key needs a passphrase/,
    ],
    [
      'another host',
      async () => write('other.test'),
      /is not for app\.test, but for DNS:other\.test/,
    ],
    ['no PEM', async () => writeFile(paths.cert, 'x'), /the certificate is not PEM/],
    ['an empty key', async () => writeFile(paths.key, ''), /the key is not PEM/],
    [
      'a missing file',
      async () => rm(paths.key),
      /the key ".*key\.pem" cannot be read: it does not exist/,
    ],
    [
      'a directory',
      async () => {
        await rm(paths.key);
        await mkdir(paths.key);
      },
      /the key ".*" is no file/,
    ],
    [
      'a pipe',
      async () => {
        await rm(paths.key);
        execFileSync('mkfifo', [paths.key]);
      },
      /the key ".*" is no file/,
    ],
    [
      'a file that is too large',
      async () => writeFile(paths.cert, 'x'.repeat(2_000_000)),
      /larger than/,
    ],
  ];

  test.each(bad)('%s is named, and the one before goes on', async (_what, spoil, problem) => {
    const state = setUp();
    await write('app.test');
    await want();
    const before = pairs.pairOf('app.test')?.fingerprint;
    await spoil();
    await pairs.look();
    expect(stateOf()?.problem).toMatch(problem);
    expect(pairs.pairOf('app.test')?.fingerprint).toBe(before);
    expect(state.changed).toHaveLength(1);
    // In the middle of a replacement it is bad for a moment: it is said at the second look, and once.
    expect(state.said).toHaveLength(1);
    await pairs.look();
    await pairs.look();
    expect(state.said).toHaveLength(2);
    expect(state.said[1]).toMatch(
      /^warn: the certificate of app\.test: .*; the one before goes on$/,
    );
    await rm(paths.key, { recursive: true, force: true });
    await write('app.test');
    await pairs.look();
    expect(stateOf()?.problem).toBeNull();
    expect(pairs.pairOf('app.test')?.fingerprint).not.toBe(before);
  });

  test.each(bad)('%s serves nothing where there was none before', async (_what, spoil, problem) => {
    const state = setUp();
    await write('app.test');
    await spoil();
    await want();
    expect(stateOf()).toMatchObject({ pair: null, problem: expect.stringMatching(problem) });
    expect(state.changed).toEqual([]);
  });

  test('one file alone is named', async () => {
    setUp();
    await write('app.test');
    await want('app.test', { key: null });
    expect(stateOf()?.problem).toBe('"key" is missing: both files have to be named');
  });

  test('is told with nothing of what its files hold', async () => {
    const state = setUp();
    await write('app.test');
    await writeFile(paths.key, 'root:secret-hash:0:0\n');
    await want();
    expect(JSON.stringify([state.said, stateOf()?.problem])).not.toContain('secret');
  });
});

describe('time', () => {
  test('an end that is near, and one that has come, are named; what serves stays', async () => {
    const state = setUp();
    await write('app.test');
    await want();
    state.now += 20 * day;
    expect(stateOf()?.problem).toMatch(/^the certificate ends on /);
    state.now += 20 * day;
    expect(stateOf()?.problem).toMatch(/^the certificate ended on /);
    expect(stateOf()?.pair).not.toBeNull();
  });

  test.each([
    [40 * day, /^the certificate ended on /],
    [-40 * day, /^the certificate begins on /],
  ])('a pair that is not for now serves nobody', async (off, problem) => {
    const state = setUp();
    state.now += off;
    await write('app.test');
    await want();
    expect(stateOf()).toMatchObject({ pair: null, problem: expect.stringMatching(problem) });
  });
});

test('a certificate that has not begun serves when it begins', async () => {
  const state = setUp();
  await write('app.test');
  state.now -= 40 * day;
  await want();
  expect(stateOf()?.pair).toBeNull();
  state.now += 40 * day;
  await pairs.look();
  expect(stateOf()).toMatchObject({ problem: null, pair: { names: 'DNS:app.test' } });
});

describe('files elsewhere', () => {
  test.each([
    ['an absolute path', () => '/etc/hostname'],
    ['a way out', () => `${home}/in/../../${home.split('/').pop()}/key.pem`],
    ['the directory itself', () => `${home}/in`],
    ['a file that is not there', () => '/nowhere/at/all.pem'],
  ])('%s is not read', async (_what, path) => {
    await mkdir(file('in'));
    setUp(() => [file('in')]);
    await write('app.test');
    await want('app.test', { key: path(), cert: path() });
    expect(stateOf()).toMatchObject({
      pair: null,
      problem: expect.stringContaining('lies in none of the directories'),
    });
  });

  test('a link that leads there is not followed', async () => {
    await mkdir(file('in'));
    setUp(() => [file('in')]);
    await write('app.test');
    await symlink(paths.key, file('in/key.pem'));
    await symlink(paths.cert, file('in/cert.pem'));
    await want('app.test', { key: file('in/key.pem'), cert: file('in/cert.pem') });
    expect(stateOf()?.problem).toContain('lies in none of the directories');
  });

  test('a relative path is of no directory', async () => {
    setUp();
    await want('app.test', { key: 'key.pem', cert: 'cert.pem' });
    expect(stateOf()?.problem).toContain('has to be an absolute path');
  });

  test('are read once the settings allow it', async () => {
    const allowed = { directories: [] as string[] };
    setUp(() => allowed.directories);
    await write('app.test');
    await want();
    expect(stateOf()?.pair).toBeNull();
    allowed.directories = [home];
    await pairs.look();
    expect(stateOf()?.problem).toBeNull();
  });
});

test('a wildcard takes a certificate for what it matches, and * any', async () => {
  setUp();
  await write('*.dev.test');
  pairs.want(
    new Map([
      ['*.dev.test', paths],
      ['*', paths],
      ['dev.test', paths],
    ]),
  );
  await eventually('all are looked at', () => stateOf('dev.test')?.problem !== null);
  expect(stateOf('*.dev.test')?.problem).toBeNull();
  expect(stateOf('*')?.problem).toBeNull();
  expect(stateOf('dev.test')?.problem).toContain('is not for dev.test');
});

test('a frontend that names none any more is told, and other files keep what served until they are good', async () => {
  const state = setUp();
  await write('app.test');
  await want();
  await want('app.test', { cert: file('other.pem') });
  expect(stateOf()).toMatchObject({ pair: { names: 'DNS:app.test' } });
  expect(stateOf()?.problem).toContain('does not exist');
  pairs.want(new Map());
  expect(pairs.states.size).toBe(0);
  expect(state.changed).toEqual([['app.test'], ['app.test']]);
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read is named', async () => {
  setUp();
  await write('app.test');
  await chmod(paths.key, 0o000);
  await want();
  expect(stateOf()?.problem).toContain('may not be read by this user');
});
