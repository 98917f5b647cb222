import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { fieldOf } from '../support/messageReader.ts';
import { get } from '../support/rawClient.ts';
import { okay, type SeenRequest } from '../support/recordingBackend.ts';

let pair: Pair;
let waiting: SeenRequest[];
beforeEach(async () => {
  waiting = [];
  pair = await startPair({
    request(request) {
      if (request.target === '/fast') return okay('fast');
      waiting.push(request);
      return undefined;
    },
  });
});
afterEach(() => pair.stop());

/** Drains in the middle of a response, which then comes to its end: `halfhalf`. */
async function drainInResponse() {
  const client = await pair.dial();
  client.send(get('app.dev.local', '/slow'));
  await eventually('the request', () => waiting.length === 1);
  waiting[0]?.connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf');
  await client.until('half');
  const drained = pair.harness.engine.drain(10_000);
  waiting[0]?.connection.socket.write('half');
  return { client, drained };
}

test('a running request is finished, told to be the last, and then the drain is over', async () => {
  const client = await pair.dial();
  client.send(get('app.dev.local', '/slow'));
  await eventually('the request', () => waiting.length === 1);
  const drained = pair.harness.engine.drain(10_000);
  waiting[0]?.connection.socket.write(okay('slow'));
  const [response] = await client.responses();
  expect(response?.body).toBe('slow');
  expect(response && fieldOf(response, 'connection')).toBe('close');
  await drained;
  expect(pair.harness.engine.openConnections).toBe(0);
  await pair.backend.allEnded();
});

test('a response that has begun is finished, and its connection closed after it', async () => {
  const { client, drained } = await drainInResponse();
  expect((await client.responses()).map(({ body }) => body)).toEqual(['halfhalf']);
  await drained;
});

test('an upload that is still coming is finished', async () => {
  const client = await pair.dial();
  client.send('POST /fast HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 8\r\n\r\nhalf');
  await eventually('the head', () => pair.backend.connections.length === 1);
  const drained = pair.harness.engine.drain(10_000);
  client.send('half');
  expect((await client.responses()).map(({ body }) => body)).toEqual(['fast']);
  await drained;
  expect(pair.backend.requests.map(({ body }) => body)).toEqual(['halfhalf']);
});

test('idle connections are closed, and the drain does not wait for its deadline', async () => {
  const fresh = await pair.dial();
  const used = await pair.dial();
  await used.send(get('app.dev.local', '/fast')).response();
  const begun = performance.now();
  await pair.harness.engine.drain(20_000);
  expect(performance.now() - begun).toBeLessThan(5000);
  await fresh.finished();
  await used.finished();
});

test('a request that crosses the drain on the wire is answered', async () => {
  const used = await pair.dial();
  await used.send(get('app.dev.local', '/fast')).response();
  const drained = pair.harness.engine.drain(10_000);
  const [response] = await used.send(get('app.dev.local', '/fast')).responses();
  expect(response?.body).toBe('fast');
  expect(response && fieldOf(response, 'connection')).toBe('close');
  await drained;
});

test('with time for idle connections, those opened before bring their next request, and it is the last', async () => {
  const fresh = await pair.dial();
  const used = await pair.dial();
  await used.send(get('app.dev.local', '/fast')).response();
  await new Promise((done) => setTimeout(done, limits.drainLingerMs));
  const drained = pair.harness.engine.drain(10_000, 5000);
  await new Promise((done) => setTimeout(done, 2 * limits.drainLingerMs));
  for (const client of [fresh, used]) {
    const [response] = await client.send(get('app.dev.local', '/fast')).responses();
    expect(response?.body).toBe('fast');
    expect(response && fieldOf(response, 'connection')).toBe('close');
  }
  await drained;
  expect(pair.backend.requests).toHaveLength(3);
});

test('that time is bounded, and a second drain can only shorten it', async () => {
  const first = await pair.dial();
  const begun = performance.now();
  await pair.harness.engine.drain(20_000, 700);
  expect(performance.now() - begun).toBeGreaterThan(600);
  await first.finished();

  await pair.stop();
  pair = await startPair();
  await pair.dial();
  const drained = pair.harness.engine.drain(20_000, 15_000);
  const hung = await pair.dial();
  pair.backend.script = { request: () => undefined };
  hung.send(get('app.dev.local', '/hung'));
  await eventually('the request', () => pair.backend.requests.length === 1);
  const hastened = performance.now();
  void pair.harness.engine.drain(1000, 0);
  void pair.harness.engine.drain(20_000, 15_000);
  await drained;
  expect(performance.now() - hastened).toBeGreaterThan(900);
  expect(performance.now() - hastened).toBeLessThan(5000);
});

