import { describe, expect, it } from 'vitest';
import type { BackendState, HostHealth } from '../../../../shared/contract/health.ts';
import { turnedUp, withoutCode } from './outcome.ts';

const host = (state: BackendState, since: number): HostHealth => ({
  name: 'app.test',
  check: null,
  checker: { kind: 'passive' },
  backends: [
    {
      index: 0,
      url: 'http://127.0.0.1:3000',
      state,
      reason: '',
      since,
      markedForMs: null,
      lastCheck: null,
      streak: 0,
      threshold: 1,
      history: [],
    },
  ],
});

describe('a try that failed', () => {
  it('says why apart from the code', () => {
    expect(withoutCode('Berth answers 502: BERTH_BACKEND_REFUSED: nobody listens')).toEqual({
      text: 'Berth answers 502: nobody listens',
      code: 'BERTH_BACKEND_REFUSED',
    });
    expect(withoutCode('Berth answers 502: BERTH_BACKEND_REFUSED')).toEqual({
      text: 'Berth answers 502',
      code: 'BERTH_BACKEND_REFUSED',
    });
    expect(withoutCode('no answer within 5 s')).toEqual({
      text: 'no answer within 5 s',
      code: null,
    });
  });

  it('is over when a backend comes up, and not by one that was up and did not answer', () => {
    expect(turnedUp(host('down', 1), host('down', 1))).toBe(false);
    expect(turnedUp(host('down', 1), host('up', 2))).toBe(true);
    expect(turnedUp(undefined, host('up', 2))).toBe(true);
    expect(turnedUp(host('up', 1), host('up', 1))).toBe(false);
    expect(turnedUp(host('up', 1), host('up', 3))).toBe(true);
    expect(turnedUp(host('down', 1), undefined)).toBe(false);
  });
});
