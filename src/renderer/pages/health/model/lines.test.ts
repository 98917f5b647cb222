import { describe, expect, it } from 'vitest';
import type {
  BackendHealth,
  BackendState,
  HostHealth,
} from '../../../../shared/contract/health.ts';
import { countStates, filterHealth, healthLines, stateOfHost } from './lines.ts';
import { historyWords, howChecked, reasonWords, streakWords, whyParts } from './words.ts';

const backend = (
  state: BackendState,
  index = 0,
  changes: Partial<BackendHealth> = {},
): BackendHealth => ({
  index,
  url: `http://127.0.0.1:${3000 + index}`,
  state,
  reason: '',
  since: 0,
  markedForMs: null,
  lastCheck: null,
  streak: 0,
  threshold: 0,
  history: [],
  ...changes,
});
const host = (name: string, ...states: readonly BackendState[]): HostHealth => ({
  name,
  check: null,
  checker: { kind: 'this' },
  backends: states.map((state, index) => backend(state, index)),
});

describe('a host', () => {
  it.each([
    ['up', ['up', 'up']],
    ['up', ['up', 'unknown', 'drained']],
    ['degraded', ['up', 'down']],
    ['down', ['down', 'drained']],
    ['unknown', ['unknown', 'drained']],
    ['paused', ['paused', 'paused']],
    ['paused', ['drained']],
    ['unknown', []],
  ] as const)('is %s with backends that are %j', (state, states) => {
    expect(stateOfHost(host('a', ...states))).toBe(state);
  });

  it('stands before those that are better', () => {
    const hosts = [
      host('e', 'up'),
      host('d', 'unknown'),
      host('c', 'up', 'down'),
      host('b', 'down'),
      host('a', 'paused'),
      host('nothing'),
      host('aa', 'down'),
    ];
    const lines = healthLines(filterHealth(hosts, ''));
    expect(lines.flatMap((line) => (line.kind === 'host' ? [line.key] : []))).toEqual([
      'aa',
      'b',
      'c',
      'd',
      'a',
      'e',
    ]);
    expect(lines.map(({ key }) => key).slice(4, 7)).toEqual(['c', 'c 0', 'c 1']);
  });

  it('is found by its name, and its backends by what is said of them', () => {
    const hosts = [host('api.local', 'up', 'down'), host('app.local', 'up')];
    const found = (text: string) =>
      filterHealth(hosts, text).map(({ host: { name }, backends }) => [name, backends.length]);
    expect(found('')).toEqual([
      ['api.local', 2],
      ['app.local', 1],
    ]);
    expect(found('API')).toEqual([['api.local', 2]]);
    expect(found('local down')).toEqual([['api.local', 1]]);
    expect(found(':3001')).toEqual([['api.local', 1]]);
    expect(found('nothing')).toEqual([]);
  });

  it('counts for each of its backends', () => {
    expect(countStates([host('a', 'up', 'down'), host('b', 'up')])).toMatchObject({
      up: 2,
      down: 1,
    });
  });
});

describe('words', () => {
  it('say who checks', () => {
    const passive = { ...host('a', 'up'), checker: { kind: 'passive', probeMs: 3000 } as const };
    expect(howChecked(passive)).toBe('no check: judged by its requests, connected to every 3 s');
    const other = { ...host('a', 'up'), checker: { kind: 'other', instance: 'b' } as const };
    expect(howChecked(other)).toBe('checked by the instance b');
  });

  it('say how far a backend is from changing', () => {
    const failed = { at: 0, ok: false, ms: 1, outcome: 'refused' };
    const check = (streak: number) =>
      streakWords(backend('up', 0, { lastCheck: failed, streak, threshold: 2 }));
    expect([check(1), check(5), streakWords(backend('up'))]).toEqual([
      '1 of 2 failed in a row',
      '5 failed in a row',
      null,
    ]);
  });

  it('say who listens after why, as it is told', () => {
    const refused = { reason: 'down: refused', hint: 'nothing listens on 5173' };
    expect(whyParts(backend('down', 0, refused))).toEqual(['refused', 'nothing listens on 5173']);
    expect(whyParts(backend('down', 0, { reason: 'refused' }))).toEqual(['refused']);
    expect(whyParts(backend('up'))).toEqual([]);
  });

  it('do not say the state twice, and say that nothing is known', () => {
    expect(reasonWords(backend('drained', 0, { reason: 'drained: it gets no new requests' }))).toBe(
      'it gets no new requests',
    );
    expect(reasonWords(backend('unknown'))).toBe('nothing asked for it yet');
    const slot = (state: BackendState) => ({ at: 0, state, reason: '' });
    expect(historyWords([slot('up'), slot('up'), slot('down')])).toBe('2 min up, 1 min down');
  });
});
