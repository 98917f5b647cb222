import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LoadInputs, loadConfig } from './load.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'berth-load-'));
  await mkdir(join(cwd, 'config'));
});
afterEach(() => rm(cwd, { recursive: true }));

const inputs = (more: Partial<LoadInputs> = {}): LoadInputs => ({
  file: null,
  env: {},
  cwd,
  cores: 4,
  isRoot: false,
  directories: { config: '/b/config', data: '/b/data', state: '/b/state', runtime: '/b/run' },
  ...more,
});
const write = (name: string, content: unknown) =>
  writeFile(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content));
const portOf = async (more: Partial<LoadInputs>) =>
  (await loadConfig(inputs(more))).config.binds[0]?.port;

describe('the file is found', () => {
  beforeEach(async () => {
    await write('config/config.json', { http: { port: 1001 } });
    await write('config/config_test.json', { http: { port: 1002 } });
    await write('other.json', { http: { port: 1003 } });
  });

  test.each<[string, Partial<LoadInputs>, number]>([
    ['as config/config.json of the current directory', {}, 1001],
    [
      'as config/config_<flavor>.json with SETTINGS_FLAVOR',
      { env: { SETTINGS_FLAVOR: 'test' } },
      1002,
    ],
    [
      'where --config says, whatever the flavor',
      { file: 'other.json', env: { SETTINGS_FLAVOR: 'test' } },
      1003,
    ],
    ['without a flavor when the variable is empty', { env: { SETTINGS_FLAVOR: '' } }, 1001],
  ])('%s', async (_name, more, port) => {
    expect(await portOf(more)).toBe(port);
  });

  test('and named in the configuration', async () => {
    const { config } = await loadConfig(inputs({ file: 'other.json' }));
    expect(config.file).toBe(join(cwd, 'other.json'));
  });
});

test('without any file, nothing has to be installed and no port was asked for', async () => {
  const { config, warnings } = await loadConfig(inputs());
  expect(warnings).toEqual([]);
  expect(config).toMatchObject({
    file: null,
    server: { workers: 4, accessLog: '/b/state/access.log', accessLogIsSet: false },
    binds: [
      { address: '127.0.0.1', port: 80, tls: null },
      { address: '::1', port: 80, tls: null },
      { address: '127.0.0.1', port: 443, tls: { key: null, cert: null } },
      { address: '::1', port: 443, tls: { key: null, cert: null } },
    ],
    fallbackPorts: [8080, 8081, 8082, 8083, 8084, 8085, 8086, 8087, 8088, 8089],
    secureFallbackPorts: [8443, 8444, 8445, 8446, 8447, 8448, 8449, 8450, 8451, 8452],
    secureIsSet: false,
    certificates: { names: [], directories: [join(inputs().directories.config, 'certificates')] },
    driver: {
      kind: 'embedded',
      prefix: '',
      tcp: { host: '127.0.0.1', port: 6390, fallback: true },
    },
    suffixes: ['localhost', 'dev.local'],
    sharedSuffixes: ['localhost', 'dev.local'],
  });
});