test('a response that had begun leaves its connection to one more request', async () => {
  const { client, drained } = await drainInResponse();
  const first = await client.response();
  expect(fieldOf(first, 'connection')).not.toBe('close');
  const [second] = await client.send(get('app.dev.local', '/fast')).responses();
  expect(second?.body).toBe('fast');
  expect(second && fieldOf(second, 'connection')).toBe('close');
  await drained;
});

test('every pipelined request that was read is answered, the last of them as the last', async () => {
  const client = await pair.dial();
  const targets = ['/slow', '/fast', '/none', '/fast'];
  client.send(
    targets
      .map((target) => get(target === '/none' ? 'none.test' : 'app.dev.local', target))
      .join(''),
  );
  await eventually('the request', () => waiting.length === 1);
  const drained = pair.harness.engine.drain(10_000);
  waiting[0]?.connection.socket.write(okay('slow'));
  const responses = await client.responses();
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 400, 200]);
  const closing = responses.map((response) => fieldOf(response, 'connection') === 'close');
  expect(closing).toEqual([false, false, false, true]);
  await drained;
  expect(pair.backend.requests.map(({ target }) => target)).toEqual(['/slow', '/fast', '/fast']);
});

test('a client that never stops to pipeline does not keep the engine from draining', async () => {
  pair.backend.script = {
    request({ connection, target }) {
      setTimeout(() => connection.socket.write(okay(target)), 2);
      return undefined;
    },
  };
  const client = await pair.dial();
  // Four are always on their way.
  client.send(get('app.dev.local').repeat(4));
  client.socket.on('data', () => client.send(get('app.dev.local')));
  await eventually('some answers', () => pair.backend.requests.length > 20);
  const begun = performance.now();
  await pair.harness.engine.drain(8000);
  expect(performance.now() - begun).toBeLessThan(6000);
  const responses = await client.responses();
  expect(responses).toHaveLength(pair.backend.requests.length);
  const last = responses.at(-1);
  expect(last && fieldOf(last, 'connection')).toBe('close');
});

test('a head that was being received is finished and answered', async () => {
  const client = await pair.dial();
  client.send('GET /fast HTTP/1.1\r\nHost: app');
  await eventually('half a head', () => (pair.harness.readBytes()[0] ?? 0) > 0);
  const drained = pair.harness.engine.drain(10_000);
  await new Promise((done) => setTimeout(done, 700));
  client.send('.dev.local\r\n\r\n');
  expect((await client.responses()).map(({ body }) => body)).toEqual(['fast']);
  await drained;
});

test('what is left at the deadline is broken, tunnels included', async () => {
  pair.backend.script = {
    request: (request) =>
      request.target === '/ws'
        ? 'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
        : undefined,
  };
  const tunnel = await pair.dial();
  tunnel.send(get('app.dev.local', '/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await tunnel.interim();
  const hung = await pair.dial();
  hung.send(get('app.dev.local', '/hung'));
  await eventually('both requests', () => pair.backend.requests.length === 2);
  const begun = performance.now();
  await pair.harness.engine.drain(300);
  expect(performance.now() - begun).toBeGreaterThan(280);
  expect(pair.harness.engine.openConnections).toBe(0);
  await tunnel.finished();
  await hung.finished();
  await pair.backend.allEnded();
});

test('clients that keep asking lose no request while the engine drains', async () => {
  let answered = 0;
  let lost = 0;
  let drained = false;
  const ask = async (): Promise<void> => {
    while (!drained) {
      const client = await pair.dial().catch(() => null);
      if (client === null) return;
      for (;;) {
        client.send(get('app.dev.local', '/fast'));
        const response = await client.response().catch(() => null);
        if (response === null) {
          lost++;
          return;
        }
        answered++;
        if (fieldOf(response, 'connection') === 'close') return;
      }
    }
  };
  const all = Array.from({ length: 20 }, () => ask());
  await eventually('some answers', () => answered > 100);
  await pair.harness.engine.drain(10_000);
  drained = true;
  await Promise.all(all);
  expect(lost).toBe(0);
  expect(pair.harness.engine.openConnections).toBe(0);
});
