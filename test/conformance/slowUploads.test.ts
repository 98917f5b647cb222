import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get, type RawClient } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';

// Requests whose bodies are still coming may hold half of a backend's connections, and have to come at some pace.

const host = 'app.dev.local';
const post = (length: number): string =>
  `POST /up HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${length}\r\n\r\n`;

let pair: Pair;
let timers: NodeJS.Timeout[] = [];
beforeEach(async () => {
  pair = await startPair({}, { settings: { maxSockets: 4, tcpTimeoutMs: 2000 } });
});
afterEach(async () => {
  for (const timer of timers) clearInterval(timer);
  timers = [];
  await pair.stop();
});

async function drip(client: RawClient, part: string, everyMs: number): Promise<void> {
  client.send(post(100_000));
  timers.push(setInterval(() => client.socket.writable && client.send(part), everyMs));
}

test('slow uploads wait for each other, and nobody else for them', async () => {
  const attackers = await Promise.all(Array.from({ length: 12 }, () => pair.dial()));
  for (const attacker of attackers) await drip(attacker, 'x', 100);
  await eventually('two uploads under way', () => pair.backend.open === 2);
  const client = await pair.dial();
  for (let i = 0; i < 20; i++) {
    expect((await client.send(get(host)).response()).status).toBe(200);
    await new Promise((done) => setTimeout(done, 20));
  }
  expect(pair.backend.open).toBeLessThanOrEqual(3);
  const answers = await Promise.all(attackers.map((attacker) => attacker.response()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([408, 503]));
  const busy = answers.find(({ status }) => status === 503);
  expect(busy?.body).toContain('BERTH_BACKEND_BUSY');
  expect(pair.harness.failed).toEqual([]);
  for (const attacker of attackers) await attacker.finished();
});

test('an upload gives its share back when its body is complete, not when it is answered', async () => {
  const held: (() => void)[] = [];
  pair.backend.script = {
    request({ connection }) {
      held.push(() => connection.socket.write(okay()));
      return undefined;
    },
  };
  const clients = await Promise.all(Array.from({ length: 3 }, () => pair.dial()));
  const [one, two, three] = clients;
  if (one === undefined || two === undefined || three === undefined) throw new Error('no clients');
  one.send(`${post(4)}ab`);
  two.send(`${post(4)}ab`);
  await eventually('two uploads under way', () => pair.backend.open === 2);
  three.send(`${post(4)}ab`);
  one.send('cd');
  await eventually('the third under way', () => pair.backend.open === 3);
  two.send('cd');
  three.send('cd');
  await eventually('three whole requests', () => held.length === 3);
  for (const answer of held) answer();
  for (const client of clients) expect((await client.response()).status).toBe(200);
});

test('uploads one after another reuse the connection of the last one', async () => {
  for (let i = 0; i < 5; i++) {
    const client = await pair.dial();
    client.send(`${post(4)}ab`);
    await eventually('the upload under way', () => pair.backend.open > 0);
    client.send('cd');
    expect((await client.response()).status).toBe(200);
  }
  expect(pair.backend.connections.length).toBe(1);
});

test('a body below the least pace is answered 408 and closed, though it never pauses for long', async () => {
  const client = await pair.dial();
  await drip(client, 'x', 50);
  const [response] = await client.responses();
  expect(response?.status).toBe(408);
  expect(response && fieldOf(response, 'connection')).toBe('close');
  expect(pair.harness.failed).toEqual([]);
  const [record] = await pair.harness.recorded(1);
  expect(record).toMatchObject({ status: 408, error: 'BERTH_REQUEST_TIMEOUT' });
});

test('a body that is slow but above the least pace is let through, for longer than the timeout', async () => {
  const client = await pair.dial();
  client.send(post(4000));
  for (let i = 0; i < 40; i++) {
    client.send('x'.repeat(100));
    await new Promise((done) => setTimeout(done, 80));
  }
  expect((await client.response()).status).toBe(200);
});

test('a backend that is slow to read is not held against the client', async () => {
  const size = 8_000_000;
  let reading: NodeJS.Timeout | null = null;
  pair.backend.script = {
    head({ connection }) {
      connection.socket.pause();
      reading = setTimeout(() => connection.socket.resume(), 1000);
    },
  };
  const client = await pair.dial();
  client.send(post(size));
  client.send('x'.repeat(size));
  expect((await client.response()).status).toBe(200);
  expect(reading).not.toBeNull();
});
