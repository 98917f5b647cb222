import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { get as getOver } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { startBerth } from '../support/berthProcess.ts';
import { makeRsaCertificate } from '../support/certificates.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { dial, get } from '../support/rawClient.ts';
import { freePort } from '../support/redisServer.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost } from '../support/storeClient.ts';
import { makeTlsFiles } from '../support/tlsFiles.ts';

const host = 'app.dev.local';

describeWhen(isLinux, linuxReason, 'a reload under constant load', () => {
  describe.each([
    { how: 'a connection each', keepAlive: false },
    { how: 'connections that live', keepAlive: true },
  ])('on $how', ({ keepAlive }) => {
    it('fails no request, and every worker is a new one', async () => {
      await using backend = await startEchoBackend();
      await using berth = await startBerth({ config: { server: { workers: 2 } } });
      await addHost(berth.storePort, host, backend.url);
      await eventually('two workers run', () => berth.workers().length === 2);
      await using load = startLoad({ port: berth.port, host, clients: 6, keepAlive });
      await load.more(100);
      const generations = [berth.workers()];
      for (const workers of [1, 3, 2]) {
        await berth.reload({ server: { workers } });
        await load.more(100);
        await eventually('the old workers are gone', () => {
          const now = berth.workers();
          return now.length === workers && !now.some((pid) => generations.at(-1)?.includes(pid));
        });
        generations.push(berth.workers());
      }
      await load.stop();
      expect(load.failures).toEqual([]);
      expect(backend.requests).toBe(load.answered);
    }, 60_000);
  });
});

