import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCommand } from './reply.ts';
import { ProtocolError, Requests, splitWords } from './requests.ts';

const word = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const request = fc.array(word, { minLength: 1, maxLength: 6 });

function readAll(dialect: 'wire' | 'file', parts: readonly Buffer[]): string[][] {
  const requests = new Requests(dialect);
  const found: string[][] = [];
  for (const part of parts) {
    requests.push(part);
    for (let words = requests.next(); words !== null; words = requests.next()) found.push(words);
  }
  return found;
}

describe('requests', () => {
  it('come out as they went in, wherever the stream is cut', () => {
    const cuts = fc.array(fc.nat({ max: 1000 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 8 }), cuts, (list, places) => {
        const bytes = Buffer.from(list.map(encodeCommand).join(''), 'latin1');
        const edges = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
          (a, b) => a - b,
        );
        const parts = edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
        expect(readAll('wire', parts)).toEqual(list);
        expect(readAll('file', parts)).toEqual(list);
      }),
    );
  });

  it('end in a protocol error or wait for more, whatever the bytes are', () => {
    const noise = fc.array(
      fc.constantFrom('*', '$', '1', '2', '-', '\r\n', '\n', '\r', 'a', '"', ' ', '\0', '9'),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(noise, (parts) => {
        try {
          readAll(
            'wire',
            parts.map((part) => Buffer.from(part, 'latin1')),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('tell where a file is wrong, and where its last whole command ended', () => {
    const requests = new Requests('file');
    const good = `#TS:1\r\n${encodeCommand(['SET', 'a', 'b'])}`;
    requests.push(Buffer.from(`${good}*2\r\n$3\r\nDEL\r\nx`, 'latin1'));
    expect(requests.next()).toEqual(['SET', 'a', 'b']);
    expect(requests.end).toBe(good.length);
    expect(() => requests.next()).toThrow(
      expect.objectContaining({ offset: good.length + '*2\r\n$3\r\nDEL\r\n'.length }),
    );
  });
});

it('splits inline words as redis-cli and telnet users expect', () => {
  expect(splitWords('set  a "b c\\n\\x41\\"" \'d\\\'e\'')).toEqual(['set', 'a', 'b c\nA"', "d'e"]);
  expect(splitWords('')).toEqual([]);
  expect(splitWords('"open')).toBeNull();
  expect(splitWords('"a"b')).toBeNull();
});
