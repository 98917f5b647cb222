import { expect, test } from 'vitest';
import { hostView } from '../../../../../test/support/hostView.ts';
import { heldRows } from './held.ts';
import { joinRows } from './rows.ts';

const rowsOf = (...names: readonly string[]) => [
  ...(joinRows(null, {
    hosts: new Map(names.map((name) => [name, hostView({ name })])),
    health: null,
    traffic: null,
  })?.values() ?? []),
];
const held = (before: readonly string[], now: readonly string[]) => {
  const { rows, isOther } = heldRows(before, rowsOf(...now));
  return [rows.map(({ name }) => name).join(' '), isOther];
};

test.each([
  ['nothing changed', 'a b c', 'a b c', 'a b c', false],
  ['one went down', 'a b c', 'c a b', 'a b c', true],
  ['one was removed', 'a b c', 'a c', 'a c', false],
  ['one was added', 'a c', 'a b c', 'a b c', false],
  ['one was added at the top', 'b c', 'a b c', 'a b c', false],
  ['several changed', 'a b c', 'c x d a', 'a c x d', true],
])('while %s', (_what, before, now, order, isOther) => {
  expect(held(before.split(' '), now.split(' '))).toEqual([order, isOther]);
});
