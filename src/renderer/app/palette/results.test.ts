import { expect, test } from 'vitest';
import type { Command } from '../commands.ts';
import { maxOfMany, maxShownHosts, paletteResults } from './results.ts';

const command = (id: string, title: string, more: Partial<Command> = {}): Command => ({
  id,
  title,
  group: 'Hosts',
  run: () => undefined,
  ...more,
});
const commands = [
  command('filter', 'Filter hosts'),
  command('host.add', 'Add a host'),
  command('hosts.next', 'Next line', { hidden: true }),
];
const hosts = ['app.dev.local', 'api.dev.local', 'pr-42.app.dev.local'];
const ids = (query: string) => paletteResults(query, commands, hosts).commands.map(({ id }) => id);

test('nothing typed shows every command, but none that needs a line', () => {
  expect(ids('')).toEqual(['filter', 'host.add']);
});

test('every word has to be there, and what begins with the first comes first', () => {
  expect(ids('host add')).toEqual(['host.add']);
  expect(ids('add')).toEqual(['host.add']);
  expect(ids('add filter')).toEqual([]);
  expect(paletteResults('app', commands, hosts).hosts).toEqual([
    'app.dev.local',
    'pr-42.app.dev.local',
  ]);
});

test('a first word says what is done with a host', () => {
  expect(paletteResults('open api', commands, hosts)).toMatchObject({
    verb: 'open',
    hosts: ['api.dev.local'],
  });
  expect(paletteResults('copy ', commands, hosts)).toMatchObject({ verb: 'copy' });
  expect(paletteResults('api', commands, hosts).verb).toBe('go');
});

test('of commands with the same id the last holds', () => {
  const twice = [...commands, command('filter', 'Filter requests')];
  expect(paletteResults('filter', twice, []).commands.map(({ title }) => title)).toEqual([
    'Filter requests',
  ]);
});

test('of many hosts the first are shown, and the others are counted', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `host-${index}.dev.local`);
  const { hosts: shown, moreHosts } = paletteResults('host', [], many);
  expect(shown).toHaveLength(maxShownHosts);
  expect(moreHosts).toBe(10_000 - maxShownHosts);
});

test('a host is found by what it is shown as, where its name hides something', () => {
  const name = 'shop\u202etset.dev';
  for (const query of ['shop', '\\u202e', 'tset', '\u202e']) {
    expect(paletteResults(query, [], [name]).hosts).toEqual([name]);
  }
});

test('one of many is found by its words, and not shown before', () => {
  const many = Array.from({ length: 100 }, (_, index) =>
    command(`map ${index}`, `Map web-${index}`, { group: 'Containers', isOneOfMany: true }),
  );
  const found = (query: string) => paletteResults(query, [...commands, ...many], []).commands;
  expect(found('').map(({ id }) => id)).toEqual(ids(''));
  expect(found('map web-7').map(({ title }) => title)).toContain('Map web-7');
  expect(found('web')).toHaveLength(maxOfMany);
});
