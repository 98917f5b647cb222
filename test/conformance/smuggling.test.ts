import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Pair, startPair } from '../support/enginePair.ts';

// A payload that two readers could frame differently, and behind it on the same connection a canary. What counts is
// what the backend saw: at most the payload as one request and the canary as one more, never a third that was inside
// the payload, and never a payload that swallowed the canary.

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());

const host = 'Host: app.dev.local\r\n';
const inner = `GET /smuggled HTTP/1.1\r\n${host}\r\n`;
const canary = `GET /canary HTTP/1.1\r\n${host}\r\n`;

/** Refused with 400, and the connection closed. */
const refused: Record<string, string> = {
  'CL.TE': `POST /p HTTP/1.1\r\n${host}Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
  'TE.CL': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5\r\nabcde\r\n0\r\n\r\n`,
  'TE.TE, second unknown': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n`,
  'TE.TE, first unknown': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'TE twice': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'TE list': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  'TE with a leading comma': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n`,
  'TE not last': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  'TE identity with CL': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc`,
  'TE quoted': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n`,
  'TE with a parameter': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n`,
  'TE with a vertical tab': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`,
  'TE empty': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: \r\n\r\n0\r\n\r\n`,
  'TE over HTTP/1.0': `POST /p HTTP/1.0\r\n${host}Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'TE in a folded line': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`,
  'space before the colon of TE': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  'space before the colon of CL': `POST /p HTTP/1.1\r\n${host}Content-Length : 3\r\n\r\nabc`,
  'space before a field': `POST /p HTTP/1.1\r\n ${host}Content-Length: 0\r\n\r\n`,
  'two equal lengths': `POST /p HTTP/1.1\r\n${host}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
  'two lengths': `POST /p HTTP/1.1\r\n${host}Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
  'list of lengths': `POST /p HTTP/1.1\r\n${host}Content-Length: 3, 3\r\n\r\nabc`,
  'negative length': `POST /p HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`,
  'signed length': `POST /p HTTP/1.1\r\n${host}Content-Length: +3\r\n\r\nabc`,
  'hexadecimal length': `POST /p HTTP/1.1\r\n${host}Content-Length: 0x3\r\n\r\nabc`,
  'fractional length': `POST /p HTTP/1.1\r\n${host}Content-Length: 3.0\r\n\r\nabc`,
  'empty length': `POST /p HTTP/1.1\r\n${host}Content-Length:\r\n\r\n`,
  'length of two numbers': `POST /p HTTP/1.1\r\n${host}Content-Length: 3 3\r\n\r\nabc`,
  'length beyond all numbers': `POST /p HTTP/1.1\r\n${host}Content-Length: 99999999999999999999999\r\n\r\n`,
  'folded field': `GET /p HTTP/1.1\r\n${host}X-A: 1\r\n Content-Length: 5\r\n\r\n`,
  'folded with a tab': `GET /p HTTP/1.1\r\n${host}X-A: 1\r\n\tb\r\n\r\n`,
  'bare LF after the request line': `GET /p HTTP/1.1\n${host}\r\n`,
  'bare LF after a field': `GET /p HTTP/1.1\r\nHost: app.dev.local\nX-A: 1\r\n\r\n`,
  'bare LF ends the head': `POST /p HTTP/1.1\r\n${host}Content-Length: 0\n\n`,
  'bare CR in a value': `GET /p HTTP/1.1\r\n${host}X-A: 1\rX-B: 2\r\n\r\n`,
  'CR CR LF': `GET /p HTTP/1.1\r\n${host}X-A: 1\r\r\n\r\n`,
  'NUL in a value': `GET /p HTTP/1.1\r\n${host}X-A: 1\x002\r\n\r\n`,
  'control character in a name': `GET /p HTTP/1.1\r\n${host}X-\x01A: 1\r\n\r\n`,
  'empty field name': `GET /p HTTP/1.1\r\n${host}: 1\r\n\r\n`,
  'field without colon': `GET /p HTTP/1.1\r\n${host}X-A\r\n\r\n`,
  'chunk size that is no number': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nx\r\nabc\r\n0\r\n\r\n`,
  'chunk size with 0x': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n`,
  'chunk size with a sign': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n`,
  'chunk size that overflows': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n1000000000000000003\r\nabc\r\n0\r\n\r\n`,
  'empty chunk size': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n`,
  'chunk shorter than its data': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n`,
  'chunk with bare LF': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n`,
  'chunk extension with bare LF': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3;a\nabc\r\n0\r\n\r\n`,
  'trailer with a length': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n`,
  'trailer with a transfer coding': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTransfer-Encoding: x\r\n\r\n`,
  'trailer without colon': `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX\r\n\r\n`,
  'space in the target': `GET /p q HTTP/1.1\r\n${host}\r\n`,
  'tab in the request line': `GET\t/p HTTP/1.1\r\n${host}\r\n`,
  'unknown version': `GET /p HTTP/1.2\r\n${host}\r\n`,
  'version 2.0': `GET /p HTTP/2.0\r\n${host}\r\n`,
  'version 0.9 with a head': `GET /p HTTP/0.9\r\n${host}\r\n`,
  'version in lower case': `GET /p http/1.1\r\n${host}\r\n`,
  'method that is none': `G=T /p HTTP/1.1\r\n${host}\r\n`,
  'no version': `GET /p\r\n${host}\r\n`,
  'preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a TLS hello': '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\r\n\r\n',
};

/** Forwarded, seen as exactly one request with this body; the canary is the next. */
const forwarded: Record<string, [payload: string, body: string]> = {
  'length of zero': [`POST /p HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`, ''],
  'two spaces in the request line': [`GET /p  HTTP/1.1\r\n${host}\r\n`, ''],
  'length with zeroes in front': [
    `POST /p HTTP/1.1\r\n${host}Content-Length: 0003\r\n\r\nabc`,
    'abc',
  ],
  'a request as body': [
    `POST /p HTTP/1.1\r\n${host}Content-Length: ${inner.length}\r\n\r\n${inner}`,
    inner,
  ],
  'a request as chunk': [
    `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
    inner,
  ],
  'a chunked request as body of DELETE': [
    `DELETE /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
    inner,
  ],
  'a chunked request as body of OPTIONS': [
    `OPTIONS /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
    inner,
  ],
  'a chunked request as body of GET': [
    `GET /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
    inner,
  ],
  'TE in capitals': [
    `POST /p HTTP/1.1\r\n${host}TRANSFER-ENCODING: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    'abc',
  ],
  'chunk size in capitals with zeroes': [
    `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\n`,
    '0123456789',
  ],
  'chunk extension': [
    `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3;a="b"\r\nabc\r\n0\r\n\r\n`,
    'abc',
  ],
  'length nominated away': [
    `POST /p HTTP/1.1\r\n${host}Connection: content-length\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    inner,
  ],
  'transfer coding nominated away': [
    `POST /p HTTP/1.1\r\n${host}Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    'abc',
  ],
};

