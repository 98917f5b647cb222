import { expect, it } from 'vitest';
import { aRecord } from '../../../../../test/support/record.ts';
import { backendText } from './backendText.ts';
import { differenceWords, replayMs } from './difference.ts';
import { isSecretHeader } from './secretHeaders.ts';
import { visibleLines } from './visibleLines.ts';

it('says by how much a replay was slower or faster', () => {
  expect(differenceWords(12, 14)).toBe('+2 ms');
  expect(differenceWords(1200, 14)).toBe('−1.2 s');
  expect(differenceWords(12, 12.01)).toBe('');
});

it('takes the time of the record, which the original has too', () => {
  expect(replayMs({ ms: 20, record: { id: 1, ...aRecord({ totalMs: 12 }) } })).toBe(12);
  expect(replayMs({ ms: 20, record: null })).toBe(20);
});

it.each([
  'Set-Cookie',
  'authorization',
  'X-Api-Key',
  'x-auth-user',
  'X-CSRF-Token',
  'client-secret',
])('%s is secret', (name) => {
  expect(isSecretHeader(name)).toBe(true);
});

it.each(['Content-Type', 'Location', 'ETag', 'X-Request-Id', 'WWW-Authenticate', 'Vary'])(
  '%s is none',
  (name) => {
    expect(isSecretHeader(name)).toBe(false);
  },
);

it('writes out what is hidden in a body, and keeps its lines', () => {
  expect(visibleLines('a\tb\r\nc\u202ed\u0007\n')).toBe('a\tb\nc\\u202ed\\u0007\n');
});

it('names a backend of this machine by its port, and how many were tried', () => {
  expect(backendText(aRecord())).toBe(':3000');
  const attempt = { index: 0, url: '', ms: 1, outcome: 'answered' } as const;
  expect(backendText(aRecord({ backend: 'http://b.test/', attempts: [attempt, attempt] }))).toBe(
    'b.test ×2',
  );
  expect(backendText(aRecord({ backend: null }))).toBe('–');
});
