import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { applyWrites, planImport, writesOf } from '../../src/core/transfer/index.ts';
import { defaultOptions } from '../../src/shared/model/options.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { dump } from '../support/storeDump.ts';
import { runVerb } from '../support/verb.ts';

/* Hosts that come and go through an instance that runs. */

let berth: BerthProcess;
let store: Redis;
beforeAll(async () => {
  berth = await startBerth();
  store = new Redis(berth.storePort, '127.0.0.1');
});
afterAll(async () => {
  store.disconnect();
  await berth[Symbol.asyncDispose]();
});
beforeEach(() => store.flushall());

const verb = (...argv: string[]) => runVerb(berth.home, argv);
const write = (name: string, text: string) => writeFile(join(berth.home, name), text);
const contents = async () =>
  Object.fromEntries(
    Object.entries(await dump(store)).filter(([key]) => /^(frontend|berth:options):/.test(key)),
  );

describe('an import', () => {
  it('makes hosts that serve the next request', async () => {
    await using backend = await startEchoBackend('one');
    await write('l.yaml', `app.test: ${new URL(backend.url).port}\n`);
    const ran = await verb('import', 'l.yaml');
    expect(ran).toMatchObject({ exitCode: 0, stderr: '1 added, 0 changed, 0 the same\n' });
    expect((await verb('wait', 'app.test', '--timeout', '10s')).exitCode).toBe(0);
    expect((await verb('import', 'l.yaml')).stderr).toContain('0 added, 0 changed, 1 the same');
  });

  it('with one conflict writes nothing, and with --replace all of it', async () => {
    await store.rpush('frontend:b.test', 'mine', 'http://10.0.0.1');
    await write('l.yaml', 'a.test: 3000\nb.test: 3001\nc.test: 3002\n');
    const before = await contents();
    expect((await verb('import', 'l.yaml')).exitCode).toBe(1);
    expect(await contents()).toEqual(before);
    expect((await verb('import', 'l.yaml', '--skip')).exitCode).toBe(0);
    expect(await store.lrange('frontend:b.test', 0, -1)).toEqual(['mine', 'http://10.0.0.1']);
    expect((await verb('import', 'l.yaml', '--replace')).exitCode).toBe(0);
    expect(await store.lrange('frontend:b.test', 0, -1)).toEqual(['mine', 'http://localhost:3001']);
    expect(await store.lrange('frontend:a.test', 0, -1)).toEqual([
      'a.test',
      'http://localhost:3000',
    ]);
  });

  it('does not touch what is no frontend, and takes the rest', async () => {
    await store.set('frontend:text.test', 'x');
    await write('l.yaml', 'a.test: 3000\ntext.test: 3001\n');
    const ran = await verb('import', 'l.yaml', '--replace');
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain('x refused');
    expect(await store.get('frontend:text.test')).toBe('x');
    expect(await store.exists('frontend:a.test')).toBe(1);
  });

  it('takes back what it wrote when somebody is faster at one host, and leaves his', async () => {
    await store.rpush('frontend:b.test', 'b', 'http://b:1');
    const client = await connectControl({ socket: berth.controlSocket });
    try {
      const { hosts } = client.api;
      const wanted = ['a.test', 'b.test', 'c.test'].map((name) => ({
        name,
        identifier: 'new',
        backends: ['http://b:1'],
        options: { ...defaultOptions, redirectToHttps: true },
        line: null,
      }));
      const view = await hosts.get({ name: 'b.test' });
      const plan = planImport(new Map([[view.name, view]]), wanted);
      const writes = writesOf(plan, 'stop') ?? [];
      expect(writes.map(({ name }) => name)).toEqual(['a.test', 'b.test', 'c.test']);
      const before = await contents();
      await store.rpush('frontend:c.test', 'his', 'http://his:1');
      const applied = await applyWrites(writes, hosts, { signal: new AbortController().signal });
      expect(applied).toMatchObject({
        ok: false,
        at: 'c.test',
        error: { code: 'BERTH_CONFLICT' },
        takenBack: ['b.test', 'a.test'],
        left: [],
      });
      const his = { type: 'list', value: ['his', 'http://his:1'], deadline: false };
      expect(await contents()).toEqual({ ...before, 'frontend:c.test': his });
    } finally {
      client.close();
    }
  });

  it('refuses what an instance cannot be told at once, and says where a document breaks', async () => {
    const weights = Array.from({ length: 700 }, (_, i) => [`http://h/${'x'.repeat(1500)}${i}`, 2]);
    const options = { weights: Object.fromEntries(weights) };
    const frontends = { 'big.test': { backends: ['http://a:1'], options } };
    await write('big.json', JSON.stringify({ berth: 1, frontends }));
    const ran = await verb('import', 'big.json');
    expect(ran.stdout).toContain('x refused');
    expect(ran.exitCode).toBe(1);
    await write('broken.yaml', 'berth: 1\nfrontends:\n  a: "x\n');
    const broken = await verb('import', 'broken.yaml');
    expect(broken.stderr).toContain('broken.yaml, line 4: Missing closing "quote');
    expect(broken.exitCode).toBe(2);
    expect(await contents()).toEqual({});
  });
});

