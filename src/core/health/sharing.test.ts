import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckState } from './checkState.ts';
import { formatFindings, parseFindings } from './sharing.ts';

test('findings are read back as they were written', () => {
  const state: CheckState = {
    verdict: 'down',
    streak: 3,
    last: { at: 1_700_000_000_000, ok: false, ms: 1.5, outcome: 'refused' },
  };
  const findings = new Map([
    ['http://a:1', state],
    ['http://b:1', { verdict: 'unknown', streak: 0, last: null } as const],
  ]);
  expect(parseFindings(formatFindings(findings))).toEqual(findings);
});

test.each([
  '',
  'x',
  'null',
  '{}',
  '{"v":2,"backends":{}}',
  '{"v":1,"backends":{"a":{"verdict":"dead","streak":1,"last":null}}}',
])('%s is none', (text) => {
  expect(parseFindings(text)).toBeNull();
});

test('any text is read without throwing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseFindings(text);
    }),
  );
});
