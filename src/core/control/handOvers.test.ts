import { beforeEach, expect, it } from 'vitest';
import { createHandOvers, type HandOvers, readHandOver } from './handOvers.ts';

let time = 0;
let handOvers: HandOvers;
beforeEach(() => {
  time = 0;
  handOvers = createHandOvers({
    holdsMs: 100,
    max: 3,
    now: () => time,
    wallClock: () => 1_000_000 + time,
  });
});

it('a code is a secret of its own that says until when it holds', () => {
  const { code, expiresAt } = handOvers.make();
  expect(code).toMatch(/^[\w-]{43}$/);
  expect(expiresAt).toBe(1_000_100);
  expect(handOvers.make().code).not.toBe(code);
});

it('a code holds once, and the others go on', () => {
  const { code } = handOvers.make();
  const other = handOvers.make();
  expect(handOvers.take(code)).toBe(true);
  expect(handOvers.take(code)).toBe(false);
  expect(handOvers.take(other.code)).toBe(true);
});

it('a wrong code opens nothing and takes none away', () => {
  const { code } = handOvers.make();
  for (const wrong of ['', 'x', code.slice(1), `${code}A`, code.toLowerCase()]) {
    expect(handOvers.take(wrong)).toBe(false);
  }
  expect(handOvers.take(code)).toBe(true);
});

it('a code does not hold for longer than its time', () => {
  const [early, late] = [handOvers.make(), handOvers.make()];
  time = 99;
  expect(handOvers.take(early.code)).toBe(true);
  time = 100;
  expect(handOvers.take(late.code)).toBe(false);
});

it('the oldest goes for one more', () => {
  const codes = Array.from({ length: 4 }, () => handOvers.make().code);
  expect(codes.map((code) => handOvers.take(code))).toEqual([false, true, true, true]);
});

it('a body has a code and nothing else', () => {
  expect(readHandOver('{"code":"abc"}')).toBe('abc');
  for (const text of ['', 'abc', '"abc"', 'null', '{}', '{"code":1}', '{"code":"a","more":1}']) {
    expect(readHandOver(text)).toBeNull();
  }
});
