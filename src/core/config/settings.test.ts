import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BerthError } from '../../shared/errors.ts';
import { type LoadInputs, loadConfig } from './load.ts';
import { createSettings } from './settings.ts';

let home: string;
let file: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-settings-'));
  await mkdir(join(home, 'config'));
  file = join(home, 'config', 'berth.json');
});
afterEach(() => rm(home, { recursive: true }));

/** Settings of an instance that goes over to what it reads again, unless `refuse` says why not. */
async function open(more: Partial<LoadInputs> = {}) {
  const inputs: LoadInputs = {
    file: null,
    env: {},
    cwd: '/nonexistent',
    cores: 2,
    isRoot: false,
    directories: { config: join(home, 'config'), data: home, state: home, runtime: home },
    ...more,
  };
  const instance = {
    config: (await loadConfig(inputs)).config,
    refuse: null as BerthError | null,
    rereads: 0,
    meanwhile: async (): Promise<void> => undefined,
  };
  const settings = createSettings({
    inputs,
    config: () => instance.config,
    reread: async () => {
      instance.rereads++;
      await instance.meanwhile();
      if (instance.refuse !== null) throw instance.refuse;
      instance.config = (await loadConfig(inputs)).config;
    },
  });
  return { settings, instance };
}

const text = () => readFile(file, 'utf8');
const refusal = (code: string, detail: RegExp) => ({ code, detail: expect.stringMatching(detail) });

describe('what is shown', () => {
  test('without a file: where it would be, and what holds', async () => {
    const { settings } = await open();
    const view = await settings.get();
    expect(view).toMatchObject({ file, exists: false, readOnly: null, revision: '', explicit: [] });
    expect(view.values).toMatchObject({
      server: { workers: 2 },
      driver: 'embedded://127.0.0.1:6390',
    });
    expect(view.defaults).toEqual(view.values);
  });

  test('of a file: the keys that it sets, old ones by their successors, beside the defaults', async () => {
    await writeFile(file, '{"server":{"workers":7,"port":81},"suffixes":["test"],"mine":1}');
    const { settings } = await open();
    const view = await settings.get();
    expect(view.explicit).toEqual(['server.workers', 'http.port', 'suffixes']);
    expect(view).toMatchObject({
      exists: true,
      values: { server: { workers: 7 }, http: { port: 81 } },
      defaults: { server: { workers: 2 }, http: { port: 80 } },
    });
    expect(JSON.stringify(view)).not.toContain('mine');
  });

  test('what a form needs of each key', async () => {
    const { settings } = await open();
    const { keys } = await settings.get();
    const hint = (key: string) => keys.find((one) => one.key === key);
    expect(hint('server.workers')).toEqual({
      key: 'server.workers',
      about: 'Processes that move traffic. The primary itself serves nothing.',
      takes: 'a whole number from 1 to 512',
      kind: 'number',
      unit: null,
      min: 1,
      max: 512,
      choices: [],
      atStart: false,
      secret: false,
    });
    expect(hint('server.tcpTimeout')).toMatchObject({
      kind: 'number',
      unit: 's',
      min: 0,
      max: 86_400,
    });
    expect(hint('server.forwarded')).toMatchObject({
      kind: 'choice',
      choices: ['keep', 'append', 'replace'],
    });
    expect(hint('server.debug')).toMatchObject({ kind: 'toggle' });
    expect(hint('server.lruCache')).toMatchObject({ kind: 'object' });
    expect(hint('http.bind')).toMatchObject({ kind: 'list' });
    expect(hint('suffixes')).toMatchObject({ kind: 'list' });
    expect(hint('control.port')).toMatchObject({
      kind: 'number',
      min: 0,
      max: 65_535,
      atStart: true,
    });
    expect(hint('driver')).toMatchObject({ kind: 'text', secret: true });
    expect(hint('user')).toMatchObject({ kind: 'text', atStart: true });
    expect(keys.every(({ about, takes }) => about !== '' && takes !== '')).toBe(true);
  });

  test('never a secret', async () => {
    const secrets = ['hunter2', 'hunter3', 'hunter4'];
    const content = {
      driver: `redis://:${secrets[0]}@127.0.0.1:6379`,
      server: { healthWebhook: `https://hooks.test/${secrets[1]}` },
      redisPassword: secrets[2],
    };
    await writeFile(file, JSON.stringify(content));
    const { settings } = await open();
    const shown = JSON.stringify(await settings.get());
    for (const secret of secrets) expect(shown).not.toContain(secret);
    const wrong = { patch: { driver: `redis://:${secrets[0]}@127.0.0.1:x` } };
    await expect(settings.set(wrong)).rejects.not.toMatchObject({
      detail: expect.stringContaining('hunter'),
    });
  });
});

