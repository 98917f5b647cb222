import { expect, test } from 'vitest';
import type { CheckOutcome, CheckTitle } from '../../shared/contract/doctor.ts';
import { type DoctorRun, withEvent } from './doctor.ts';

const title = (id: string): CheckTitle => ({ id, group: 'ports', title: id });
const outcome = (id: string, evidence: string): CheckOutcome => ({
  ...title(id),
  status: 'ok',
  evidence,
  details: [],
  fix: null,
  ms: 1,
});
const nothing: DoctorRun = {
  checks: [],
  outcomes: new Map(),
  pending: new Set(),
  counts: null,
  endedAt: null,
  failure: null,
};
const counts = { ok: 2, warning: 0, problem: 0, skipped: 0 };

test('outcomes of the run before stay until those of the new one come', () => {
  const first = [
    { kind: 'plan', checks: [title('a'), title('b'), title('gone')] },
    { kind: 'outcome', outcome: outcome('a', 'first') },
    { kind: 'outcome', outcome: outcome('gone', 'first') },
    { kind: 'end', counts, at: 10 },
  ] as const;
  const before = first.reduce<DoctorRun>(withEvent, nothing);
  expect(before).toMatchObject({ endedAt: 10, counts });
  const again = [
    { kind: 'plan', checks: [title('a'), title('b')] },
    { kind: 'outcome', outcome: outcome('b', 'second') },
  ] as const;
  const now = again.reduce<DoctorRun>(withEvent, { ...before, failure: 'cut off' });
  expect([...now.outcomes.values()].map(({ evidence }) => evidence)).toEqual(['first', 'second']);
  expect([...now.pending]).toEqual(['a']);
  expect(now.failure).toBeNull();
  expect(withEvent(now, { kind: 'end', counts, at: 20 })).toMatchObject({
    endedAt: 20,
    pending: new Set(),
  });
});
