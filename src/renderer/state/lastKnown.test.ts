import { describe, expect, it } from 'vitest';
import { isCurrent, shownState } from './lastKnown.ts';

describe('what is shown of hosts', () => {
  it.each([
    [true, 'connected', null],
    [true, 'connected', 'running'],
    [true, 'connected', 'stopping'],
    [false, 'connected', 'stopped'],
    [false, 'connected', 'crashed'],
    [false, 'connecting', null],
    [false, 'lost', null],
    [false, 'lost', 'running'],
  ] as const)(
    'is current: %s, with a session that is %s and an engine that is %s',
    (is, session, engine) => {
      expect(isCurrent({ kind: session }, engine === null ? null : { kind: engine })).toBe(is);
    },
  );

  it('is its state while that is current', () => {
    expect(shownState('up', true)).toEqual({ state: 'up', title: undefined });
  });

  it('is unknown otherwise, and says what was last known', () => {
    expect(shownState('up', false)).toEqual({
      state: 'unknown',
      title: 'not connected: last known up',
    });
    expect(shownState('down', false).title).toBe('not connected: last known down');
    expect(shownState('unknown', false)).toEqual({ state: 'unknown', title: 'not connected' });
  });
});