describe("Berth's own file", () => {
  const own = (content: unknown) => write('own/berth.json', content);
  const load = async () => {
    const { config, warnings } = await loadConfig(
      inputs({ directories: { ...inputs().directories, config: join(cwd, 'own') } }),
    );
    expect(warnings).toEqual([]);
    return config;
  };
  const usual = { embedded: { host: '127.0.0.1', port: 6390, fallback: true } };
  beforeEach(() => mkdir(join(cwd, 'own')));

  test('empty, it changes nothing but where the configuration is from', async () => {
    const { config: without } = await loadConfig(
      inputs({ directories: { ...inputs().directories, config: join(cwd, 'own') } }),
    );
    await own({});
    expect(await load()).toEqual({ ...without, file: join(cwd, 'own', 'berth.json') });
  });

  test('changes what it sets, and leaves the rest as it is without any file', async () => {
    await own({ server: { workers: 1, staticDir: 'pages' }, suffixes: ['test'] });
    expect(await load()).toMatchObject({
      defaults: 'berth',
      server: {
        workers: 1,
        staticDir: join(cwd, 'own', 'pages'),
        accessLog: '/b/state/access.log',
        accessLogIsSet: false,
      },
      binds: [
        { address: '127.0.0.1', port: 80 },
        { address: '::1', port: 80 },
        { address: '127.0.0.1', port: 443 },
        { address: '::1', port: 443 },
      ],
      fallbackPorts: expect.arrayContaining([8080]),
      driver: { kind: 'embedded', tcp: usual.embedded },
      suffixes: ['test'],
      sharedSuffixes: ['test'],
    });
  });

  test.each<[string, object, readonly number[], readonly number[]]>([
    ['a port', { http: { port: 8000 } }, [8000, 8000], [8000]],
    ['an old port', { server: { port: 8000 } }, [8000, 8000], [8000]],
    ['an address', { http: { bind: '0.0.0.0' } }, [80], expect.arrayContaining([8080])],
    ['an address and a port', { http: { bind: '::1', port: 81 } }, [81], []],
    ['an address with a port', { http: { bind: [{ address: '::1', port: 81 }] } }, [81], []],
  ])('with %s asks for no other one', async (_what, content, ports, fallbacks) => {
    await own(content);
    const { config } = await loadConfig(
      inputs({ directories: { ...inputs().directories, config: join(cwd, 'own') } }),
    );
    const plain = config.binds.filter(({ tls }) => tls === null);
    expect(plain.map(({ port }) => port)).toEqual(ports);
    expect(config.fallbackPorts).toEqual(fallbacks);
  });

  test.each<[string, object, readonly string[], readonly number[]]>([
    ['a port', { port: 9443 }, ['127.0.0.1:9443', '::1:9443'], [9443]],
    ['an address', { bind: '0.0.0.0' }, ['0.0.0.0:443'], []],
    ['none', { bind: [] }, [], []],
  ])('with %s for HTTPS asks for no other one', async (_what, https, binds, fallbacks) => {
    await own({ https });
    const config = await load();
    const secure = config.binds.filter(({ tls }) => tls !== null);
    expect(secure.map(({ address, port }) => `${address}:${port}`)).toEqual(binds);
    expect(config.secureFallbackPorts).toEqual(fallbacks);
    expect(config.secureIsSet).toBe(true);
  });

  test('directories of certificates are relative to it', async () => {
    await own({ certificates: { directories: ['tls', '/etc/tls'], names: ['App.Test'] } });
    expect((await load()).certificates).toEqual({
      directories: [join(cwd, 'own', 'tls'), '/etc/tls'],
      names: ['app.test'],
    });
  });

  test('a store and a log that it names are no defaults', async () => {
    await own({ driver: 'embedded://127.0.0.1:7000', server: { accessLog: '/log' } });
    const { driver, server } = await load();
    expect(driver).toEqual({
      kind: 'embedded',
      prefix: '',
      tcp: { host: '127.0.0.1', port: 7000 },
    });
    expect(server).toMatchObject({ accessLog: '/log', accessLogIsSet: true });
    await own({ redisHost: 'example.org' });
    const { config } = await loadConfig(
      inputs({ directories: { ...inputs().directories, config: join(cwd, 'own') } }),
    );
    expect(config.driver).toMatchObject({ kind: 'redis', write: { host: 'example.org' } });
  });

  test('is not read by root where somebody else may write it, unless it is named', async () => {
    await own({ server: { workers: 1 } });
    const path = join(cwd, 'own', 'berth.json');
    if (process.getuid?.() === 0) await chown(path, 4711, 4711);
    const directories = { ...inputs().directories, config: join(cwd, 'own') };
    await expect(loadConfig(inputs({ directories, isRoot: true }))).rejects.toMatchObject({
      code: 'BERTH_CONFIG_UNREADABLE',
      detail: expect.stringContaining('nobody else may write it'),
    });
    const named = await loadConfig(inputs({ directories, isRoot: true, file: path }));
    expect(named.config.server.workers).toBe(1);
  });

  test("goes behind Hipache's", async () => {
    await own({ server: { workers: 1 } });
    await write('config/config.json', { http: { port: 1001 } });
    const config = await load();
    expect(config).toMatchObject({ defaults: 'hipache', server: { workers: 10 } });
  });

  test('is refused with its name and the key', async () => {
    await own({ server: { workers: 'many' } });
    await expect(load()).rejects.toMatchObject({
      code: 'BERTH_CONFIG_INVALID',
      detail: expect.stringMatching(/own\/berth\.json: server\.workers is "many"/),
    });
    await own({ http: 5 });
    await expect(load()).rejects.toMatchObject({ detail: expect.stringContaining('http is 5') });
  });
});

