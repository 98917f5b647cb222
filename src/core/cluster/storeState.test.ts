import { expect, it } from 'vitest';
import type { StoreState } from '../../shared/messages.ts';
import { combineStoreStates } from './storeState.ts';

const cases: readonly [readonly StoreState[], StoreState][] = [
  [[], 'connecting'],
  [['connecting', 'connecting'], 'connecting'],
  [['live', 'connecting'], 'live'],
  [['live', 'stale'], 'stale'],
  [['polling', 'connecting'], 'polling'],
  [['live', 'live'], 'live'],
];
it.each(cases)('the store as workers see it, %j, is %s', (states, expected) => {
  expect(combineStoreStates(states)).toBe(expected);
});