describe('a change', () => {
  test('makes the file where there is none, for its user alone, with nothing but that', async () => {
    const { settings, instance } = await open();
    const view = await settings.set({ patch: { server: { workers: 1 } }, expect: '' });
    expect(await text()).toBe('{\n  "server": {\n    "workers": 1\n  }\n}\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(instance).toMatchObject({ rereads: 1, config: { server: { workers: 1 } } });
    expect(view).toMatchObject({
      exists: true,
      explicit: ['server.workers'],
      values: { server: { workers: 1 } },
    });
    expect(await readdir(join(home, 'config'))).toEqual(['berth.json']);
  });

  test('keeps what else stands in the file, character by character', async () => {
    const before = '{ "id": 12345678901234567890,\n  "server"  : { "workers":  3 } }\n\n';
    await writeFile(file, before);
    const { settings } = await open();
    await settings.set({ patch: { server: { workers: 4 } } });
    expect(await text()).toBe(before.replace('  3 ', '  4 '));
  });

  test('keeps the mode of the file, and a link to it', async () => {
    const target = join(home, 'real.json');
    await writeFile(target, '{"server":{"workers":3}}');
    await chmod(target, 0o664);
    await symlink(target, file);
    const { settings } = await open();
    await settings.set({ patch: { server: { workers: null } } });
    expect(await readFile(target, 'utf8')).toBe('{"server":{}}');
    expect((await stat(target)).mode & 0o777).toBe(0o664);
    expect(await text()).toBe('{"server":{}}');
  });

  test('that changes nothing writes nothing and reads nothing again', async () => {
    await writeFile(file, '{ "server": {"workers":3} }');
    const { settings, instance } = await open();
    await settings.set({ patch: {} });
    await settings.set({ patch: { suffixes: null } });
    expect(instance.rereads).toBe(0);
    expect(await text()).toBe('{ "server": {"workers":3} }');
  });

  test('that is not valid is refused with the key, and nothing is touched', async () => {
    const { settings, instance } = await open();
    const detail = /server\.workers is "many"; it takes a whole number from 1 to 512/;
    await expect(settings.set({ patch: { server: { workers: 'many' } } })).rejects.toMatchObject(
      refusal('BERTH_CONFIG_INVALID', detail),
    );
    await expect(
      settings.set({
        patch: { https: { bind: ['::1'], key: '/nonexistent/k', cert: '/nonexistent/c' } },
      }),
    ).rejects.toMatchObject(refusal('BERTH_CONFIG_INVALID', /nonexistent\/k.* it does not exist/s));
    expect(instance.rereads).toBe(0);
    await expect(text()).rejects.toThrow('ENOENT');
  });

  test('that the instance refuses is taken out of the file again, with the reason', async () => {
    await writeFile(file, '{"http":{"port":8000}}');
    const { settings, instance } = await open();
    instance.refuse = new BerthError(
      'BERTH_PORT_TAKEN',
      '127.0.0.1:81 is taken by nginx (pid 812)',
    );
    await expect(settings.set({ patch: { http: { port: 81 } } })).rejects.toMatchObject(
      refusal('BERTH_PORT_TAKEN', /81 is taken by nginx \(pid 812\); the file is as it was/),
    );
    expect(await text()).toBe('{"http":{"port":8000}}');
    await rm(file);
    await expect(settings.set({ patch: { http: { port: 81 } } })).rejects.toMatchObject(
      refusal('BERTH_PORT_TAKEN', /as it was/),
    );
    await expect(text()).rejects.toThrow('ENOENT');
  });

  test('that the instance refuses leaves what somebody else wrote meanwhile', async () => {
    const { settings, instance } = await open();
    instance.refuse = new BerthError('BERTH_PORT_TAKEN', 'it is taken');
    instance.meanwhile = () => writeFile(file, '{"theirs":1}');
    await expect(settings.set({ patch: { http: { port: 81 } } })).rejects.toMatchObject(
      refusal('BERTH_PORT_TAKEN', /somebody else changed the file meanwhile/),
    );
    expect(await text()).toBe('{"theirs":1}');
  });

  test('on what is not there any more is refused as a conflict', async () => {
    await writeFile(file, '{"server":{"workers":3}}');
    const { settings } = await open();
    const { revision } = await settings.get();
    await writeFile(file, '{"server":{"workers":4}}');
    await expect(
      settings.set({ patch: { suffixes: ['test'] }, expect: revision }),
    ).rejects.toMatchObject(refusal('BERTH_CONFLICT', /not what it was/));
    expect(await text()).toBe('{"server":{"workers":4}}');
  });

  test('waits for the one before, so that none is lost', async () => {
    const { settings } = await open();
    await Promise.all([
      settings.set({ patch: { server: { workers: 1 } } }),
      settings.set({ patch: { server: { debug: true } } }),
      settings.set({ patch: { suffixes: ['test'] } }),
    ]);
    expect(JSON.parse(await text())).toEqual({
      server: { workers: 1, debug: true },
      suffixes: ['test'],
    });
  });

  test('goes to the file that was named', async () => {
    const named = join(home, 'named.json');
    await writeFile(named, '{"server":{"workers":3}}');
    const { settings } = await open({ file: named });
    expect(await settings.get()).toMatchObject({
      file: named,
      defaults: { server: { workers: 10 } },
    });
    await settings.set({ patch: { server: { workers: 2 } } });
    expect(await readFile(named, 'utf8')).toBe('{"server":{"workers":2}}');
    await expect(text()).rejects.toThrow('ENOENT');
  });
});
