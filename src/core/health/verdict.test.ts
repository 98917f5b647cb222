import { describe, expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type { DeadEntry } from '../frontends/table.ts';
import type { CheckState } from './checkState.ts';
import type { Evidence } from './evidence.ts';
import { type Knowledge, kindOfMark, reasonOfMark, verdictOf } from './verdict.ts';

const now = 1_000_000;
const nothing: Knowledge = {
  isPaused: false,
  isDrained: false,
  mark: null,
  check: null,
  container: null,
  evidence: null,
  probe: null,
  now,
};

const mark = (about: Partial<DeadEntry>): DeadEntry => ({
  url: 'http://a:1',
  reason: 'refused',
  at: now,
  endsAt: now + 1000,
  ...about,
});

const check = (verdict: CheckState['verdict'], ok: boolean, outcome: string): CheckState => ({
  verdict,
  streak: 1,
  last: { at: now, ok, ms: 3, outcome },
});

const requests = (failures: number, about: Partial<Evidence> = {}): Evidence => ({
  failures,
  threshold: failures === 0 ? 1 : 2,
  outcome: 'did not answer in time',
  at: now,
  okAt: failures === 0 ? now : null,
  source: 'request',
  reached: true,
  ...about,
});

const down = check('down', false, 'refused');
const up = check('up', true, 'HEAD / answered 200');
const accepts = check('up', true, 'accepts connections');
const refuses = check('down', false, 'refused');

describe('what is known makes the state', () => {
  test.each<[string, Partial<Knowledge>, string, string]>([
    ['nothing', {}, 'unknown', ''],
    ['paused', { isPaused: true }, 'paused', 'paused: its host gets no requests'],
    ['paused and all else', { isPaused: true, isDrained: true, check: down }, 'paused', 'paused'],
    ['drained', { isDrained: true }, 'drained', 'drained: it gets no new requests'],
    ['drained and dead', { isDrained: true, mark: mark({}), check: down }, 'drained', 'drained'],
    ['a mark', { mark: mark({}) }, 'down', 'marked dead after a request: refused'],
    [
      'a mark of another program',
      { mark: mark({ reason: '', at: 0 }) },
      'down',
      'marked dead by another program',
    ],
    [
      'a mark of a check elsewhere',
      { mark: mark({ reason: reasonOfMark('check', 'HEAD / answered 500') }) },
      'down',
      'HEAD / answered 500',
    ],
    ['a check that failed', { check: down }, 'down', 'refused'],
    [
      'an unhealthy container, whatever a check finds',
      { container: { health: 'unhealthy', output: 'no database' }, check: up },
      'down',
      'its container is unhealthy: no database',
    ],
    [
      'an unhealthy container that says nothing',
      { container: { health: 'unhealthy', output: '' } },
      'down',
      'its container is unhealthy',
    ],
    [
      'an unhealthy container of another machine',
      { mark: mark({ reason: reasonOfMark('container', 'its container is unhealthy: x') }) },
      'down',
      'its container is unhealthy: x',
    ],
    [
      'a healthy container',
      { container: { health: 'healthy', output: '' }, probe: accepts },
      'up',
      'its container is healthy',
    ],
    [
      'a healthy container that takes no connection',
      { container: { health: 'healthy', output: '' }, probe: refuses },
      'down',
      'refused',
    ],
    ['a check that failed, and its mark', { check: down, mark: mark({}) }, 'down', 'refused'],
    ['a check that succeeded', { check: up }, 'up', 'HEAD / answered 200'],
    ['a check that succeeded, and a mark', { check: up, mark: mark({}) }, 'down', 'marked dead'],
    [
      'a first failure of a check',
      { check: check('up', false, 'refused') },
      'up',
      'its last check',
    ],
    ['a check without a word yet', { check: check('unknown', false, 'refused') }, 'unknown', ''],
    ['a check, whatever requests say', { check: up, evidence: requests(9) }, 'up', 'HEAD /'],
    ['requests', { evidence: requests(0) }, 'up', 'seen by requests: it answers'],
    ['one doubtful failure', { evidence: requests(1) }, 'unknown', ''],
    [
      'one doubtful failure after a success',
      { evidence: requests(1, { okAt: now }) },
      'up',
      'seen by requests: one failed: did not answer in time',
    ],
    [
      'failures in a row',
      { evidence: requests(2) },
      'down',
      'seen by requests: the last 2 requests failed: did not answer in time',
    ],
    [
      'one refusal',
      { evidence: requests(1, { threshold: 1, outcome: 'refused' }) },
      'down',
      'seen by requests: the last request failed: refused',
    ],
    [
      'a check on request',
      { evidence: requests(1, { source: 'check', outcome: 'refused' }) },
      'down',
      'checked on request: refused',
    ],
    ['a connection', { probe: accepts }, 'up', 'accepts connections'],
    ['connections that fail', { probe: refuses }, 'down', 'refused'],
    ['one connection that failed', { probe: check('unknown', false, 'refused') }, 'unknown', ''],
    [
      'connections, and failures that they do not disprove',
      { probe: accepts, evidence: requests(2) },
      'down',
      'seen by requests: the last 2 requests failed',
    ],
    ['a connection, and requests', { probe: accepts, evidence: requests(0) }, 'up', 'seen by req'],
    [
      'connections that fail after a request was answered',
      { probe: refuses, evidence: requests(0, { okAt: now - 1 }) },
      'down',
      'refused',
    ],
    [
      'connections that failed before a request was answered',
      { probe: refuses, evidence: requests(0, { okAt: now + 1 }) },
      'up',
      'seen by requests: it answers',
    ],
    ['a mark, which routing obeys', { probe: accepts, mark: mark({}) }, 'down', 'marked dead'],
  ])('%s', (_what, known, state, reason) => {
    const found = verdictOf({ ...nothing, ...known });
    expect(found.state).toBe(state);
    expect(found.reason.startsWith(reason)).toBe(true);
    expect(found.reason === '').toBe(state === 'unknown');
  });
});

test('a request that was answered long ago is no sign of life, but failures stay until a success', () => {
  const later = now + limits.requestEvidenceMs;
  expect(verdictOf({ ...nothing, evidence: requests(0), now: later }).state).toBe('unknown');
  expect(verdictOf({ ...nothing, evidence: requests(2), now: later }).state).toBe('down');
});

test('whoever checks next knows a mark of a check', () => {
  expect(kindOfMark(mark({ reason: reasonOfMark('check', 'refused') }))).toBe('check');
  expect(kindOfMark(mark({ reason: reasonOfMark('container', 'ill') }))).toBe('container');
  expect(kindOfMark(mark({ reason: 'refused' }))).toBe(null);
});

test('a reason has an end', () => {
  const { reason } = verdictOf({ ...nothing, check: check('down', false, 'x'.repeat(5000)) });
  expect(reason).toHaveLength(limits.maxHealthReasonChars);
});
