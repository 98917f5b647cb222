import { expect, it } from 'vitest';
import { resized, shownColumns, toggled, unsized, usualColumns } from './trafficColumns.ts';

const usualTexts = { host: 190, longestHost: 190, path: 290, backend: 60 };
const shownAt = (width: number, choice = usualColumns, texts = usualTexts) =>
  shownColumns(choice, width, texts);
const idsAt = (width: number, choice = usualColumns, texts = usualTexts) =>
  shownAt(width, choice, texts).columns.map(({ id }) => id);
const widthsAt = (width: number, choice = usualColumns, texts = usualTexts) =>
  Object.fromEntries(shownAt(width, choice, texts).columns.map((one) => [one.id, one.width]));

it('shows all but the protocol where there is room', () => {
  expect(idsAt(985)).toEqual([
    'time',
    'method',
    'status',
    'host',
    'path',
    'backend',
    'total',
    'size',
  ]);
  expect(idsAt(1200, toggled(usualColumns, 'protocol'))).toContain('protocol');
});

it('gives hosts and paths the room of what is less needed', () => {
  expect(idsAt(850)).not.toContain('size');
  expect(idsAt(600)).toEqual(['time', 'method', 'status', 'host', 'path', 'total']);
  expect(idsAt(450)).toEqual(['method', 'status', 'host', 'path']);
  expect(idsAt(100)).toEqual(['status', 'host', 'path']);
  // What they do not want, others may have.
  expect(idsAt(750, usualColumns, { ...usualTexts, host: 120, path: 120 })).toContain('size');
});

it('has a host as wide as it needs; the path takes what is left', () => {
  expect(widthsAt(985)).toMatchObject({
    host: 190,
    path: 985 - 190 - 108 - 68 - 56 - 88 - 116 - 66,
  });
  expect(shownAt(985).template).toBe('108px 68px 56px 190px minmax(120px, 1fr) 88px 116px 66px');
});

it('divides the room where both want more than there is', () => {
  const { host = 0, path = 0 } = widthsAt(985, usualColumns, {
    ...usualTexts,
    host: 500,
    path: 900,
  });
  expect(host / (host + path)).toBeCloseTo(0.45, 2);
  const short = widthsAt(985, usualColumns, { ...usualTexts, host: 500, path: 130 });
  expect(short['path']).toBeGreaterThanOrEqual(130);
  expect(short['host']).toBeGreaterThan(host);
});

it('makes room for the longest host where paths do not need it', () => {
  const texts = { ...usualTexts, longestHost: 400 };
  expect(widthsAt(985, usualColumns, texts)).toMatchObject({ host: 193, path: 290 });
  expect(widthsAt(1400, usualColumns, texts)['host']).toBe(400);
});

it('never has a backend push them aside', () => {
  expect(widthsAt(1600, usualColumns, { ...usualTexts, backend: 900 })['backend']).toBe(180);
});

it('leaves out what a person hid', () => {
  const choice = toggled(usualColumns, 'total');
  expect(idsAt(900, choice)).toContain('size');
  expect(idsAt(2000, choice)).not.toContain('total');
  expect(idsAt(2000, toggled(choice, 'total'))).toContain('total');
});

it('has the widths that a person chose, within bounds, until they are let go', () => {
  const choice = resized(usualColumns, 'host', 300);
  expect(shownAt(2000, choice).template).toContain('56px 300px minmax(120px, 1fr)');
  expect(shownAt(2000, unsized(choice, 'host')).template).toContain('56px 190px ');
  expect(resized(usualColumns, 'host', 1).widths.host).toBe(44);
  expect(resized(usualColumns, 'host', 9999).widths.host).toBe(800);
});

it('scrolls sideways below what is there at the least', () => {
  expect(shownAt(100).minWidth).toBe(56 + 120 + 120);
});
