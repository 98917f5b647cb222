import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonObjects } from './jsonObjects.ts';

interface Sizes {
  readonly text?: number;
  readonly member?: number;
  readonly object?: number;
  /** Bytes of a piece. */
  readonly piece?: number;
}

function take(json: string, depth: 0 | 1, sizes: Sizes = {}) {
  const { text = 1e6, member = 1e6, object = 1e6, piece = 7 } = sizes;
  const found: { text: string; isCut: boolean }[] = [];
  const reader = new JsonObjects({
    depth,
    maxTextBytes: text,
    maxMemberBytes: member,
    maxObjectBytes: object,
    onObject: (one, isCut) => found.push({ text: one, isCut }),
  });
  const bytes = Buffer.from(json);
  for (let at = 0; at < bytes.length; at += piece) reader.write(bytes.subarray(at, at + piece));
  return { found, isOpen: reader.isOpen };
}

const values = (json: string, depth: 0 | 1, sizes?: Sizes): unknown[] =>
  take(json, depth, sizes).found.map(({ text }) => JSON.parse(text));

const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());

describe('JSON is taken apart into its objects', () => {
  test('those of an array, and many in a row, come out as they are, however they arrive', () => {
    fc.assert(
      fc.property(fc.array(anyObject), fc.integer({ min: 1, max: 40 }), (objects, piece) => {
        const plain = JSON.parse(JSON.stringify(objects));
        expect(values(JSON.stringify(objects), 1, { piece })).toEqual(plain);
        expect(values(JSON.stringify(objects, null, 2), 1, { piece })).toEqual(plain);
        const rows = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
        expect(values(rows, 0, { piece })).toEqual(plain);
      }),
      { numRuns: 200 },
    );
  });

  test('whatever is cut stays JSON, and within its bounds', () => {
    const sizes = fc.record({
      text: fc.integer({ min: 1, max: 20 }),
      member: fc.integer({ min: 1, max: 60 }),
      piece: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(anyObject), sizes, (objects, bounds) => {
        const read = values(JSON.stringify(objects), 1, bounds);
        expect(read).toHaveLength(objects.length);
      }),
      { numRuns: 300 },
    );
  });

  test('a long text is shortened, and nothing beside it', () => {
    const json = JSON.stringify([{ a: 'x'.repeat(1000), b: 'y' }, { c: 'z' }]);
    expect(values(json, 1, { text: 10 })).toEqual([{ a: 'x'.repeat(10), b: 'y' }, { c: 'z' }]);
  });

  test.each(['\\n', '\\u00e9', '\\"', '\\\\', 'é', '\\ud83d\\ude00'])(
    'no escape is cut in half: %s',
    (unit) => {
      for (let text = 1; text < 20; text++) {
        const json = `[{"a":"${unit.repeat(50)}","b":7}]`;
        expect(values(json, 1, { text })).toEqual([{ a: expect.any(String), b: 7 }]);
      }
    },
  );

  test('of a large member the rest is left out, of its neighbours nothing', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`label${n}`, 'v']));
    const json = JSON.stringify([{ Id: 'one', Labels: many, State: { Status: 'running' } }]);
    const { found } = take(json, 1, { member: 100 });
    expect(found[0]?.isCut).toBe(true);
    const read: unknown = JSON.parse(found[0]?.text ?? '');
    expect(read).toMatchObject({ Id: 'one', State: { Status: 'running' } });
    expect(found[0]?.text.length).toBeLessThan(250);
  });

  test('what has no end is not kept', () => {
    const { found, isOpen } = take(`[{"a":1${',"b":2'.repeat(100_000)}`, 1, {
      object: 1000,
      text: 100,
      piece: 4096,
    });
    expect(found).toEqual([]);
    expect(isOpen).toBe(true);
  });

  test('what is no JSON is for the parser to refuse', () => {
    expect(take('{"a":}', 0).found).toEqual([{ text: '{"a":}', isCut: false }]);
    expect(take('<html>', 0)).toEqual({ found: [], isOpen: false });
    expect(take('}]}"', 0).found).toEqual([]);
  });
});
