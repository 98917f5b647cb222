import { afterAll, beforeAll, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { type Pair, startPair } from '../support/enginePair.ts';
import { get } from '../support/rawClient.ts';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());

const ask = async (request: string) => {
  const client = await pair.dial();
  const responses = await client.send(request).responses();
  return responses.map(({ status, body }) => [status, body.trim()]);
};
const tooLong = [[414, 'BERTH_TARGET_TOO_LONG']];
const tooLarge = [[431, 'BERTH_HEAD_TOO_LARGE']];

test('a target at the limit is forwarded, one byte more is 414', async () => {
  const client = await pair.dial();
  const longest = `/${'x'.repeat(limits.maxTargetBytes - 1)}`;
  expect((await client.send(get('app.dev.local', longest)).response()).status).toBe(200);
  expect(pair.backend.requests.at(-1)?.target).toBe(longest);
  expect(await ask(get('app.dev.local', `${longest}x`))).toEqual(tooLong);
});

test('a target beyond every buffer is 414', async () => {
  expect(await ask(get('app.dev.local', `/${'x'.repeat(200_000)}`))).toEqual(tooLong);
});

test('as many fields as allowed are forwarded, one more is 431', async () => {
  const client = await pair.dial();
  const fields = 'X-A: 1\r\n'.repeat(limits.maxHeadFields - 1);
  expect((await client.send(get('app.dev.local', '/', fields)).response()).status).toBe(200);
  expect(await ask(get('app.dev.local', '/', `${fields}X-A: 1\r\n`))).toEqual(tooLarge);
});

test.each([
  ['one field', `X-A: ${'x'.repeat(limits.maxHeadBytes)}\r\n`],
  ['many fields', `X-A: ${'x'.repeat(1000)}\r\n`.repeat(60)],
  ['a very long field', `X-A: ${'x'.repeat(300_000)}\r\n`],
])('a head too large by %s is 431', async (_name, fields) => {
  expect(await ask(get('app.dev.local', '/', fields))).toEqual(tooLarge);
});

test('thousands of tiny fields are 431, none dropped silently', async () => {
  expect(await ask(get('app.dev.local', '/', 'a:\r\n'.repeat(8000)))).toEqual(tooLarge);
});

test('chunk extensions without end are refused', async () => {
  const client = await pair.dial();
  client.send(
    `POST / HTTP/1.1\r\nHost: app.dev.local\r\nTransfer-Encoding: chunked\r\n\r\n3;${'x'.repeat(100_000)}\r\nabc\r\n0\r\n\r\n`,
  );
  expect((await client.responses()).map(({ status }) => status)).toEqual([400]);
});

test('trailers without end are refused', async () => {
  const client = await pair.dial();
  const before = pair.backend.requests.length;
  client.send(
    `POST / HTTP/1.1\r\nHost: app.dev.local\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'X-A: 1\r\n'.repeat(20_000)}\r\n`,
  );
  const [response] = await client.responses();
  expect(response?.status).toBeGreaterThanOrEqual(400);
  expect(pair.backend.requests.length).toBe(before);
});

test('others are served meanwhile', async () => {
  const noisy = await pair.dial();
  noisy.send('GET / HTTP/1.1\r\nHost: app.dev.local\r\nX-A: ');
  const quiet = await pair.dial();
  expect((await quiet.send(get('app.dev.local')).response()).status).toBe(200);
  expect(noisy.ended).toBe(false);
});
