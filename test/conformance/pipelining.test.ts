import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { get } from '../support/rawClient.ts';
import { okay, startBackend } from '../support/recordingBackend.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await startPair({ request: ({ target }) => okay(target) });
});
afterEach(() => pair.stop());

test('pipelined requests are answered in their order, however long each takes', async () => {
  pair.backend.script = {
    request({ connection, target }) {
      setTimeout(() => connection.socket.write(okay(target)), target === '/0' ? 80 : 0);
      return undefined;
    },
  };
  const client = await pair.dial();
  client.send([0, 1, 2, 3].map((i) => get('app.dev.local', `/${i}`)).join(''));
  for (let i = 0; i < 4; i++) expect((await client.response()).body).toBe(`/${i}`);
});

test('each is routed by its own Host', async () => {
  const other = await startBackend({ request: () => okay('other') });
  pair.harness.frontends.set('other.dev.local', ['other', other.url]);
  const client = await pair.dial();
  client.send(
    get('app.dev.local', '/a') +
      get('other.dev.local') +
      get('none.test') +
      get('app.dev.local', '/b'),
  );
  const bodies = [];
  for (let i = 0; i < 4; i++) bodies.push((await client.response()).body.trim());
  expect(bodies).toEqual(['/a', 'other', 'BERTH_HOST_UNKNOWN', '/b']);
  expect(other.requests).toHaveLength(1);
  await pair.harness.engine.drain(1);
  await other.allEnded();
  await other.close();
});

test('bodies between them stay where they belong', async () => {
  const client = await pair.dial();
  const post = (i: number) =>
    `POST /${i} HTTP/1.1\r\nHost: app.dev.local\r\nContent-Length: 1\r\n\r\n${i}`;
  client.send([0, 1, 2].map(post).join('') + get('app.dev.local', '/last'));
  for (let i = 0; i < 4; i++) await client.response();
  expect(pair.backend.requests.map(({ target, body }) => [target, body])).toEqual([
    ['/0', '0'],
    ['/1', '1'],
    ['/2', '2'],
    ['/last', ''],
  ]);
});

test('the second is not sent before the first is answered', async () => {
  let answer = (): void => {};
  pair.backend.script = {
    request({ connection, target }) {
      if (target !== '/0') return okay(target);
      answer = () => void connection.socket.write(okay(target));
      return undefined;
    },
  };
  const client = await pair.dial();
  client.send(get('app.dev.local', '/0') + get('app.dev.local', '/1'));
  await eventually('the first', () => pair.backend.requests.length > 0);
  await new Promise((done) => setTimeout(done, 50));
  expect(pair.backend.requests).toHaveLength(1);
  answer();
  await client.response();
  expect((await client.response()).body).toBe('/1');
});

test('what follows a request to close is neither answered nor forwarded', async () => {
  const client = await pair.dial();
  client.send(get('app.dev.local', '/0', 'Connection: close\r\n') + get('app.dev.local', '/1'));
  expect((await client.responses()).map(({ body }) => body)).toEqual(['/0']);
  expect(pair.backend.requests.map(({ target }) => target)).toEqual(['/0']);
});

test('garbage behind sound requests is answered 400 after them', async () => {
  const client = await pair.dial();
  client.send(`${get('app.dev.local', '/0')}${get('app.dev.local', '/1')}nonsense\r\n\r\n`);
  expect((await client.responses()).map(({ status }) => status)).toEqual([200, 200, 400]);
});

test('as many as a client sends at once are answered, and the connection stays', async () => {
  const targets = Array.from({ length: 1000 }, (_, i) => `/${i}`);
  const client = await pair.dial();
  client.send(targets.map((target) => get('app.dev.local', target)).join(''));
  for (const target of targets) expect((await client.response()).body).toBe(target);
  expect((await client.send(get('app.dev.local', '/more')).response()).body).toBe('/more');
  expect(pair.backend.requests.map(({ target }) => target)).toEqual([...targets, '/more']);
});

test('a client that pipelines and leaves is forgotten', async () => {
  pair.backend.script = { request: () => undefined };
  const client = await pair.dial();
  client.send(get('app.dev.local').repeat(10));
  await eventually('the first', () => pair.backend.requests.length > 0);
  client.socket.resetAndDestroy();
  await pair.backend.allEnded();
  expect(pair.backend.requests).toHaveLength(1);
});
