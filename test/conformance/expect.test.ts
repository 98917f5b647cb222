import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { fieldOf } from '../support/messageReader.ts';
import { okay, type SeenHead } from '../support/recordingBackend.ts';

let pair: Pair;
let heads: SeenHead[];
beforeEach(async () => {
  heads = [];
  pair = await startPair();
});
afterEach(() => pair.stop());

const post = 'POST / HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 4\r\n';
const expecting = `${post}Expect: 100-continue\r\n\r\n`;

test('the expectation reaches the backend, its 100 the client, then the body flows', async () => {
  pair.backend.script = {
    head(head) {
      heads.push(head);
      head.connection.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    },
    request: () => okay(),
  };
  const client = await pair.dial();
  client.send(expecting);
  expect((await client.interim()).status).toBe(100);
  expect(heads.map((head) => fieldOf(head, 'expect'))).toEqual(['100-continue']);
  expect(pair.backend.requests).toHaveLength(0);
  expect((await client.send('body').response()).status).toBe(200);
  expect(pair.backend.requests.map(({ body }) => body)).toEqual(['body']);
});

test('a final status instead of 100 is relayed, and the body never asked for', async () => {
  pair.backend.script = {
    head: ({ connection }) =>
      void connection.socket.write(
        'HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno',
      ),
  };
  const client = await pair.dial();
  const responses = await client.send(expecting).responses();
  expect(responses.map(({ status, body }) => [status, body])).toEqual([[413, 'no']]);
  expect(fieldOf(responses[0] ?? { fields: [] }, 'connection')).toBe('close');
  await pair.backend.allEnded();
  expect(pair.backend.connections[0]?.received).not.toContain('body');
});

test('a refused body never becomes a request on the same connection', async () => {
  pair.backend.script = {
    head: ({ connection }) =>
      void connection.socket.write('HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n'),
  };
  const client = await pair.dial();
  client.send(`${expecting}GET / HTTP/1.1\r\nHost: app.dev.local\r\n\r\n`);
  const responses = await client.responses();
  expect(responses.map(({ status }) => status)).toEqual([417]);
  await pair.backend.allEnded();
});

test('100 comes once even when the backend says it twice', async () => {
  pair.backend.script = {
    head: ({ connection }) =>
      void connection.socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n'),
    request: () => okay(),
  };
  const client = await pair.dial();
  client.send(expecting);
  await client.interim();
  expect((await client.send('body').response()).status).toBe(200);
});

test('a 100 that nobody asked for is not passed on', async () => {
  pair.backend.script = {
    head: ({ connection }) => void connection.socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
    request: () => okay(),
  };
  const client = await pair.dial();
  expect((await client.send(`${post}\r\nbody`).response()).status).toBe(200);
});

test('a client whose backend ignores the expectation gets its 100 from the proxy, once', async () => {
  const client = await pair.dial();
  client.send(expecting);
  expect((await client.interim()).status).toBe(100);
  expect((await client.send('body').response()).status).toBe(200);
});

test('a body that comes without waiting is forwarded', async () => {
  const client = await pair.dial();
  expect((await client.send(`${expecting}body`).response()).status).toBe(200);
  expect(pair.backend.requests.map(({ body }) => body)).toEqual(['body']);
});

test('a body that came whole without any 100 leaves the connection open for what follows', async () => {
  const client = await pair.dial();
  client.send(`${expecting}body`);
  client.send(`${expecting}more`);
  const [first, second] = [await client.response(), await client.response()];
  expect([first, second].map(({ status }) => status)).toEqual([200, 200]);
  expect(fieldOf(first, 'connection')).not.toBe('close');
  expect(pair.backend.requests.map(({ body }) => body)).toEqual(['body', 'more']);
});

test('a client that wants to close after it is closed, though it never got its 100', async () => {
  const client = await pair.dial();
  const [response, ...more] = await client
    .send(`${post}Expect: 100-continue\r\nConnection: close\r\n\r\nbody`)
    .responses();
  expect(more).toEqual([]);
  expect(fieldOf(response ?? { fields: [] }, 'connection')).toBe('close');
});

test('an unknown expectation is answered 417 here', async () => {
  const client = await pair.dial();
  const responses = await client.send(`${post}Expect: 200-ok\r\n\r\nbody`).responses();
  expect(responses.map(({ status }) => status)).toEqual([417]);
  expect(pair.backend.requests).toEqual([]);
});

test('HTTP/1.0 knows no expectation: it is dropped, and no 100 sent', async () => {
  const client = await pair.dial();
  client.send(
    'POST / HTTP/1.0\r\nHost: app.dev.local\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody',
  );
  const responses = await client.responses();
  expect(responses.map(({ status }) => status)).toEqual([200]);
  expect(fieldOf(pair.backend.requests[0] ?? { fields: [] }, 'expect')).toBeUndefined();
});
