import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { startHarness } from '../support/engineHarness.ts';
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