describe("another program's file in the place of ours", () => {
  test('is passed over, with a warning', async () => {
    await write('config/config.json', { development: { database: 'app', password: 'p' } });
    const { config, warnings } = await loadConfig(inputs());
    expect(config.file).toBeNull();
    expect(warnings).toEqual([
      `${join(cwd, 'config', 'config.json')} has no key of Berth and is passed over; name it with --config if it is meant`,
    ]);
  });

  test('is read when it is named', async () => {
    await write('config/config.json', { development: {} });
    const { config } = await loadConfig(inputs({ file: 'config/config.json' }));
    expect(config.file).toBe(join(cwd, 'config', 'config.json'));
  });

  test('may be no directory at all', async () => {
    await rm(join(cwd, 'config'), { recursive: true });
    await write('config', 'x');
    expect((await loadConfig(inputs())).config.file).toBeNull();
  });

  test('and an empty object is ours', async () => {
    await write('config/config.json', {});
    expect((await loadConfig(inputs())).config.file).not.toBeNull();
  });
});

test('paths in the file are relative to the current directory, as in Hipache', async () => {
  await write('other.json', {
    server: { accessLog: 'logs/a.log', staticDir: './static' },
    https: { bind: '::1', key: 'k.pem', cert: '/abs/c.pem', ca: 'ca.pem' },
  });
  const { config } = await loadConfig(inputs({ file: 'other.json' }));
  expect(config).toMatchObject({
    server: { accessLog: join(cwd, 'logs/a.log'), staticDir: join(cwd, 'static') },
    binds: [
      { tls: null },
      { tls: { key: join(cwd, 'k.pem'), cert: '/abs/c.pem', ca: [join(cwd, 'ca.pem')] } },
    ],
  });
});

describe('a file that cannot be read is an error that says why', () => {
  test.each<[string, Partial<LoadInputs>, string, string]>([
    ['missing', { file: 'no.json' }, 'BERTH_CONFIG_UNREADABLE', 'no.json does not exist'],
    [
      'missing for a flavor',
      { env: { SETTINGS_FLAVOR: 'none' } },
      'BERTH_CONFIG_UNREADABLE',
      'config_none.json does not exist',
    ],
    [
      'a flavor that is no name',
      { env: { SETTINGS_FLAVOR: '../x' } },
      'BERTH_CONFIG_UNREADABLE',
      'SETTINGS_FLAVOR takes letters',
    ],
    ['a directory', { file: 'config' }, 'BERTH_CONFIG_UNREADABLE', 'config: it is a directory'],
    ['too large', { file: 'large.json' }, 'BERTH_CONFIG_UNREADABLE', 'it is larger than 1048576'],
    [
      'not JSON',
      { file: 'broken.json' },
      'BERTH_CONFIG_INVALID',
      'broken.json, line 2, column 3: text stands in double quotes',
    ],
    ['empty', { file: 'empty.json' }, 'BERTH_CONFIG_INVALID', 'line 1, column 1: the file ends'],
    ['wrong', { file: 'wrong.json' }, 'BERTH_CONFIG_INVALID', 'wrong.json: http.port is -1'],
  ])('%s', async (_name, more, code, detail) => {
    await write('broken.json', "{\n  'a': 1\n}");
    await write('empty.json', '');
    await write('wrong.json', { http: { port: -1 } });
    await write('large.json', `{"a":"${'x'.repeat(1024 * 1024)}"}`);
    await expect(loadConfig(inputs(more))).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(detail),
    });
  });
});

test('warnings come with the configuration', async () => {
  await write('config/config.json', { server: { port: 81, worker: 2 } });
  expect((await loadConfig(inputs())).warnings).toEqual([
    'server.port is an old key: use http.port',
    'server.worker is not a key of Berth: did you mean server.workers?',
  ]);
});
