import fc from 'fast-check';
import { expect, it } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { createTurns } from '../traffic/turns.ts';
import { createJsonTexts, JsonText, ShortJson } from './jsonText.ts';

const start = () => {
  let now = 0;
  return createJsonTexts(createTurns({ now: () => now++, sliceMs: 5 }));
};

const textOf = (made: unknown): string =>
  made instanceof JsonText ? Buffer.concat(made.pieces).toString('utf8') : JSON.stringify(made);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .tuple(tie('value'), fc.nat(2 * limits.jsonItemsAtOnce))
      .map(([item, count]) => Array.from({ length: count }, () => item)),
    fc.dictionary(fc.string(), fc.oneof(tie('value'), fc.constant(undefined)), { maxKeys: 4 }),
  ),
}));

it('the text is that of JSON.stringify', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (any) => {
      const made = await start().of({ json: any });
      const text = textOf(made);
      expect(text).toBe(JSON.stringify({ json: any }));
      if (made instanceof JsonText) expect(made.bytes).toBe(Buffer.byteLength(text));
    }),
    { numRuns: 200 },
  );
});

it('a long list is written in slices, and once for all who are sent it', async () => {
  const texts = start();
  const hosts = Array.from({ length: 1000 }, (_, id) => ({ name: 'x'.repeat(1000), id }));
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const [listed, watched] = await Promise.all([
    texts.of({ json: hosts }),
    texts.of({ json: { kind: 'all', hosts } }),
  ]);
  isOver = true;
  expect(turns).toBeGreaterThan(100);
  if (!(listed instanceof JsonText && watched instanceof JsonText)) throw new Error('no text');
  expect(textOf(watched)).toBe(JSON.stringify({ json: { kind: 'all', hosts } }));
  const long = listed.pieces.filter(({ length }) => length > 100);
  expect(long.length).toBeGreaterThan(3);
  for (const piece of long) {
    expect(watched.pieces).toContain(piece);
    expect(piece.length).toBeLessThan(limits.controlPieceChars + 2000);
  }
});

it('what is known to be short is not looked into, and has the text of its value', async () => {
  const batch = {
    records: Array.from({ length: 2 * limits.jsonItemsAtOnce }, (_, id) => ({ id })),
  };
  const made = await start().of({ json: new ShortJson(batch) });
  expect(made).not.toBeInstanceOf(JsonText);
  expect(JSON.stringify(made)).toBe(JSON.stringify({ json: batch }));
});
