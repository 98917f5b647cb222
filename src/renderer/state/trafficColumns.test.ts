import { expect, it } from 'vitest';
import { resized, shownColumns, toggled, usualColumns } from './trafficColumns.ts';

const idsAt = (width: number, choice = usualColumns) =>
  shownColumns(choice, width).columns.map(({ id }) => id);

it('shows all columns where there is room, and fewer where there is none', () => {
  expect(idsAt(1200)).toHaveLength(9);
  expect(idsAt(900)).not.toContain('size');
  expect(idsAt(450)).toEqual(['status', 'host', 'path']);
  expect(idsAt(100)).toEqual(['status', 'host', 'path']);
});

it('leaves out what a person hid, and gives its room to others', () => {
  const choice = toggled(usualColumns, 'total');
  expect(idsAt(900, choice)).toContain('size');
  expect(idsAt(2000, choice)).not.toContain('total');
  expect(idsAt(2000, toggled(choice, 'total'))).toContain('total');
});

it('has the widths that a person chose, within bounds; the path takes what is left', () => {
  expect(shownColumns(resized(usualColumns, 'host', 300), 2000).template).toContain(
    '62px 300px minmax(146px, 1fr)',
  );
  expect(resized(usualColumns, 'host', 1).widths.host).toBe(44);
  expect(resized(usualColumns, 'host', 9999).widths.host).toBe(800);
});
