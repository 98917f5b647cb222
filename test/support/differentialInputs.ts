import { canary, forwarded, host, refused } from '../fixtures/smuggling.ts';
import { okay } from './recordingBackend.ts';
import { seeded } from './seeded.ts';

/** What every connection of the fuzzing ends with: nothing that came before may swallow or change it. */
export const last = canary.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');

const sound = [
  `GET /a?b=c HTTP/1.1\r\n${host}Accept: */*\r\nUser-Agent: x\r\nCookie: a=b\r\n\r\n`,
  `HEAD /a HTTP/1.1\r\n${host}\r\n`,
  `OPTIONS * HTTP/1.1\r\n${host}Max-Forwards: 3\r\n\r\n`,
  `POST /a HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`,
  `PUT /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3;e=1\r\nabc\r\n0\r\nX-T: 1\r\n\r\n`,
  `GET http://app.dev.local/x HTTP/1.1\r\n${host}\r\n`,
  `GET /a HTTP/1.0\r\n${host}Connection: keep-alive\r\n\r\n`,
  `GET /a HTTP/1.1\r\n${host}Connection: x-gone, keep-alive\r\nX-Gone: 1\r\nTE: trailers\r\nVia: 1.1 other\r\n\r\n`,
  `POST /a HTTP/1.1\r\n${host}Content-Length: 2\r\nExpect: 100-continue\r\n\r\nok`,
  `GET /a HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
  `CONNECT app.dev.local:80 HTTP/1.1\r\n${host}\r\nGET /in HTTP/1.1\r\n${host}X-Berth-Trail: berth-x/a#0\r\n\r\n`,
  `DELETE /a HTTP/1.1\r\n${host}X-Debug: 1\r\nX-Forwarded-For: 1.2.3.4\r\nX-Real-IP: 4.3.2.1\r\n\r\n`,
];

/** Requests to begin with: sound ones, and the smuggling corpus. */
export const requestCorpus: readonly string[] = [
  ...sound,
  ...Object.values(refused),
  ...Object.values(forwarded).map(([bytes]) => bytes),
];

/** Responses to begin with. */
export const responseCorpus: readonly string[] = [
  okay('plain'),
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nX-T: 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\nuntil the end',
  'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: "a"\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 111 Later\r\nX: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 200 OK\r\nConnection: x-gone\r\nX-Gone: 1\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 4\r\nDate: x\r\n\r\nbusy',
  'HTTP/1.1 403 Forbidden\r\nContent-Length: 19\r\n\r\nInvalid Host header',
  'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nInvalid \r\nb\r\nHost header\r\n0\r\nX-T: 1\r\n\r\n',
  'HTTP/1.1 403 Forbidden\r\n\r\nInvalid Host header',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nabc',
];

const tokens = [
  ...['\r', '\n', '\r\n', '\r\n\r\n', ' ', '\t', '\0', ':', ',', ';', '0', '1', 'f', 'x', '"'],
  ...['#', '/', 'Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n'],
  ...[host, 'Upgrade: websocket\r\nConnection: upgrade\r\n', '0\r\n\r\n'],
  ...['\x7f', '\x80', '\xff', '\x0b', '\x0c', 'HTTP/1.1', 'HTTP/1.0', '*', '//', '..', '%00'],
];

// Expect is not among them: node:http writes a head that has it as UTF-8, and so changes bytes beyond ASCII. Neither is
// `Max-Forwards: 0`: how an answer of our own ends depends on how much of the body has come.
const fields = [
  ...['', 'x', ' ', '0', '3', '03', '-1', '3, 3', '99999999999'].map(
    (n) => `Content-Length: ${n}\r\n`,
  ),
  ...['chunked', 'Chunked', 'gzip', 'gzip, chunked', 'identity', ''].map(
    (coding) => `Transfer-Encoding: ${coding}\r\n`,
  ),
  ...['close', 'keep-alive', 'upgrade', 'x-a', 'close, x-a', 'content-length', 'host', ','].map(
    (option) => `Connection: ${option}\r\n`,
  ),
  ...['websocket', 'h2c', 'websocket, h2c'].map((name) => `Upgrade: ${name}\r\n`),
  ...['app.dev.local', 'app.dev.local:80', 'APP.dev.local.', 'b', '', 'a@b', '[::1]'].map(
    (name) => `Host: ${name}\r\n`,
  ),
  ...['X-A: 1\r\n', 'x-a:2\r\n', 'X-A:\r\n', 'X_A: 1\r\n', 'x-debug-error: 1\r\n'],
  ...['TE: trailers\r\n', 'Trailer: X\r\n', 'Keep-Alive: timeout=1\r\n', 'Proxy-X: 1\r\n'],
  ...['Proxy: 1\r\n', 'Max-Forwards: 9\r\n', 'Via: 1.1 berth-a1b2c3\r\n', 'Via: 1.1 x\r\n'],
  ...['X-Debug: 1\r\n', 'Cookie: a\r\n', 'Accept: text/html\r\n', 'X-Forwarded-For: 1.1.1.1\r\n'],
  ...['X-Real-IP: x\r\n', 'Date: x\r\n'],
];

const kinds = [
  ...['field', 'field', 'field', 'insert', 'insert'],
  ...['replace', 'delete', 'repeat', 'splice'],
] as const;

/** Uniform in [0, 1). */
export type Random = () => number;

/** Numbers of their own for each input, so that one can be looked at again without those before it. */
export const randomOf = (seed: number, index: number): Random =>
  seeded(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b));

const below = (random: Random, end: number): number => Math.floor(random() * end);

export function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[below(random, from.length)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}

/** A text of the corpus with one to three changes. */
export function mutated(random: Random, corpus: readonly string[]): string {
  let text = pick(random, corpus);
  for (let edits = 1 + below(random, 3); edits > 0; edits--) {
    const share = random();
    const at = Math.floor(share * text.length);
    const end = at + 1 + below(random, 6);
    const token = random() < 0.5 ? pick(random, tokens) : String.fromCharCode(below(random, 256));
    const [before, part, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
    switch (pick(random, kinds)) {
      case 'field': {
        const line = text.indexOf('\r\n') + 2;
        text = text.slice(0, line) + pick(random, fields) + text.slice(line);
        break;
      }
      case 'insert':
        text = before + token + part + after;
        break;
      case 'replace':
        text = before + token + after;
        break;
      case 'delete':
        text = before + after;
        break;
      case 'repeat':
        text = before + part + part + after;
        break;
      case 'splice': {
        const other = pick(random, corpus);
        text = before + other.slice(Math.floor(share * other.length));
      }
    }
  }
  return text;
}

/** The bytes in as many pieces as chance has it: one, a few, or each for itself. */
export function pieces(random: Random, text: string): readonly Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const manner = random();
  if (manner < 0.5 || bytes.length < 2) return [bytes];
  const cuts = new Set([0, bytes.length]);
  if (manner < 0.55) for (let at = 1; at < bytes.length; at++) cuts.add(at);
  else
    for (let left = 1 + below(random, 4); left > 0; left--) cuts.add(below(random, bytes.length));
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}