let seenBefore = 0;
beforeEach(() => {
  seenBefore = pair.backend.requests.length;
});
const seen = () => pair.backend.requests.slice(seenBefore);

test.each(Object.entries(refused))('refused and closed: %s', async (_name, payload) => {
  const client = await pair.dial();
  client.send(payload + canary);
  const responses = await client.responses();
  expect(responses.map(({ status }) => status)).toEqual([400]);
  // A refusal in the middle of a body can come after its head was passed on: never a whole request, though.
  expect(seen().map(({ target }) => target)).toEqual([]);
  for (const connection of pair.backend.connections) {
    expect(connection.received).not.toContain('/smuggled HTTP');
  }
});

test.each(Object.entries(refused))('refused in small pieces: %s', async (_name, payload) => {
  const client = await pair.dial();
  for (const byte of payload) {
    client.send(byte);
    await new Promise(setImmediate);
  }
  client.send(canary);
  const responses = await client.responses();
  expect(responses.map(({ status }) => status)).toEqual([400]);
  expect(seen().map(({ target }) => target)).toEqual([]);
});

test.each(Object.entries(forwarded))('one request each: %s', async (_name, [payload, body]) => {
  const client = await pair.dial();
  client.send(payload + canary);
  expect((await client.response()).status).toBe(200);
  expect((await client.response()).status).toBe(200);
  expect(seen().map((request) => [request.target, request.body])).toEqual([
    ['/p', body],
    ['/canary', ''],
  ]);
  expect(client.rest).toBe('');
});

test('a connection to a backend that saw a broken request is never used again', async () => {
  const first = await pair.dial();
  const open = pair.backend.connections.length;
  first.send(
    `POST /p HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nx\r\n${canary}`,
  );
  await first.responses();
  const second = await pair.dial();
  await second.send(canary).response();
  for (const connection of pair.backend.connections.slice(open)) {
    const starts = connection.received.match(/^[A-Z]+ \/\S* HTTP/gm) ?? [];
    if (starts.some((line) => line.startsWith('POST'))) expect(starts).toHaveLength(1);
  }
});
