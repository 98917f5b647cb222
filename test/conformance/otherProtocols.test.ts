import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';

// The parser of node:http lets RTSP and Icecast through; what shows them is refused, and never reaches a backend.

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());

test.each([
  'SOURCE /x ICE/1.0',
  'DESCRIBE /x RTSP/1.0',
  'SETUP /x RTSP/1.0',
  'PLAY /x RTSP/1.0',
  'SET_PARAMETER /x RTSP/1.0',
  'FLUSH /x RTSP/1.0',
  'GET /x RTSP/2.0',
  'GET /x ICE/1.0',
  'GET /x HTTP/0.9',
  'GET /x HTTP/2.0',
  'GET /x FTP/1.0',
])('%s is refused and closed', async (line) => {
  const client = await pair.dial();
  client.send(`${line}\r\nHost: app.dev.local\r\n\r\n`);
  expect((await client.responses()).map(({ status }) => status)).toEqual([400]);
  expect(pair.backend.requests).toEqual([]);
});
