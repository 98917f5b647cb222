import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, createServer as createNetServer, type Server } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHarness } from '../support/engineHarness.ts';
import { fieldOf, readBody, readHead } from '../support/messageReader.ts';
import { dial } from '../support/rawClient.ts';
import { seeded } from '../support/seeded.ts';

// Many clients at once, each with bytes of its own in both directions, through sides that stop and go as they like: a
// buffer that was written to again before its bytes had left would bring one client what belongs to another.

const clients = 24;
const requestsEach = 6;

/** Bytes that no other name has. */
function* bytesOf(name: string, total: number): Generator<Buffer> {
  const random = seeded(hashOf(name));
  const key = createHash('sha256').update(name).digest();
  const stream = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  for (let left = total; left > 0; ) {
    const length = Math.min(left, 1 + Math.floor(random() ** 3 * 200_000));
    yield stream.update(Buffer.alloc(length));
    left -= length;
  }
}

const sizeOf = (name: string): number =>
  Math.floor(seeded(name.length * 7 + hashOf(name))() * 900_000);
const hashOf = (name: string): number => createHash('sha256').update(name).digest().readInt32LE();

const digestOf = (name: string): string => {
  const hash = createHash('sha256');
  for (const part of bytesOf(name, sizeOf(name))) hash.update(part);
  return hash.digest('hex');
};

const rest = (random: () => number): Promise<void> =>
  random() < 0.3 ? new Promise((done) => setTimeout(done, random() * 5)) : Promise.resolve();

/** @param enough what has to come before the end */
async function pour(name: string, to: Writable, enough?: Promise<unknown>): Promise<void> {
  const random = seeded(hashOf(`${name} sent`));
  for (const part of bytesOf(name, sizeOf(name))) {
    if (!to.write(part)) await once(to, 'drain');
    await rest(random);
  }
  await enough;
  to.end();
}

async function drink(name: string, from: Readable): Promise<string> {
  const random = seeded(hashOf(`${name} read`));
  const hash = createHash('sha256');
  for await (const part of from) {
    hash.update(part as Buffer);
    await rest(random);
  }
  return hash.digest('hex');
}

async function sent(name: string, outgoing: ClientRequest): Promise<IncomingMessage> {
  const answered = once(outgoing, 'response');
  await pour(name, outgoing);
  const [response] = await answered;
  return response;
}

