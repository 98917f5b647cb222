import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { startStatusBackend } from '../support/statusBackend.ts';
import { addHost } from '../support/storeClient.ts';

const run = promisify(execFile);

async function ask(port: number, host: string, address = '127.0.0.1') {
  return await new Promise<{ status: number; body: string }>((resolve, reject) => {
    get({ host: address, port, headers: { host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', reject);
  });
}

/** Whether the machine has an address. */
async function canBind(address: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}

describe('an instance with nothing configured', () => {
  it('welcomes, and tells an unknown host what to do', async () => {
    await using berth = await startBerth({ config: null });
    for (const suffix of ['localhost', 'dev.local']) {
      const welcome = await ask(berth.port, `welcome.${suffix}`);
      expect(welcome.status).toBe(200);
      expect(welcome.body).toContain('Berth is running');
    }
    const unknown = await ask(berth.port, 'app.localhost');
    expect(unknown.status).toBe(400);
    expect(unknown.body).toContain(`redis-cli -p ${berth.storePort}`);
  });

  it('binds the same port on both loopback addresses, as far as the machine has them', async () => {
    await using berth = await startBerth({ config: null });
    const loopback = (await canBind('::1')) ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
    expect(berth.served.map(({ host, port }) => [host, port])).toEqual(
      [berth.port, berth.securePort].flatMap((port) => loopback.map((address) => [address, port])),
    );
    for (const address of loopback) {
      expect((await ask(berth.port, 'welcome.localhost', address)).status).toBe(200);
    }
  });
});

describeWith(['redis-cli', 'curl'], 'an instance with nothing but redis-cli beside it', () => {
  const curl = async (berth: BerthProcess, host: string): Promise<string> => {
    const url = `http://127.0.0.1:${berth.port}/from-curl`;
    return (await run('curl', ['-s', '-m', '10', '-H', `Host: ${host}`, url])).stdout;
  };

  it('serves a host at once, and has lost none after kill -9 of the whole tree', async () => {
    await using backend = await startEchoBackend('app');
    const home = await mkdtemp(join(tmpdir(), 'berth-instance-'));
    try {
      await using berth = await startBerth({ config: null, home });
      const frontend = 'frontend:app.localhost';
      const added = await run('redis-cli', [
        ...['-p', String(berth.storePort)],
        ...['rpush', frontend, 'app', backend.url],
      ]);
      expect(added.stdout.trim()).toBe('2');
      expect(await curl(berth, 'app.localhost')).toBe('app GET /from-curl');
      await berth.killTree();

      await using again = await startBerth({ config: null, home });
      expect(await curl(again, 'app.localhost')).toBe('app GET /from-curl');
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});

describeWith('redis', 'two instances on one Redis', () => {
  const host = 'app.dev.local';

  it('both serve what was added, see a change, and keep everything over kill -9', async () => {
    await using redis = await startRedisServer();
    await using one = await startEchoBackend('one');
    await using other = await startEchoBackend('other');
    const config = { driver: redis.url };
    await using first = await startBerth({ config });
    await using second = await startBerth({ config });
    await addHost(redis.port, host, one.url);
    for (const { port } of [first, second]) {
      expect((await ask(port, host)).body).toBe('one GET /');
    }
    await addHost(redis.port, host, other.url);
    for (const { port } of [first, second]) {
      await eventually('the change is seen', async () =>
        (await ask(port, host)).body.startsWith('other'),
      );
    }
    await first.killTree();
    await using again = await startBerth({ config });
    expect((await ask(again.port, host)).body).toBe('other GET /');
  });

  it('skip a backend that the other one marked dead, within 10 ms', async () => {
    await using redis = await startRedisServer();
    await using good = await startEchoBackend('good');
    await using bad = await startStatusBackend(502);
    const config = { driver: redis.url };
    await using first = await startBerth({ config });
    await using second = await startBerth({ config });
    const store = new Redis({ host: '127.0.0.1', port: redis.port });
    let late = 0;
    const meetsBad = async (name: string): Promise<boolean> => {
      const before = bad.requests;
      for (let i = 0; i < 12; i++) await ask(second.port, name);
      return bad.requests > before;
    };
    for (let round = 0; round < 10; round++) {
      const name = `app${round}.dev.local`;
      await addHost(redis.port, name, good.url);
      for (const { port } of [first, second]) await ask(port, name);
      await store.rpush(`frontend:${name}`, bad.url);
      await eventually('the first instance meets it', async () => {
        return (await ask(first.port, name)).status === 502;
      });
      const began = performance.now();
      await eventually('10 ms pass', () => performance.now() - began > 10);
      if (!(await meetsBad(name))) continue;
      late++;
      await eventually('another 250 ms pass', () => performance.now() - began > 260);
      expect(await meetsBad(name)).toBe(false);
    }
    store.disconnect();
    // A busy machine may be late once or twice, and then by a moment.
    expect(late).toBeLessThanOrEqual(2);
  });
});
