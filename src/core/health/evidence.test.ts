import { describe, expect, test } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import { limits } from '../../shared/limits.ts';
import type { Attempt } from '../../shared/model/record.ts';
import {
  afterAsking,
  afterConnecting,
  afterRequest,
  type Evidence,
  observationOf,
} from './evidence.ts';

const attempt = (outcome: Attempt['outcome']): Attempt => ({
  index: 0,
  url: 'http://a:1',
  ms: 1,
  outcome,
});

describe('of one try of a request', () => {
  test.each([
    ['BERTH_BACKEND_REFUSED', 'refused', true],
    ['BERTH_BACKEND_UNRESOLVED', 'its name does not resolve', true],
    ['BERTH_BACKEND_RESET', 'closed the connection without an answer', false],
    ['BERTH_BACKEND_TIMEOUT', 'did not answer in time', false],
  ] as const)('%s is a failure of the backend', (code, outcome, isCertain) => {
    const tried = attempt(code);
    const record = aRecord({ status: 502, error: code, attempts: [tried] });
    expect(observationOf(record, tried)).toEqual({ ok: false, outcome, isCertain });
  });

  test.each(['BERTH_BACKEND_BUSY', 'BERTH_OVERLOADED'] as const)('%s is ours', (code) => {
    const tried = attempt(code);
    expect(
      observationOf(aRecord({ status: 503, error: code, attempts: [tried] }), tried),
    ).toBeNull();
  });

  test.each([
    [200, true],
    [404, true],
    [500, true],
    [501, false],
    [502, false],
    [503, null],
    [504, false],
  ])('an answer of %i counts as Hipache counts it', (status, ok) => {
    const tried = attempt('answered');
    const seen = observationOf(aRecord({ status, attempts: [tried] }), tried);
    expect(seen?.ok ?? null).toBe(ok);
  });

  test('an answer that broke off says nothing', () => {
    const tried = attempt('answered');
    const record = aRecord({ error: 'BERTH_BACKEND_RESET', attempts: [tried] });
    expect(observationOf(record, tried)).toBeNull();
  });
});

/** @param signs `+` answered, `!` refused, `-` reset */
function after(signs: string): Evidence | null {
  let evidence: Evidence | null = null;
  for (const [at, sign] of [...signs].entries()) {
    const seen = {
      '+': { ok: true, outcome: 'answered', isCertain: true },
      '!': { ok: false, outcome: 'refused', isCertain: true },
      '-': { ok: false, outcome: 'reset', isCertain: false },
    }[sign];
    if (seen !== undefined) evidence = afterRequest(evidence, seen, at);
  }
  return evidence;
}

test.each([
  ['+', 0, 1, 0],
  ['+!', 1, 1, 0],
  ['-', 1, 2, null],
  ['+--', 2, 2, 0],
  ['--+', 0, 1, 2],
  ['!!-', 3, 2, null],
])('requests %s leave %i failures of %i', (signs, failures, threshold, okAt) => {
  expect(after(signs)).toMatchObject({ failures, threshold, okAt });
});

test('a check that somebody asked for counts at once', () => {
  const found = { at: 5, ok: false, ms: 1, outcome: 'refused' };
  expect(afterAsking(found, false)).toMatchObject({ failures: 1, threshold: 1, source: 'check' });
});

describe('a connection that succeeds later', () => {
  const whole = limits.requestEvidenceMs;

  test.each([
    ['!', 2, false, 'nothing'],
    ['-!', 2, false, 'nothing'],
    ['!', 0, false, 'it'],
    ['!-', 2, false, 'it'],
    ['--', 2, false, 'it'],
    ['--', 2, true, 'nothing'],
    ['--', whole, false, 'it'],
    ['--', whole + 1, false, 'nothing'],
    ['+', whole, true, 'it'],
  ])('after requests %s, at %i ms, gone in between: %s, leaves %s', (signs, at, wasGone, left) => {
    const before = after(signs);
    expect(afterConnecting(before, at, wasGone)).toBe(left === 'it' ? before : null);
  });

  test('disproves a check that did not get a connection, not one that got no answer', () => {
    const found = { at: 5, ok: false, ms: 1, outcome: 'any' };
    expect(afterConnecting(afterAsking(found, false), 6, false)).toBeNull();
    expect(afterConnecting(afterAsking(found, true), 6, false)).not.toBeNull();
  });
});
