import { expect, it } from 'vitest';
import { aRecord } from '../../../../../test/support/record.ts';
import { grownBy, inPixels, noTexts } from './textWidths.ts';

const rows = (...hosts: readonly string[]) =>
  hosts.map((host) => aRecord({ host, target: '/', backend: 'http://127.0.0.1:3000' }));

it('is what hosts, paths and backends need, in steps', () => {
  expect(grownBy(noTexts(''), rows('a.test', 'much-longer.test'))).toEqual({
    filter: '',
    host: 16,
    longestHost: 16,
    path: 4,
    backend: 8,
  });
});

it('fits nine texts in ten: one that is endless makes no room for itself', () => {
  const few = Array.from({ length: 10 }, (_, at) =>
    aRecord({ target: at === 0 ? `/${'x'.repeat(500)}` : '/0123456' }),
  );
  expect(grownBy(noTexts(''), few).path).toBe(8);
  const hosts = rows('much-longer.test', ...Array.from({ length: 9 }, () => 'a.test'));
  expect(grownBy(noTexts(''), hosts)).toMatchObject({ host: 8, longestHost: 16 });
});

it('never shrinks, and stays the same object where nothing grew', () => {
  const before = grownBy(noTexts(''), rows('much-longer.test'));
  expect(grownBy(before, rows('a.test'))).toBe(before);
  expect(grownBy(before, [])).toBe(before);
});

it('is bounded, whatever was asked for', () => {
  expect(grownBy(noTexts(''), rows('x'.repeat(253))).host).toBe(64);
});

it('counts in pixels, with the sides of a cell', () => {
  expect(inPixels({ filter: '', host: 10, longestHost: 10, path: 20, backend: 0 }, 7.5)).toEqual({
    host: 92,
    longestHost: 92,
    path: 167,
    backend: 17,
  });
});
