import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { askDns } from '../../src/core/names/dns/ask.ts';
import { limits } from '../../src/shared/limits.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { eventually } from '../support/eventually.ts';
import { openFilesOf } from '../support/openFiles.ts';
import { isLinux, itWhen, linuxReason } from '../support/requirement.ts';

/*
 * Whoever can send to the DNS server of an instance can send anything. It answers or keeps silent, and requests through
 * the proxy go on.
 */
let backend: Server;
let seen = 0;
let berth: BerthProcess;
let client: ControlClient;
let dns: { readonly address: string; readonly port: number };
beforeAll(async () => {
  backend = createServer((_request, response) => {
    seen++;
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  berth = await startBerth({ config: { names: { dnsPort: 0 }, suffixes: ['dev.local'] } });
  client = await connectControl({ socket: berth.controlSocket });
  const at = (await client.api.instance.status()).dns;
  if (at === null) throw new Error('there is no DNS server');
  dns = at;
  const { port } = backend.address() as AddressInfo;
  await client.api.hosts.add({ name: 'app.dev.local', backends: [`http://127.0.0.1:${port}`] });
});
afterAll(async () => {
  client.close();
  await berth[Symbol.asyncDispose]();
  backend.close();
});

/** By UDP a single question may be lost among thousands; who asks asks again. */
const answers = async (): Promise<boolean> =>
  (await askDns(dns, 'app.dev.local', 'A', 1000)).kind === 'addresses';

const request = (): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = berth;
    const headers = { host: 'app.dev.local' };
    get({ host: '127.0.0.1', port, headers, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    }).once('error', reject);
  });

/** Sends requests through the proxy until the work is done; each has to be answered by the backend. */
async function whileRequestsGoOn(work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  const before = seen;
  let sent = 0;
  while (!isDone) {
    expect(await request()).toBe(200);
    sent++;
  }
  await done;
  expect(sent).toBeGreaterThan(0);
  expect(seen - before).toBe(sent);
}

const aWhile = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('more queries than it answers in a second cost its clients answers, and requests nothing', async () => {
  const workers = berth.workers();
  const socket = createSocket('udp4');
  const query = Buffer.from('0001010000010000000000000161036465760561626364650000010001', 'hex');
  let isOver = false;
  const flood = (async () => {
    while (!isOver) {
      for (let n = 0; n < 500; n++) socket.send(query, dns.port, dns.address, () => undefined);
      await aWhile(5);
    }
  })();
  await whileRequestsGoOn(aWhile(2500));
  isOver = true;
  await flood;
  socket.close();
  await eventually('it answers again', answers);
  expect(berth.workers()).toEqual(workers);
});

test('datagrams of any bytes are answered or passed over', async () => {
  const socket = createSocket('udp4');
  const send = fc.asyncProperty(
    fc.oneof(
      fc.uint8Array({ maxLength: 1400 }),
      // A head that promises thousands of records, and names that point into each other.
      fc
        .tuple(
          fc.uint8Array({ minLength: 12, maxLength: 12 }),
          fc.array(fc.constantFrom(0xc0, 0x0c, 0, 1, 63), { maxLength: 500 }),
        )
        .map(([head, rest]) => new Uint8Array([...head, ...rest])),
    ),
    (bytes) =>
      new Promise<void>((resolve) => socket.send(bytes, dns.port, dns.address, () => resolve())),
  );
  await whileRequestsGoOn(fc.assert(send, { numRuns: 2000 }));
  socket.close();
  await eventually('it answers', answers);
});

const held =
  'connections that are held, cut, or full of nonsense hold up nobody, and leave nothing open';

itWhen(isLinux, linuxReason, held, async () => {
  await eventually('all quiet', answers);
  const before = openFilesOf(berth.pid);
  const sockets = new Set<Socket>();
  const open = (bytes: Buffer): void => {
    const socket = connect(dns.port, dns.address);
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.write(bytes);
  };
  await whileRequestsGoOn(
    (async () => {
      for (let n = 0; n < 600; n++) {
        const length = [0, 1, 12, limits.maxDnsQueryBytes, 65_535][n % 5] ?? 0;
        const bytes = Buffer.alloc(2 + Math.min(length, 3000), n);
        bytes.writeUInt16BE(length);
        open(bytes);
        if (n % 50 === 0) await aWhile(20);
      }
      await aWhile(300);
      // One that asks properly is answered all the same.
      const polite = connect(dns.port, dns.address);
      const query = Buffer.from(
        '001d0001010000010000000000000161036465760564617461780000010001',
        'hex',
      );
      query.writeUInt16BE(query.length - 2);
      polite.write(query);
      const [answer] = (await once(polite, 'data')) as [Buffer];
      expect(answer.readUInt16BE(2)).toBe(1);
      polite.destroy();
    })(),
  );
  expect(openFilesOf(berth.pid)).toBeLessThan(before + limits.maxDnsConnections + 20);
  for (const socket of sockets) socket.destroy();
  await eventually('all are closed', () => openFilesOf(berth.pid) <= before + 2);
  await eventually('it answers', answers);
});
