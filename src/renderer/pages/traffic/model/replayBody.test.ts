import { expect, it } from 'vitest';
import type { ReplayedBody } from '../../../../shared/contract/traffic.ts';
import { cutWords, hexOf, shownBody, sizeWords } from './replayBody.ts';

const body = (changed: Partial<ReplayedBody> = {}): ReplayedBody => ({
  encoding: 'utf8',
  data: 'text',
  bytes: 4,
  total: 4,
  cut: null,
  ...changed,
});
const typed = (type: string) => [['Content-Type', type]] as const;

it('is text, with its lines made where it is JSON', () => {
  expect(shownBody({ body: body(), headers: [] })).toEqual({
    kind: 'text',
    text: 'text',
    pretty: null,
  });
  const json = { ...body({ data: '{"a":1}' }) };
  for (const headers of [[], typed('application/problem+json; charset=utf-8')]) {
    expect(shownBody({ body: json, headers })).toMatchObject({ pretty: '{\n  "a": 1\n}' });
  }
});

it('is a picture where it is whole', () => {
  const picture = body({ encoding: 'base64', data: 'R0lG' });
  expect(shownBody({ body: picture, headers: typed('image/gif') })).toEqual({
    kind: 'image',
    source: 'data:image/gif;base64,R0lG',
    type: 'image/gif',
  });
  const svg = body({ data: '<svg>é</svg>' });
  expect(shownBody({ body: svg, headers: typed('image/svg+xml; charset=utf-8') })).toMatchObject({
    source: `data:image/svg+xml;base64,${Buffer.from('<svg>é</svg>').toString('base64')}`,
  });
  const half = { ...picture, cut: 'size' } as const;
  expect(shownBody({ body: half, headers: typed('image/gif') }).kind).toBe('binary');
  expect(shownBody({ body: picture, headers: typed('image/x"><b>') }).kind).toBe('binary');
});

it('is the digits of its first bytes where it is neither', () => {
  const bytes = Buffer.from('PK\u0003\u0004 and more than a line\u0000\xff', 'latin1');
  expect(hexOf(bytes.toString('base64'))).toBe(
    [
      '000000  50 4b 03 04 20 61 6e 64 20 6d 6f 72 65 20 74 68  PK.. and more th',
      '000010  61 6e 20 61 20 6c 69 6e 65 00 ff                 an a line..',
    ].join('\n'),
  );
  const many = hexOf(Buffer.alloc(100_000).toString('base64')).split('\n');
  expect(many).toHaveLength(128);
});

it('is empty, or not there', () => {
  expect(shownBody({ body: null, headers: [] }).kind).toBe('empty');
  expect(shownBody({ body: body({ data: '', bytes: 0 }), headers: [] }).kind).toBe('empty');
});

it('says how much of it is there, and in which coding', () => {
  expect(cutWords(body())).toBe(null);
  const long = body({ cut: 'size', bytes: 262_144, total: 1_400_000 });
  expect(cutWords(long)).toBe('Truncated at 262 kB of 1.4 MB');
  expect(cutWords({ ...long, total: null })).toBe('Truncated at 262 kB; more came');
  expect(cutWords({ ...long, cut: 'broken' })).toBe('The connection broke after 262 kB of 1.4 MB');
  expect(cutWords({ ...long, cut: 'time', total: null })).toContain('its first 262 kB');
  expect(sizeWords({ body: body(), headers: [['content-encoding', 'gzip']] })).toBe('4 B, gzip');
});
