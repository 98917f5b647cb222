import { describe, expect, it } from 'vitest';
import type { StoreState } from '../../shared/messages.ts';
import { combineStoreStates, describeStoreState } from './storeState.ts';

describe('the state of the store', () => {
  const cases: readonly [readonly StoreState[], StoreState][] = [
    [[], 'connecting'],
    [['connecting', 'connecting'], 'connecting'],
    [['live', 'connecting'], 'live'],
    [['live', 'stale'], 'stale'],
    [['polling', 'connecting'], 'polling'],
    [['live', 'live'], 'live'],
  ];
  it.each(cases)('as %j see it is %s', (states, expected) => {
    expect(combineStoreStates(states)).toBe(expected);
  });

  it('is told with its reason', () => {
    expect(describeStoreState('stale', 'ECONNREFUSED')).toEqual({
      level: 'warn',
      message: 'the store is lost (ECONNREFUSED); known hosts are served on',
    });
    expect(describeStoreState('live', null).message).toBe('the store is connected');
  });
});
