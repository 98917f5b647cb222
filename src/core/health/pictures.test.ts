import { expect, it } from 'vitest';
import type { HostHealth } from '../../shared/contract/health.ts';
import { createTurns } from '../traffic/turns.ts';
import { createPictures } from './pictures.ts';

function start(count: number) {
  const names = Array.from({ length: count }, (_, index) => `h${count - index}`);
  let made = 0;
  const host = (name: string): HostHealth | null => {
    made++;
    return names.includes(name)
      ? { name, check: null, checker: { kind: 'foreign' }, backends: [] }
      : null;
  };
  let now = 0;
  const turns = createTurns({ now: () => now++, sliceMs: 5 });
  return {
    names,
    pictures: createPictures({ names: () => names, host, turns }),
    made: () => made,
  };
}

it('all is sorted, and made in slices between which others have their turn', async () => {
  const { pictures } = start(100);
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const hosts = await pictures.all();
  isOver = true;
  expect(hosts).toHaveLength(100);
  expect(hosts.map(({ name }) => name)).toEqual(hosts.map(({ name }) => name).toSorted());
  expect(turns).toBeGreaterThanOrEqual(100 / 5 - 1);
});

it('what nobody changed is made once; a list has every change, a watcher is told what is missing', async () => {
  const { names, pictures, made } = start(20);
  const [one, two] = await Promise.all([pictures.all(), pictures.all()]);
  expect(two).toBe(one);
  expect(made()).toBe(20);

  names.push('h0');
  pictures.changed('h0');
  const recent = await pictures.recent();
  expect(recent.hosts).toBe(one);
  expect([...recent.changed]).toEqual(['h0']);
  expect(await pictures.all()).toHaveLength(21);
  expect((await pictures.recent()).changed.size).toBe(0);
});

it('of those that were asked for, what has gone comes without backends', async () => {
  const { pictures } = start(2);
  expect(await pictures.of(['h2', 'gone'])).toMatchObject([
    { name: 'h2', checker: { kind: 'foreign' } },
    { name: 'gone', checker: { kind: 'passive' }, backends: [] },
  ]);
});
