import { expect, test } from 'vitest';
import { failures, readFailure } from './failure.ts';
import { decideRetry, isIdempotent, type TryState } from './retry.ts';

const state: TryState = {
  failure: failures.reset,
  idempotent: true,
  sent: true,
  replayable: true,
  reused: false,
  excused: false,
  retriesLeft: 3,
};

test.each([
  ['an idempotent request goes on to the next', {}, 'next'],
  ['nothing is left to retry', { retriesLeft: 0 }, 'give-up'],
  [
    'what was not sent goes on, whatever it is',
    { sent: false, idempotent: false, replayable: false },
    'next',
  ],
  ['what may have been sent stays', { idempotent: false }, 'give-up'],
  ['a body that is gone cannot be sent again', { replayable: false }, 'give-up'],
  ['a stale connection is excused', { reused: true }, 'again'],
  ['even with no retry left', { reused: true, retriesLeft: 0 }, 'again'],
  ['but once only', { reused: true, excused: true }, 'next'],
  ['and not for what may have been sent', { reused: true, idempotent: false }, 'give-up'],
  ['a timeout is no stale connection', { reused: true, failure: failures.silent }, 'next'],
] as const)('%s', (_name, change, verdict) => {
  expect(decideRetry({ ...state, ...change })).toBe(verdict);
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
  '%s may be sent twice',
  (method) => {
    expect(isIdempotent(method)).toBe(true);
  },
);
test.each(['POST', 'PATCH', 'LOCK', 'MKCOL', 'get'])('%s may not', (method) => {
  expect(isIdempotent(method)).toBe(false);
});

const coded = (code: string): Error => Object.assign(new Error(code), { code });
test.each([
  ['ECONNREFUSED', 'connecting', failures.refused],
  ['ETIMEDOUT', 'connecting', failures.connectTimeout],
  ['ETIMEDOUT', 'connected', failures.silent],
  ['EHOSTUNREACH', 'connecting', failures.unreachable],
  ['ENOTFOUND', 'connecting', failures.unresolved],
  ['EAI_AGAIN', 'connecting', failures.unresolved],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'connecting', failures.tls],
  ['EMFILE', 'connecting', failures.exhausted],
  ['HPE_INVALID_CONSTANT', 'connected', failures.protocol],
  ['ECONNRESET', 'connected', failures.reset],
  ['EPIPE', 'connected', failures.reset],
  ['ENONSENSE', 'connecting', failures.unreachable],
  ['ENONSENSE', 'connected', failures.reset],
] as const)('%s while %s', (code, stage, failure) => {
  expect(readFailure(coded(code), stage)).toBe(failure);
});

test('of several addresses that failed the first speaks', () => {
  expect(
    readFailure(new AggregateError([coded('ECONNREFUSED'), coded('EADDRNOTAVAIL')]), 'connecting'),
  ).toBe(failures.refused);
  expect(readFailure(undefined, 'connecting')).toBe(failures.unreachable);
});
