import { expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { inspectAnswer } from './answers.ts';
import { readContainer } from './container.ts';
import { Roster } from './roster.ts';

const container = (id: string, Status = 'running') =>
  readContainer(
    'unix:///e.sock',
    inspectAnswer.parse({ Id: id, State: { Status, Pid: 7, Health: { Status: 'healthy' } } }),
    false,
    new Map(),
  );

const states = (roster: Roster): Record<string, string> =>
  Object.fromEntries(
    [...roster.all].map(
      ([
        id,
        {
          container: { state },
        },
      ]) => [id, state],
    ),
  );

function filled(...ids: readonly string[]): Roster {
  const roster = new Roster();
  roster.list(new Map(ids.map((id) => [id, 'x'])));
  for (const id of ids) roster.set(id, container(id), roster.endsOf(id));
  return roster;
}

test('only what is new, or said otherwise, is to be looked at', () => {
  const roster = filled('a', 'b');
  const next = new Map([
    ['a', 'x'],
    ['b', 'y'],
    ['c', 'x'],
  ]);
  expect(roster.list(next)).toEqual(['b', 'c']);
  roster.doubt('a');
  expect(roster.list(next)).toEqual(['a', 'c']);
});

test('what is on no list is gone', () => {
  const roster = filled('a', 'b');
  roster.list(new Map([['a', 'x']]));
  expect(states(roster)).toEqual({ a: 'running' });
});

test('an event ends it at once, and starts nothing', () => {
  const roster = filled('a', 'b', 'c', 'd');
  expect(roster.apply({ id: 'a', now: 'exited' })).toBe(true);
  expect(roster.apply({ id: 'b', now: 'paused' })).toBe(true);
  expect(roster.apply({ id: 'c', now: 'gone' })).toBe(true);
  expect(roster.apply({ id: 'd', now: null })).toBe(false);
  expect(roster.apply({ id: 'x', now: 'exited' })).toBe(false);
  expect(roster.apply({ id: 'x', now: 'gone' })).toBe(false);
  expect(states(roster)).toEqual({ a: 'exited', b: 'paused', d: 'running' });
  expect(roster.all.get('a')?.container).toMatchObject({ pid: null, health: null });
  expect(roster.all.get('b')?.container).toMatchObject({ pid: 7, health: 'healthy' });
});

test('a look that began before the end is not believed, one after it is', () => {
  const roster = filled('a');
  const before = roster.endsOf('a');
  roster.apply({ id: 'a', now: 'exited' });
  expect(roster.set('a', container('a'), before)).toBe(false);
  expect(states(roster)).toEqual({ a: 'exited' });
  expect(roster.set('a', container('a'), roster.endsOf('a'))).toBe(true);
  expect(states(roster)).toEqual({ a: 'running' });
});

test('one that ended before it was ever looked at is not said to run', () => {
  const roster = new Roster();
  const before = roster.endsOf('a');
  roster.apply({ id: 'a', now: 'exited' });
  expect(roster.set('a', container('a'), before)).toBe(false);
  expect(states(roster)).toEqual({});
});

test('one that is gone is not there again by a look that began before', () => {
  const roster = filled('a');
  const before = roster.endsOf('a');
  roster.apply({ id: 'a', now: 'exited' });
  roster.apply({ id: 'a', now: 'gone' });
  expect(roster.set('a', container('a'), before)).toBe(false);
  expect(states(roster)).toEqual({});
});

test('those beyond what is looked at are counted', () => {
  const ids = Array.from({ length: limits.maxContainers + 5 }, (_, n) => `c${n}`);
  const roster = filled(...ids);
  expect(roster.all.size).toBe(limits.maxContainers);
  expect(roster.left).toBe(5);
  expect(roster.takes('c0')).toBe(true);
  expect(roster.takes('one more')).toBe(false);
  expect(roster.set('one more', container('one more'), 0)).toBe(false);
});

test('ends of containers that are never looked at are remembered in bounded number', () => {
  const roster = filled('a');
  for (let n = 0; n < 10 * limits.maxContainers; n++) roster.apply({ id: `${n}`, now: 'gone' });
  expect(roster.remembered).toBeLessThanOrEqual(2 * limits.maxContainers);
  expect(states(roster)).toEqual({ a: 'running' });
});