describe('an export', () => {
  it('imported into an empty store makes the same store again, and says the same', async () => {
    await store.rpush('frontend:*.app.test', 'My app: "x"', 'http://a:1', 'http://a:1');
    await store.rpush('frontend:b.test', '', 'http://b:1', 'https://[::1]:8443/x');
    await store.rpush('frontend:none.test', 'none');
    await store.set('berth:options:b.test', '{"policy":"sticky","weights":{"http://b:1":3}}');
    await store.sadd('dead:b.test', '0');
    await store.expire('dead:b.test', 100);
    const before = await contents();
    for (const file of ['hosts.yaml', 'hosts.json']) {
      expect((await verb('export', '-o', file)).exitCode).toBe(0);
      const text = (await verb('export')).stdout;
      expect(text).not.toContain('dead');
      await store.flushall();
      expect((await verb('import', file)).exitCode).toBe(0);
      expect(await contents()).toEqual(before);
      expect((await verb('export')).stdout).toBe(text);
    }
  });
});

describeWith('redis', 'an import from the Redis of a Hipache', () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedisServer({ args: ['--requirepass', 'Xs3cr3tX'] });
    redis = new Redis(server.port, server.host, { password: 'Xs3cr3tX' });
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('reads it by its config.json or its URL, and shows no password', async () => {
    await redis.rpush('frontend:www.example.com', 'shop', 'http://10.0.0.1:80', 'http://10.0.0.2');
    await redis.rpush('frontend:broken.example.com', 'broken', 'nonsense', 'http://10.0.0.3');
    await redis.rpush('other:frontend:x', 'not ours', 'http://10.0.0.4');
    await redis.rpush('frontend:ends.example.com', 'ends', 'http://10.0.0.5');
    await redis.expire('frontend:ends.example.com', 100);
    await redis.sadd('dead:www.example.com', '0');
    const url = `redis://:Xs3cr3tX@127.0.0.1:${server.port}`;
    await write('hipache.json', JSON.stringify({ server: { workers: 2 }, driver: [url] }));
    for (const argv of [
      ['hipache.json'],
      ['--from', 'hipache', '--config', 'hipache.json'],
      [url],
    ]) {
      await store.flushall();
      const ran = await verb('import', ...argv);
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(ran.stdout + ran.stderr).not.toContain('Xs3cr3tX');
      expect(ran.stderr).toContain('ends.example.com": it expires by itself');
      expect(ran.stderr).toContain('backend #0 is not a URL');
      expect(await contents()).toMatchObject({
        'frontend:www.example.com': { value: ['shop', 'http://10.0.0.1:80', 'http://10.0.0.2'] },
        'frontend:broken.example.com': { value: ['broken', 'http://10.0.0.3'] },
      });
      expect(Object.keys(await contents())).toHaveLength(2);
    }
  });

  it('says when it is away, or does not let anybody in', async () => {
    const away = await verb('import', 'redis://127.0.0.1:1');
    expect(away.exitCode).toBe(5);
    expect(away.stderr).toContain('BERTH_STORE_NOT_REACHED');
    const refused = await verb('import', `redis://:wrong@127.0.0.1:${server.port}`);
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain('BERTH_STORE_REFUSED');
  });
});
