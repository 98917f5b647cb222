import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../../../shared/limits.ts';
import { readFields, readRequestLine, readStatusLine } from './head.ts';
import { HeadParts } from './headParts.ts';
import { Llhttp, type MessageParser, Reads } from './llhttp.ts';

interface Seen {
  readonly start: string;
  readonly raw: readonly string[];
  body: string;
  trailers: readonly string[];
  whole: boolean;
}

const llhttp = new Llhttp();

/** What a parser makes of bytes that come in these pieces. */
function read(reads: Reads, pieces: readonly Buffer[]): { seen: Seen[]; refused: boolean } {
  const parser: MessageParser = llhttp.parser(reads);
  const parts = new HeadParts();
  const seen: Seen[] = [];
  let inHead = true;
  let refused = false;
  for (const chunk of pieces) {
    let at = 0;
    while (!refused && (at < chunk.length || !inHead)) {
      const stop = parser.execute(chunk, at);
      const message = seen.at(-1);
      if (stop === 'error') refused = true;
      if (stop === 'head') {
        const text = parts.take(chunk, at, parser.position) ?? '';
        const { first, rest, end } =
          reads === Reads.requests ? readRequestLine(text) : readStatusLine(text);
        const raw = readFields(text, end);
        seen.push({ start: `${first} ${rest}`, raw, body: '', trailers: [], whole: false });
        inHead = false;
      } else if (inHead && stop === 'more') {
        parts.add(chunk.subarray(at));
      } else if (message !== undefined && !refused) {
        for (let i = 0; i < parser.spans.length; i += 2) {
          message.body += chunk.toString('latin1', parser.spans[i], parser.spans[i + 1]);
        }
        if (stop === 'complete') {
          message.trailers = parser.trailers;
          message.whole = true;
          inHead = true;
        }
      }
      at = parser.position;
      if (stop === 'more') break;
    }
  }
  parser.free();
  return { seen, refused };
}

const requests = (text: string) => read(Reads.requests, [Buffer.from(text, 'latin1')]);
const get = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
const chunked =
  'POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n' +
  '3;x=y\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-One: 1\r\nX-Two:  2 \r\n\r\n';
const sized = 'PUT /c HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';

test('requests behind each other are told apart, with bodies and trailers', () => {
  const { seen, refused } = requests(`${get}${chunked}${sized}${get}`);
  expect(refused).toBe(false);
  expect(seen.map(({ start, body, whole }) => [start, body, whole])).toEqual([
    ['GET /a', '', true],
    ['POST /b', 'abc0123456789', true],
    ['PUT /c', 'hello', true],
    ['GET /a', '', true],
  ]);
  expect(seen[1]?.trailers).toEqual(['X-One', '1', 'X-Two', '2']);
});

test('the same is read wherever the bytes are split', () => {
  const bytes = Buffer.from(`${chunked}\r\n${sized}${get}`, 'latin1');
  const whole = read(Reads.requests, [bytes]);
  expect(whole.seen).toHaveLength(3);
  for (let at = 1; at < bytes.length; at++) {
    expect(read(Reads.requests, [bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
  }
  expect(
    read(
      Reads.requests,
      Array.from(bytes, (byte) => Buffer.of(byte)),
    ),
  ).toEqual(whole);
});

test('the same is accepted or refused wherever mutated bytes are split', () => {
  const base = Buffer.from(`${chunked}${sized}${get}`, 'latin1');
  const byte = fc.oneof(fc.constantFrom(...Buffer.from('\r\n :,;0aF\0\t')), fc.nat(255));
  const edit = fc.record({ at: fc.nat(base.length - 1), byte, insert: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(base.length), { maxLength: 6 }),
      (edits, cuts) => {
        let bytes = base;
        for (const { at, byte: value, insert } of edits) {
          const to = insert ? at : at + 1;
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(value), bytes.subarray(to)]);
        }
        const places = [...new Set([0, ...cuts, bytes.length])].sort((a, b) => a - b);
        const pieces = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        const whole = read(Reads.requests, [bytes]);
        const split = read(Reads.requests, pieces);
        expect(split.refused).toBe(whole.refused);
        expect(split.seen.map(({ start, raw }) => [start, raw])).toEqual(
          whole.seen.map(({ start, raw }) => [start, raw]),
        );
        if (!whole.refused) expect(split).toEqual(whole);
      },
    ),
    { numRuns: Number(process.env['BERTH_FUZZ_RUNS'] ?? 1000) },
  );
});

test.each([
  ['a folded field', 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n b\r\n\r\n'],
  ['a bare line feed', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
  ['a space before a colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'],
  ['a carriage return in a value', 'GET / HTTP/1.1\r\nX: 1\rY: 2\r\n\r\n'],
  [
    'a length and a coding',
    'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n',
  ],
  [
    'a chunk with bare line feeds',
    'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n',
  ],
])('%s is refused', (_name, text) => {
  expect(requests(text).refused).toBe(true);
});

test('chunk extensions and trailers end somewhere, tiny chunks do not', () => {
  const head = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';
  const much = 'x'.repeat(limits.maxChunkExtraBytes + 100);
  expect(requests(`${head}1;${much}\r\na\r\n0\r\n\r\n`).refused).toBe(true);
  expect(requests(`${head}0\r\nX: ${much}\r\n\r\n`).refused).toBe(true);
  expect(requests(`${head}${`1;${'x'.repeat(900)}\r\na\r\n`.repeat(60)}`).refused).toBe(true);
  const tiny = requests(`${head}${'1\r\na\r\n'.repeat(100_000)}0\r\n\r\n`);
  expect([tiny.refused, tiny.seen[0]?.body.length]).toEqual([false, 100_000]);
});

test('a response without a length ends with its connection, one with a length does not', () => {
  for (const [head, may] of [
    ['HTTP/1.1 200 OK\r\n\r\nsome', true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome', false],
  ] as const) {
    const parser = llhttp.parser(Reads.responses);
    const bytes = Buffer.from(head);
    parser.execute(bytes, 0);
    parser.execute(bytes, parser.position);
    expect(parser.finish()).toBe(may);
    parser.free();
  }
});

test('behind a message that was to be the last with its head, empty lines are passed over, and nothing else', () => {
  for (const [behind, stop] of [
    ['\r\n\n', 'more'],
    ['\r\nHTTP/1.1 200 OK\r\n\r\n', 'error'],
  ] as const) {
    const parser = llhttp.parser(Reads.responses);
    const head = Buffer.from(
      'HTTP/1.1 103 Early Hints\r\nConnection: close\r\nContent-Length: 9\r\n\r\n',
    );
    expect(parser.execute(head, 0)).toBe('head');
    parser.endWithHead();
    expect(parser.execute(Buffer.from(behind), 0)).toBe(stop);
    parser.free();
  }
});
