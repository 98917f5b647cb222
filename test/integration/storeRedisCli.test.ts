import { execFile, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { openEmbeddedStore } from '../../src/core/embedded/index.ts';
import { startEmbeddedStore } from '../support/embeddedStore.ts';
import { startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { dump } from '../support/storeDump.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

const run = promisify(execFile);

describeWith('redis-cli', 'redis-cli with the embedded store', () => {
  it("does what Hipache's README does with it", async () => {
    await using store = await startEmbeddedStore();
    const cli = async (...words: string[]): Promise<string> =>
      (await run('redis-cli', ['--no-raw', '-p', String(store.port), ...words])).stdout;
    const key = 'frontend:www.example.com';
    expect(await cli('rpush', key, 'mywebsite')).toBe('(integer) 1\n');
    expect(await cli('rpush', key, 'http://192.168.0.42:80')).toBe('(integer) 2\n');
    expect(await cli('rpush', key, 'http://192.168.0.43:80')).toBe('(integer) 3\n');
    expect(await cli('lrange', key, '0', '-1')).toBe(
      '1) "mywebsite"\n2) "http://192.168.0.42:80"\n3) "http://192.168.0.43:80"\n',
    );
  });

  it('lists, inspects and removes over the unix socket', async () => {
    await using store = await startEmbeddedStore();
    const cli = async (...words: string[]): Promise<string> =>
      (await run('redis-cli', ['--no-raw', '-s', store.socketPath, ...words])).stdout;
    await cli('rpush', 'frontend:*.dev', 'dev', 'http://127.0.0.1:1');
    await cli('sadd', 'dead:*.dev', '0');
    expect(await cli('--scan', '--pattern', 'frontend:*')).toBe('"frontend:*.dev"\n');
    expect(await cli('ttl', 'frontend:*.dev')).toBe('(integer) -1\n');
    expect(await cli('get', 'frontend:*.dev')).toMatch(/^\(error\) WRONGTYPE /);
    expect(await cli('nonsense')).toMatch(/^\(error\) ERR unknown command 'nonsense'/);
    expect(await cli('info', 'server')).toContain('redis_version:7.');
    expect(await cli('del', 'frontend:*.dev', 'dead:*.dev')).toBe('(integer) 2\n');
    expect(await cli('dbsize')).toBe('(integer) 0\n');
    const script = spawn('redis-cli', ['-s', store.socketPath], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    script.stdin.end('set a 1\nmulti\nincr a\nget a\nexec\n');
    let output = '';
    for await (const chunk of script.stdout) output += String(chunk);
    expect(output).toBe('OK\nOK\nQUEUED\nQUEUED\n2\n2\n');
  });

  it('hears what is published', async () => {
    await using store = await startEmbeddedStore();
    const listener = spawn('redis-cli', ['-p', String(store.port), 'subscribe', 'dead'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const client = new Redis(store.socketPath);
    let output = '';
    for await (const chunk of listener.stdout) {
      output += String(chunk);
      if (/subscribe\ndead\n1\n$/.test(output)) await client.publish('dead', 'a;b;0;2');
      if (/message\ndead\na;b;0;2\n$/.test(output)) break;
    }
    listener.kill();
    client.disconnect();
  });
});

const samples = async (client: Redis): Promise<void> => {
  await client.rpush('frontend:a', 'a', ...Array.from({ length: 150 }, (_, i) => `http://x:${i}`));
  await client.set(Buffer.from([0, 255, 13, 10]), Buffer.from([36, 0, 200]));
  await client.hset('h', { a: '1', b: '2' });
  await client.sadd('s', 'x', 'y');
  await client.zadd('z', 1.5, 'm', '-inf', 'n');
  await client.expire('h', 1000);
  await client.multi().lpop('frontend:a').rename('s', 't').exec();
};

describeWith(['redis', 'redis-cli'], 'the file of the embedded store', () => {
  it('moves into a real Redis by redis-cli --pipe', async () => {
    await using store = await startEmbeddedStore();
    await using server = await startRedisServer();
    const here = new Redis(store.socketPath);
    const there = new Redis(server.port, server.host);
    await samples(here);
    const cli = spawn('redis-cli', ['-p', String(server.port), '--pipe'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    cli.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    const ended = new Promise((resolve) => cli.once('close', resolve));
    await pipeline(createReadStream(store.file), cli.stdin);
    await ended;
    expect(output).toMatch(/errors: 0, replies: \d+/);
    expect(await dump(there)).toEqual(await dump(here));
    here.disconnect();
    there.disconnect();
  });

  it('takes commands by redis-cli --pipe, too', async () => {
    await using store = await startEmbeddedStore();
    await using other = await startEmbeddedStore();
    const here = new Redis(store.socketPath);
    const there = new Redis(other.socketPath);
    await samples(here);
    const cli = spawn('redis-cli', ['-s', other.socketPath, '--pipe'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const ended = new Promise((resolve) => cli.once('close', resolve));
    await pipeline(createReadStream(store.file), cli.stdin);
    await ended;
    expect(await dump(there)).toEqual(await dump(here));
    here.disconnect();
    there.disconnect();
  });

  it('can be one that a real Redis wrote', async () => {
    await using theirs = await temporaryDirectory();
    await using server = await startRedisServer({
      args: [
        ...['--dir', theirs.path, '--appendonly', 'yes', '--appendfsync', 'always'],
        ...['--aof-use-rdb-preamble', 'no', '--aof-timestamp-enabled', 'yes'],
      ],
    });
    const there = new Redis(server.port, server.host);
    await samples(there);
    await there.call('bgrewriteaof');
    for (;;) {
      const info = await there.info('persistence');
      if (/aof_rewrite_in_progress:0/.test(info) && /aof_rewrite_scheduled:0/.test(info)) break;
    }
    await there.rpush('frontend:b', 'b', 'http://y');
    await there.set('lease', 'x', 'EX', 1000);
    const expected = await dump(there);
    const logs = join(theirs.path, 'appendonlydir');
    const files = (await readdir(logs)).filter((name) => name.endsWith('.aof')).sort();
    const parts = await Promise.all(
      ['.base.aof', '.incr.aof'].flatMap((kind) =>
        files.filter((name) => name.endsWith(kind)).map((name) => readFile(join(logs, name))),
      ),
    );
    await using mine = await temporaryDirectory();
    await mkdir(mine.path, { recursive: true });
    await writeFile(join(mine.path, 'store.aof'), Buffer.concat(parts));
    await using store = await openEmbeddedStore({
      directory: mine.path,
      socketPath: join(mine.path, 's'),
      tcp: null,
      log: () => {},
    });
    const here = new Redis(store.socketPath);
    expect(await dump(here)).toEqual(expected);
    here.disconnect();
    there.disconnect();
  });
});