describeWhen(isLinux, linuxReason, 'a reload', () => {
  it('answers the first request of a connection that was opened before, and a stop does not wait for one', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: { server: { workers: 2 } } });
    await addHost(berth.storePort, host, backend.url);
    const old = berth.workers();
    const clients = await Promise.all(Array.from({ length: 8 }, () => dial(berth.port)));
    await delay(2 * limits.drainLingerMs);
    await berth.reload();
    await delay(2 * limits.drainLingerMs);
    const asking = clients.splice(0, 6);
    const texts = await Promise.all(
      asking.map(async (client, i) => (await client.send(get(host, `/${i}`)).responses())[0]?.body),
    );
    expect(texts).toEqual(asking.map((_, i) => expect.stringContaining(`GET /${i}`)));
    expect(berth.workers().some((pid) => old.includes(pid))).toBe(true);

    const begun = performance.now();
    await berth.stop();
    expect(performance.now() - begun).toBeLessThan(4000);
    for (const client of [...asking, ...clients]) client.destroy();
  });

  it('serves new connections with the new certificate, and keeps those that are open', async () => {
    await using backend = await startEchoBackend();
    await using files = await makeTlsFiles('first.test');
    const config = { https: { bind: '127.0.0.1', port: 0, key: files.key, cert: files.cert } };
    await using berth = await startBerth({ config });
    await addHost(berth.storePort, host, backend.url);
    const open = await secureConnection(berth.securePort);
    expect(open.name).toBe('first.test');

    // An idle connection may be closed at any time; one on which a request has begun may not.
    open.begin('/still');
    await files.write('second.test');
    await berth.reload();
    const fresh = await secureConnection(berth.securePort);
    expect(fresh.name).toBe('second.test');
    expect(await open.finish('/still')).toMatch(/ 200 [\s\S]*GET \/still/);
    for (const { socket } of [open, fresh]) socket.destroy();
  });

  it('that cannot be done is refused with its reason, and everything goes on as it was', async () => {
    await using backend = await startEchoBackend();
    await using files = await makeTlsFiles('first.test');
    const https = { bind: '127.0.0.1', port: 0, key: files.key, cert: files.cert };
    await using berth = await startBerth({ config: { https } });
    await addHost(berth.storePort, host, backend.url);
    const workers = berth.workers();
    const otherKind = join(berth.home, 'rsa.crt');
    await writeFile(otherKind, makeRsaCertificate().cert);

    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const address = blocker.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    const asked: readonly [object, RegExp][] = [
      [{ https, http: { bind: '127.0.0.1', port: taken } }, /BERTH_PORT_TAKEN/],
      [{ https, http: { bind: '203.0.113.7', port: 0 } }, /BERTH_ADDRESS_UNAVAILABLE/],
      [{ https: { ...https, key: files.cert } }, /BERTH_CONFIG_INVALID/],
      [
        { https: { ...https, cert: otherKind } },
        /rsa\.crt" \(.+\) cannot be used: they do not belong/,
      ],
      [{ https, driver: 'embedded://127.0.0.1:1' }, /BERTH_CONFIG_INVALID/],
      [{ https, server: { accessLog: '/dev/null/no/such' } }, /BERTH_CONFIG_INVALID/],
    ];
    for (const [config, error] of asked) {
      const from = berth.said.length;
      await berth.reload(config);
      await berth.saying(error, from);
    }
    blocker.close();

    expect(berth.workers()).toEqual(workers);
    await using load = startLoad({ port: berth.port, host });
    await load.more(20);
    await load.stop();
    expect(load.failures).toEqual([]);
    const tls = await secureConnection(berth.securePort);
    expect(tls.name).toBe('first.test');
    tls.socket.destroy();
  });

  it('moves to other ports: the new one serves, the old one refuses, the common one never fails', async () => {
    await using backend = await startEchoBackend();
    const [common, old, next] = [await freePort(), await freePort(), await freePort()];
    const binds = (...ports: readonly number[]) => ({
      http: { bind: ports.map((port) => ({ address: '127.0.0.1', port })) },
    });
    await using berth = await startBerth({ config: binds(common, old) });
    await addHost(berth.storePort, host, backend.url);
    await using load = startLoad({ port: common, host });
    await load.more(20);
    await berth.reload(binds(common, next));
    await load.more(20);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(await statusOf(next)).toBe(200);
    await expect(statusOf(old)).rejects.toThrow('ECONNREFUSED');
  });

  it('goes on with another log, and the old one lacks nothing', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth();
    await addHost(berth.storePort, host, backend.url);
    await using load = startLoad({ port: berth.port, host });
    await load.more(50);
    const moved = join(berth.home, 'moved.log');
    await berth.reload({ server: { accessLog: moved } });
    await load.more(50);
    await load.stop();
    await berth.stop();
    const lines = (await readFile(berth.accessLog, 'utf8')) + (await readFile(moved, 'utf8'));
    expect(lines.trimEnd().split('\n')).toHaveLength(load.answered);
    expect(await readFile(moved, 'utf8')).not.toBe('');
  });

  it('asked for many times at once is done once or twice, and ends in the last configuration', async () => {
    await using berth = await startBerth();
    for (let i = 0; i < 20; i++) berth.signal('SIGHUP');
    await berth.reload({ server: { workers: 2 } });
    await eventually('two workers run', () => berth.workers().length === 2);
    const reloads = berth.said.match(/configuration is read again/g) ?? [];
    expect(reloads.length).toBeLessThanOrEqual(4);
  });
});

/** A TLS connection, and the name in the certificate that it was given. */
async function secureConnection(port: number) {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  let text = '';
  socket.on('data', (part) => {
    text += part.toString('latin1');
  });
  const begin = (target: string): void => {
    socket.write(`GET ${target} HTTP/1.1\r\n`);
  };
  const finish = async (target: string): Promise<string> => {
    socket.write(`Host: ${host}\r\n\r\n`);
    await eventually(`an answer to ${target}`, () => text.includes(target) || socket.destroyed);
    return text;
  };
  return {
    socket,
    name: socket.getPeerCertificate().subject.CN,
    begin,
    finish,
    ask: (target: string): Promise<string> => {
      begin(target);
      return finish(target);
    },
  };
}

async function statusOf(port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    getOver({ host: '127.0.0.1', port, headers: { host }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}
