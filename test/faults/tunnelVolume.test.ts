import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { parseAccessLine } from '../support/accessLine.ts';
import { startBerth } from '../support/berthProcess.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { addHost } from '../support/storeClient.ts';

// A gibibyte each way through one WebSocket tunnel, at the same time: each is compared with what was sent, and the
// worker between does not grow.

const host = 'app.dev.local';
const volume = 1024 ** 3;
const maxGrowthBytes = volume / 8;

/** What is sent: these bytes over and over. A prime number of them, so that no buffer's size divides it. */
const period = 1_048_573;
const pattern = randomBytes(period);
/** Whatever begins within the first period lies here in one piece. */
const twice = Buffer.concat([pattern, pattern]);

const upgrade = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
const switched =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** Reads off one head; what follows it goes to `rest`, from its first byte on. */
async function headOf(socket: Socket, rest: (bytes: Buffer) => void): Promise<string> {
  return await new Promise((resolve) => {
    let head = '';
    const read = (bytes: Buffer): void => {
      head += bytes.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.off('data', read);
      socket.on('data', rest);
      const early = Buffer.from(head.slice(end + 4), 'latin1');
      if (early.length > 0) rest(early);
      resolve(head.slice(0, end + 4));
    };
    socket.on('data', read);
  });
}

/** Counts what comes and compares each byte with what was sent in its place. */
class Check {
  bytes = 0;
  /** Where the first piece began that was not what was sent; null while there is none. */
  wrongAt: number | null = null;
  readonly take = (piece: Buffer): void => {
    const from = this.bytes % period;
    if (!piece.equals(twice.subarray(from, from + piece.length))) this.wrongAt ??= this.bytes;
    this.bytes += piece.length;
  };
}

async function sendAll(socket: Socket): Promise<void> {
  for (let sent = 0; sent < volume; ) {
    const from = sent % period;
    const length = Math.min(period - from, volume - sent);
    sent += length;
    if (!socket.write(twice.subarray(from, from + length))) await once(socket, 'drain');
  }
  socket.end();
}

/** The most memory that a process has ever had, in bytes. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** A backend that agrees to one tunnel, and sends all of its volume while it takes that of the client. */
async function startTunnelBackend() {
  const check = new Check();
  const open = new Set<Socket>();
  const serve = async (socket: Socket): Promise<void> => {
    const ended = once(socket, 'end');
    await headOf(socket, check.take);
    socket.write(switched);
    await Promise.all([sendAll(socket), ended]);
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  // A health probe connects too, and says nothing: its connection serves nobody.
  const served = new Promise<void>((resolve, reject) => {
    server.on('connection', (socket) => {
      open.add(socket);
      serve(socket).then(resolve, reject);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    check,
    /** Resolves when both sides of the tunnel have ended. */
    served,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

describeWhen(isLinux, linuxReason, 'a WebSocket tunnel', () => {
  it('brings a gibibyte each way at once, every byte as it was sent, and the worker does not grow with it', async () => {
    await using backend = await startTunnelBackend();
    await using berth = await startBerth();
    await addHost(berth.storePort, host, backend.url);
    const [worker] = berth.workers();
    if (worker === undefined) throw new Error('no worker');
    const before = await peakOf(worker);

    const check = new Check();
    const client = connect({ host: '127.0.0.1', port: berth.port, allowHalfOpen: true });
    const ended = once(client, 'end');
    client.write(upgrade);
    const head = await headOf(client, check.take);
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    await Promise.all([sendAll(client), ended, backend.served]);

    expect(backend.check).toMatchObject({ bytes: volume, wrongAt: null });
    expect(check).toMatchObject({ bytes: volume, wrongAt: null });
    expect(berth.workers()).toEqual([worker]);
    expect((await peakOf(worker)) - before).toBeLessThan(maxGrowthBytes);

    await berth.stop();
    const line = parseAccessLine((await readFile(berth.accessLog, 'utf8')).trimEnd());
    expect(line).toMatchObject({ status: '101', bytes: String(head.length + volume) });
  }, 60_000);
});