test('what each side gets is what was meant for it, to the byte, however both pause', async () => {
  const arrived = new Map<string, string>();
  const backend = createServer((incoming, response) => {
    const name = (incoming.url ?? '').slice(1);
    const upload = drink(`${name} up`, incoming).then((digest) => arrived.set(name, digest));
    // An answer that is over before its request would end both.
    void pour(`${name} down`, response, upload);
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const harness = await startHarness({
    frontends: {
      'app.dev.local': ['app', `http://127.0.0.1:${(backend.address() as AddressInfo).port}`],
    },
  });

  const client = async (number: number): Promise<void> => {
    for (let i = 0; i < requestsEach; i++) {
      const name = `${number}-${i}`;
      const length = hashOf(name) % 3 === 0 ? {} : { 'Content-Length': sizeOf(`${name} up`) };
      const outgoing = request({
        port: harness.port,
        method: 'PUT',
        path: `/${name}`,
        headers: { Host: 'app.dev.local', ...length },
      });
      const response = await sent(`${name} up`, outgoing);
      expect([name, response.statusCode]).toEqual([name, 200]);
      expect([name, await drink(`${name} down`, response)]).toEqual([
        name,
        digestOf(`${name} down`),
      ]);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));

  expect(arrived.size).toBe(clients * requestsEach);
  for (const [name, digest] of arrived)
    expect([name, digest]).toEqual([name, digestOf(`${name} up`)]);
  await harness.stop();
  backend.closeAllConnections();
  backend.close();
}, 60_000);

const wholeOf = (name: string, total: number): Buffer => Buffer.concat([...bytesOf(name, total)]);
/** Many are empty or small, so that several requests come in one read. */
const smallSizeOf = (name: string): number => {
  const random = seeded(hashOf(`${name} size`));
  return random() < 0.4 ? 0 : Math.floor(random() ** 3 * 40_000);
};
const hashedBody = (name: string): string =>
  createHash('sha256')
    .update(wholeOf(name, smallSizeOf(name)))
    .digest('hex');
/** Bytes of its own in a head, too. */
const ownField = (name: string): string => wholeOf(`${name} field`, 300).toString('hex');

function chunked(bytes: Buffer, random: () => number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Math.min(bytes.length - at, 1 + Math.floor(random() * 9000));
    parts.push(Buffer.from(`${length.toString(16)}\r\n`), bytes.subarray(at, at + length));
    parts.push(Buffer.from('\r\n'));
    at += length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

/** In pieces that come one by one. */
async function trickle(bytes: Buffer, to: Writable, random: () => number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + Math.floor(random() ** 2 * 12_000);
    if (!to.write(bytes.subarray(at, end))) await once(to, 'drain');
    await (random() < 0.5 ? new Promise((done) => setImmediate(done)) : rest(random));
    at = end;
  }
}

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test('what waits is kept: heads in pieces, requests behind each other, bodies that are sent again', async () => {
  const connections = 12;
  const behindEachOther = 20;
  const seen: string[] = [];
  const failing: string[] = [];
  const see = async (incoming: IncomingMessage, list: string[]): Promise<string> => {
    const name = (incoming.url ?? '').slice(1);
    const hash = createHash('sha256');
    for await (const part of incoming) hash.update(part as Buffer);
    const own = incoming.headers['x-own'] === ownField(name);
    list.push(`${name} ${own} ${hash.digest('hex') === hashedBody(`${name} up`)}`);
    return name;
  };
  // Takes a whole request, and leaves some without an answer.
  const first = createServer(async (incoming, response) => {
    const name = (incoming.url ?? '').slice(1);
    if (hashOf(`${name} fails`) % 3 !== 0) {
      await answer(await see(incoming, seen), response);
      return;
    }
    await see(incoming, failing);
    incoming.socket.destroy();
    // It is as alive as before.
    setImmediate(() => harness.dead.clear());
  });
  const second = createServer(async (incoming, response) => {
    harness.dead.clear();
    await answer(await see(incoming, seen), response);
  });
  const answer = async (name: string, reply: ServerResponse): Promise<void> => {
    const random = seeded(hashOf(`${name} answered`));
    const bytes = wholeOf(`${name} down`, smallSizeOf(`${name} down`));
    const manner = Math.floor(random() * 3);
    reply.setHeader('X-Own', ownField(`${name} answered`));
    reply.statusCode = random() < 0.2 ? 403 : 200;
    if (manner === 0) reply.setHeader('Content-Length', bytes.length);
    if (manner === 1) {
      // It ends with its connection.
      reply.useChunkedEncodingByDefault = false;
      reply.shouldKeepAlive = false;
    }
    await rest(random);
    await trickle(bytes, reply, random);
    reply.end();
  };
  const urls = [await listening(first), await listening(second)];
  const harness = await startHarness({ frontends: { 'app.dev.local': ['app', ...urls] } });

  const client = async (number: number): Promise<readonly string[]> => {
    const random = seeded(number);
    const names = Array.from({ length: behindEachOther }, (_, i) => `${number}-${i}`);
    const stream = names.map((name, i) => {
      const body = wholeOf(`${name} up`, smallSizeOf(`${name} up`));
      const inChunks = random() < 0.5;
      const framing = inChunks ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
      const close = i === names.length - 1 ? 'Connection: close\r\n' : '';
      const head = `PUT /${name} HTTP/1.1\r\nHost: app.dev.local\r\nX-Own: ${ownField(name)}\r\n${close}${framing}\r\n\r\n`;
      return Buffer.concat([Buffer.from(head), inChunks ? chunked(body, random) : body]);
    });
    const socket = connect({ port: harness.port, host: '127.0.0.1', noDelay: true });
    const received: Buffer[] = [];
    const read = (async () => {
      for await (const part of socket) {
        received.push(part as Buffer);
        await rest(random);
      }
    })();
    await trickle(Buffer.concat(stream), socket, random);
    await read;
    let text = Buffer.concat(received).toString('latin1');
    return names.map((name) => {
      const head = readHead(text);
      const body = head === null ? null : readBody(text, head.end, head.fields, false);
      if (head === null || body === null || body === 'invalid') return `${name} cut`;
      text = text.slice(body.end);
      const own = fieldOf(head, 'x-own') === ownField(`${name} answered`);
      const digest = createHash('sha256').update(body.body, 'latin1').digest('hex');
      return `${name} ${own} ${digest === hashedBody(`${name} down`)}`;
    });
  };
  const all = Array.from({ length: connections }, (_, number) => number);
  const got = await Promise.all(all.map(client));

  const expected = all.flatMap((number) =>
    Array.from({ length: behindEachOther }, (_, i) => `${number}-${i} true true`),
  );
  expect(got.flat()).toEqual(expected);
  expect(seen.toSorted()).toEqual(expected.toSorted());
  const toFail = expected.filter((text) => hashOf(`${text.split(' ')[0]} fails`) % 3 === 0);
  // A connection that had served before may have gone meanwhile: such a request is sent there once more.
  expect([...new Set(failing)].toSorted()).toEqual(toFail.toSorted());
  expect(toFail.length).toBeGreaterThan(10);
  await harness.stop();
  for (const server of [first, second]) {
    server.closeAllConnections();
    server.close();
  }
}, 60_000);

test('heads and held answers that come in pieces are kept until they are whole', async () => {
  const clientsAtOnce = 10;
  const inTurn = 6;
  const inPieces = async (text: string, to: Writable): Promise<void> => {
    for (let at = 0; at < text.length; at += 130) {
      to.write(text.slice(at, at + 130), 'latin1');
      await delay(1);
    }
  };
  const seen: string[] = [];
  const backend = createNetServer(async (socket) => {
    socket.setNoDelay(true);
    let text = '';
    for await (const part of socket) {
      text += (part as Buffer).toString('latin1');
      const head = readHead(text);
      if (head === null) continue;
      text = '';
      const name = head.start.split(' ')[1]?.slice(1) ?? '';
      seen.push(`${name} ${fieldOf(head, 'x-own') === ownField(name)}`);
      const own = ownField(`${name} answered`);
      // It may be the refusal of a host: for a person it is held back until it is whole.
      await inPieces(
        `HTTP/1.1 403 Forbidden\r\nX-Own: ${own}\r\nContent-Length: 600\r\n\r\n`,
        socket,
      );
      await inPieces(own, socket);
    }
  });
  const harness = await startHarness({
    frontends: { 'app.dev.local': ['app', await listening(backend)] },
  });
  const client = async (number: number): Promise<void> => {
    const raw = await dial(harness.port);
    for (let i = 0; i < inTurn; i++) {
      const name = `${number}-${i}`;
      const fields = `Host: app.dev.local\r\nAccept: text/html\r\nX-Own: ${ownField(name)}\r\n`;
      await inPieces(`GET /${name} HTTP/1.1\r\n${fields}\r\n`, raw.socket);
      const response = await raw.response();
      const own = ownField(`${name} answered`);
      expect([name, response.status, response.body]).toEqual([name, 403, own]);
      expect([name, fieldOf(response, 'x-own')]).toEqual([name, own]);
    }
    raw.destroy();
  };
  await Promise.all(Array.from({ length: clientsAtOnce }, (_, number) => client(number)));
  expect(seen.filter((text) => text.endsWith(' true'))).toHaveLength(clientsAtOnce * inTurn);
  await harness.stop();
  backend.close();
}, 60_000);

/** More than a system takes for a reader that stands still. */
const largeBytes = 7_000_000;

/** Opens once, for whoever waits. */
class Gate {
  open: () => void = () => {};
  readonly opened = new Promise<void>((done) => {
    this.open = done;
  });
}

/** Reads only when the way to it is full, and then with pauses. */
async function drinkLate(from: AsyncIterable<unknown>, full: Gate, total: number): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  let parts = 0;
  await full.opened;
  for await (const part of from) {
    hash.update(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes >= total) break;
    if (++parts % 16 === 0) await delay(3);
  }
  return hash.digest('hex');
}

/**
 * Writes small pieces, one a turn, so that each is read for itself, up to where one finds no room any more.
 *
 * @param full opens when nothing was taken for a while @param enough what has to come before the last of it
 */
async function pourSmall(
  name: string,
  to: Writable,
  full: Gate,
  enough?: Promise<unknown>,
): Promise<void> {
  const random = seeded(hashOf(`${name} poured`));
  const bytes = wholeOf(name, largeBytes);
  for (let at = 0; at < bytes.length; ) {
    const end = at + 500 + Math.floor(random() * 8000);
    if (end >= bytes.length) {
      full.open();
      await enough;
    }
    if (!to.write(bytes.subarray(at, end))) {
      const drained = once(to, 'drain');
      await Promise.race([drained, delay(200).then(full.open)]);
      await drained;
    }
    await new Promise((done) => setImmediate(done));
    at = end;
  }
}

const largeDigest = (name: string): string =>
  createHash('sha256').update(wholeOf(name, largeBytes)).digest('hex');

test('what a full connection has not taken yet is kept, in requests, responses and tunnels', async () => {
  const names = ['a', 'b', 'c'];
  const arrived = new Map<string, string>();
  const all = names.flatMap((name) => [`exchange-${name}`, `tunnel-${name}`]);
  const gates = new Map(
    all.flatMap((name) => [`${name} up`, `${name} down`]).map((way) => [way, new Gate()]),
  );
  const gate = (way: string): Gate => gates.get(way) ?? new Gate();
  const backend = createServer(async (incoming, response) => {
    const name = (incoming.url ?? '').slice(1);
    response.setHeader('Content-Length', largeBytes);
    const upload = drinkLate(incoming, gate(`${name} up`), Number.POSITIVE_INFINITY).then(
      (digest) => arrived.set(name, digest),
    );
    // An answer that is over before its request would end both.
    await pourSmall(`${name} down`, response, gate(`${name} down`), upload);
    response.end();
  });
  backend.on('upgrade', async (incoming, socket, early: Buffer) => {
    const name = (incoming.url ?? '').slice(1);
    if (early.length > 0) socket.unshift(early);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    const up = drinkLate(
      socket.iterator({ destroyOnReturn: false }),
      gate(`${name} up`),
      largeBytes,
    );
    await Promise.all([
      pourSmall(`${name} down`, socket, gate(`${name} down`)),
      up.then((digest) => arrived.set(name, digest)),
    ]);
    socket.end();
  });
  const url = await listening(backend);
  const harness = await startHarness({ frontends: { 'app.dev.local': ['app', url] } });

  const exchange = async (name: string): Promise<string> => {
    const headers = { Host: 'app.dev.local', 'Content-Length': largeBytes };
    const outgoing = request({ port: harness.port, method: 'PUT', path: `/${name}`, headers });
    const answered = once(outgoing, 'response');
    const sending = pourSmall(`${name} up`, outgoing, gate(`${name} up`)).then(() =>
      outgoing.end(),
    );
    const [response] = (await answered) as [IncomingMessage];
    const digest = await drinkLate(response, gate(`${name} down`), Number.POSITIVE_INFINITY);
    await sending;
    return digest;
  };
  const tunnel = async (name: string): Promise<string> => {
    const headers = {
      Host: 'app.dev.local',
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const outgoing = request({ port: harness.port, path: `/${name}`, headers });
    outgoing.end();
    const [, socket, early] = await once(outgoing, 'upgrade');
    if (early.length > 0) socket.unshift(early);
    const down = drinkLate(socket, gate(`${name} down`), Number.POSITIVE_INFINITY);
    await pourSmall(`${name} up`, socket, gate(`${name} up`));
    return await down;
  };
  const got = await Promise.all(
    names.flatMap((name) => [exchange(`exchange-${name}`), tunnel(`tunnel-${name}`)]),
  );
  expect(got).toEqual(all.map((name) => largeDigest(`${name} down`)));
  expect(all.map((name) => arrived.get(name))).toEqual(
    all.map((name) => largeDigest(`${name} up`)),
  );
  await harness.stop();
  backend.closeAllConnections();
  backend.close();
}, 60_000);

test('what is put together for clients that do not read is theirs, whoever is served meanwhile', async () => {
  const answers = 800;
  const answerOf = (name: string): Buffer => Buffer.alloc(12_000, `${name};`);
  let answered = 0;
  const backend = createServer((incoming, response) => {
    answered++;
    const answer = answerOf((incoming.url ?? '').slice(1));
    response.setHeader('Content-Length', answer.length);
    response.end(answer);
  });
  const url = await listening(backend);
  const harness = await startHarness({ frontends: { 'app.dev.local': ['app', url] } });

  const names = ['a', 'b', 'c'];
  const late = names.map((name) => {
    const socket = connect(harness.port, '127.0.0.1');
    const requests = Array.from(
      { length: answers },
      (_, i) => `GET /${name}-${i} HTTP/1.1\r\nHost: app.dev.local\r\n\r\n`,
    );
    socket.write(requests.join(''));
    return { name, socket };
  });
  let before = -1;
  while (answered !== before) {
    before = answered;
    await delay(300);
  }
  expect(answered).toBeGreaterThan(names.length);
  expect(answered).toBeLessThan(names.length * answers);

  const headers = { Host: 'app.dev.local' };
  for (let i = 0; i < 100; i++) {
    const outgoing = request({ port: harness.port, path: `/meanwhile-${i}`, headers }).end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(Buffer.concat(await response.toArray())).toEqual(answerOf(`meanwhile-${i}`));
  }

  for (const { name, socket } of late) {
    let rest = Buffer.alloc(0);
    let got = 0;
    for await (const part of socket.iterator({ destroyOnReturn: false })) {
      rest = Buffer.concat([rest, part as Buffer]);
      for (let end = rest.indexOf('\r\n\r\n'); end !== -1; end = rest.indexOf('\r\n\r\n')) {
        const expected = answerOf(`${name}-${got}`);
        const body = rest.subarray(end + 4, end + 4 + expected.length);
        if (body.length < expected.length) break;
        expect(body.equals(expected), `the answer ${got} of ${name}`).toBe(true);
        rest = rest.subarray(end + 4 + expected.length);
        got++;
      }
      if (got === answers) break;
    }
    expect(got).toBe(answers);
    socket.destroy();
  }
  await harness.stop();
  backend.closeAllConnections();
  backend.close();
}, 60_000);
