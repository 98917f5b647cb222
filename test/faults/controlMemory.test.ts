import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectControl } from '../../src/core/client/index.ts';
import { startBerth } from '../support/berthProcess.ts';
import { debuggersIn, inspectable, liveBytes } from '../support/debugger.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { dial, get } from '../support/rawClient.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { addHost } from '../support/storeClient.ts';

const host = 'app.dev.local';
/** They make an answer of health of 18 MB, and one of hosts of 3 MB. */
const hosts = 1000;
const backends = 100;
/** Connections of each kind that read nothing, and large answers that each of a WebSocket asks for beside streams. */
const silent = 30;
const answers = 16;
/**
 * Bytes that may live more than before, garbage left out: 64 MiB that are unread, and of the largest answer the one in the
 * making and the one that was made last, as objects and as text. What is asked for comes to more than 5 GB.
 */
const maxGrowth = 200 * 1024 * 1024;
const observedMs = 8000;

async function fill(port: number): Promise<void> {
  const store = new Redis({ host: '127.0.0.1', port });
  const urls = Array.from({ length: backends }, (_, index) => `http://127.0.0.1:${1 + index}`);
  const batch = store.pipeline();
  for (let index = 0; index < hosts; index++) {
    batch.rpush(`frontend:host-${index}.dev.local`, `host-${index}`, ...urls);
  }
  await batch.exec();
  store.disconnect();
}

/** A WebSocket that asks for streams and for large answers, and reads nothing of them. */
async function askAndLeave(path: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws+unix:${path}:/rpc`, ['berth.rpc.v1'], {
    perMessageDeflate: false,
  });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.pause();
  const ask = (id: string, u: string, json?: object): void =>
    socket.send(
      JSON.stringify({ i: id, p: { u, ...(json === undefined ? {} : { b: { json } }) } }),
    );
  ask('hosts', '/hosts/watch');
  ask('health', '/health/watch');
  ask('traffic', '/traffic/follow', { backlog: 10_000 });
  for (let id = 0; id < answers; id++) ask(`${id}`, id % 2 === 0 ? '/health/list' : '/hosts/list');
  return socket;
}

/** The same by plain HTTP: the socket is never read from. */
async function postAndLeave(path: string): Promise<Socket> {
  const socket = connect(path);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('POST /rpc/health/list HTTP/1.1\r\nHost: berth\r\n\r\n'.repeat(4));
  return socket;
}

describeWhen(isLinux, linuxReason, 'clients of the control plane that never read', () => {
  it('cost bounded memory, hold up no request and no client that reads, and are ended with a reason', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ env: inspectable });
    await eventually('it can be looked into', () => debuggersIn(berth.said).length > 0);
    const [supervisor = ''] = debuggersIn(berth.said);
    const path = berth.controlSocket;
    await addHost(berth.storePort, host, backend.url);
    await fill(berth.storePort);
    const reader = await connectControl({ socket: path });
    await eventually(
      'all hosts are known',
      async () => (await reader.api.instance.status()).hosts === hosts + 1,
      30_000,
    );
    expect(await reader.api.health.list()).toHaveLength(hosts + 1);
    const before = await liveBytes(supervisor);

    const sockets = await Promise.all(Array.from({ length: silent }, () => askAndLeave(path)));
    const plain = await Promise.all(Array.from({ length: silent }, () => postAndLeave(path)));
    let most = 0;
    let requests = 0;
    let isOver = false;
    const traffic = (async (): Promise<void> => {
      while (!isOver) {
        const client = await dial(berth.port);
        const request = get(host, `/meanwhile/${requests++}`, 'Connection: close\r\n');
        const [response] = await client.send(request).responses();
        client.destroy();
        expect(response?.status).toBe(200);
      }
    })();
    const seen = backend.requests;
    let lists = 0;
    const until = performance.now() + observedMs;
    try {
      while (performance.now() < until) {
        expect((await reader.api.instance.status()).pid).toBe(berth.pid);
        expect(await reader.api.health.list()).toHaveLength(hosts + 1);
        expect(await reader.api.hosts.list()).toHaveLength(hosts + 1);
        lists++;
        most = Math.max(most, await liveBytes(supervisor));
      }
    } finally {
      isOver = true;
      await traffic;
    }
    expect(lists).toBeGreaterThan(0);
    expect(backend.requests - seen).toBe(requests);
    expect(most - before).toBeLessThan(maxGrowth);
    await berth.saying(/control: a connection that does not read was ended, with \d+ bytes unread/);
    for (const socket of sockets) socket.resume();
    await eventually('some of them were ended', () =>
      sockets.some(({ readyState }) => readyState === WebSocket.CLOSED),
    );
    expect(await reader.api.hosts.list()).toHaveLength(hosts + 1);
    reader.close();
    for (const socket of sockets) socket.terminate();
    for (const socket of plain) socket.destroy();
  }, 120_000);
});
