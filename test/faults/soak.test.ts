import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { debuggersIn, inspectable, liveHeapBytes } from '../support/debugger.ts';
import { eventually } from '../support/eventually.ts';
import { openFilesOf } from '../support/openFiles.ts';
import { freePort } from '../support/redisServer.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { addHost } from '../support/storeClient.ts';

const host = 'app.dev.local';
const gone = 'gone.dev.local';

/** A backend that answers, dies half way, says nothing or turns into a tunnel, as the target says. */
async function startHazards() {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const target = /^[A-Z]+ (\S+) HTTP/.exec(chunk.toString('latin1'))?.[1];
      if (target === '/dies') {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf');
        setImmediate(() => socket.destroy());
      } else if (target === '/resets') {
        socket.resetAndDestroy();
      } else if (target === '/garbage') {
        socket.write('this is not HTTP\r\n\r\n');
      } else if (target === '/tunnel') {
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
        );
      } else if (target === '/long') {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(50_000)}`);
      } else if (target !== undefined && target !== '/silent') {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

interface Hazard {
  readonly name: string;
  readonly send: string;
  /** The client leaves as soon as this came; without it, it waits for the end of the connection. */
  readonly leavesAt?: string;
  /** Leaves without waiting for anything. */
  readonly leaves?: boolean;
  readonly resets?: boolean;
}

const requestTo = (target: string, fields = '', name = host): string =>
  `GET ${target} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n${fields}\r\n`;
const upgrade = `GET /tunnel HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

const hazards: readonly Hazard[] = [
  { name: 'a plain request', send: requestTo('/ok') },
  { name: 'a request with a body', send: `${requestTo('/ok', 'Content-Length: 4\r\n')}body` },
  { name: 'a pipeline', send: `GET /ok HTTP/1.1\r\nHost: ${host}\r\n\r\n${requestTo('/ok')}` },
  { name: 'an unknown host', send: requestTo('/ok', '', 'no-such.dev.local') },
  { name: 'a dead backend', send: requestTo('/ok', '', gone) },
  { name: 'a backend that dies half way', send: requestTo('/dies') },
  { name: 'a backend that resets', send: requestTo('/resets') },
  { name: 'a backend that speaks no HTTP', send: requestTo('/garbage') },
  { name: 'a client that leaves a silent backend', send: requestTo('/silent'), leaves: true },
  { name: 'a client that resets', send: requestTo('/silent'), leaves: true, resets: true },
  { name: 'a client that leaves a download', send: requestTo('/long'), leavesAt: 'xxxx' },
  { name: 'a tunnel that the client ends', send: upgrade, leavesAt: '101' },
  { name: 'a request that is not HTTP', send: 'NOT HTTP AT ALL\r\n\r\n' },
  {
    name: 'framing that is ambiguous',
    send: requestTo('/ok', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'),
  },
  { name: 'a head that is too large', send: requestTo('/ok', `X-Big: ${'x'.repeat(40_000)}\r\n`) },
  { name: 'half a head', send: 'GET /ok HTTP/1.1\r\nHo', leaves: true },
  { name: 'a silent client', send: '', leaves: true },
];

const roundsPerPart = 160;
const requestsPerPart = roundsPerPart * hazards.length;
/** The first five fill what is kept of requests; the size of code and caches moves in the others, by as much as a leak would. */
const maxParts = 20;
/** The smallest thing that one kind could leak, a socket, comes to several times as much over all kinds. */
const maxBytesPerRequest = 20;

async function meet(port: number, hazard: Hazard): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let text = '';
  const over = once(socket, 'close').catch(() => {});
  socket.on('data', (chunk) => {
    if (text.length < 1000) text += chunk.toString('latin1');
    if (hazard.leavesAt !== undefined && text.includes(hazard.leavesAt)) socket.destroy();
  });
  await Promise.race([once(socket, 'connect').catch(() => {}), over]);
  socket.write(hazard.send, () => {
    if (hazard.leaves !== true) return;
    if (hazard.resets === true) socket.resetAndDestroy();
    else socket.destroy();
  });
  await over;
}

async function meetAll(port: number, rounds: number): Promise<void> {
  const abreast = 8;
  for (let round = 0; round < rounds; round += abreast) {
    await Promise.all(
      Array.from({ length: abreast }, async () => {
        for (const hazard of hazards) await meet(port, hazard);
      }),
    );
  }
}

describeWhen(isLinux, linuxReason, 'thousands of requests of every hazardous kind', () => {
  it('leave no socket, file or memory behind in worker and supervisor', async () => {
    await using backend = await startHazards();
    await using berth = await startBerth({ env: inspectable });
    await addHost(berth.storePort, host, backend.url);
    await addHost(berth.storePort, gone, `http://127.0.0.1:${await freePort()}`);
    const [worker] = berth.workers();
    if (worker === undefined) throw new Error('no worker');
    const processes = [berth.pid, worker];
    await eventually('both can be looked into', () => debuggersIn(berth.said).length === 2);
    const filesBefore = processes.map(openFilesOf);
    const heaps = async (): Promise<readonly number[]> => {
      await eventually('backend connections are closed or idle', () => backend.open.size <= 8);
      return await Promise.all(debuggersIn(berth.said).map(liveHeapBytes));
    };

    // Caches fill and code is compiled for a while; a leak grows in every part.
    let before = await heaps();
    let growths: readonly number[] = [];
    for (let part = 0; part < maxParts; part++) {
      await meetAll(berth.port, roundsPerPart);
      const after = await heaps();
      growths = after.map((bytes, i) => (bytes - (before[i] ?? 0)) / requestsPerPart);
      before = after;
      if (Math.max(...growths) < maxBytesPerRequest) break;
    }
    expect(Math.max(...growths)).toBeLessThan(maxBytesPerRequest);

    for (const [i, pid] of processes.entries()) {
      await eventually('its files are closed', () => {
        // Idle backend connections may stay for a while; nothing of the clients may.
        return openFilesOf(pid) <= (filesBefore[i] ?? 0) + 8;
      });
    }
    expect(berth.workers()).toEqual([worker]);
    expect(berth.said).not.toMatch(/worker \d+ ended/);
  }, 300_000);
});
