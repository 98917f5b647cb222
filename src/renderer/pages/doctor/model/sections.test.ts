import { expect, test } from 'vitest';
import type { CheckGroup, CheckOutcome, CheckStatus } from '../../../../shared/contract/doctor.ts';
import type { DoctorRun } from '../../../state/doctor.ts';
import { lookOf, sectionsOf, sentence, summaryOf } from './sections.ts';

const outcome = (id: string, group: CheckGroup, status: CheckStatus): CheckOutcome => ({
  id,
  group,
  title: id,
  status,
  evidence: '',
  details: [],
  fix: null,
  ms: 1,
});

function runOf(outcomes: readonly CheckOutcome[], pending: readonly string[] = []): DoctorRun {
  return {
    checks: outcomes.map(({ id, group, title }) => ({ id, group, title })),
    outcomes: new Map(outcomes.map((one) => [one.id, one])),
    pending: new Set(pending),
    counts: null,
    endedAt: null,
    failure: null,
  };
}

test('what is wrong stands first, problems before warnings, and nowhere else', () => {
  const { wrong, others } = sectionsOf(
    runOf([
      outcome('a', 'instance', 'warning'),
      outcome('b', 'instance', 'ok'),
      outcome('c', 'ports', 'problem'),
      outcome('d', 'names', 'skipped'),
    ]),
  );
  expect(wrong.map(({ check }) => check.id)).toEqual(['c', 'a']);
  expect(others.map(({ title, lines }) => [title, lines.map(({ check }) => check.id)])).toEqual([
    ['Instance', ['b']],
    ['Names', ['d']],
  ]);
});

test('a check that did not end is neither well nor wrong', () => {
  const run = { ...runOf([outcome('a', 'ports', 'ok')], ['a']), outcomes: new Map() };
  const { wrong, others } = sectionsOf(run);
  expect(wrong).toEqual([]);
  const [line] = others[0]?.lines ?? [];
  expect(line).toMatchObject({ outcome: null, isPending: true });
  expect(line === undefined ? null : lookOf(line).word).toBe('not ended yet');
});

test.each([
  [{ ok: 23, warning: 0, problem: 0, skipped: 2 }, 'Nothing wrong in 23 checks, 2 not tried'],
  [{ ok: 3, warning: 1, problem: 2, skipped: 0 }, '2 problems and 1 warning in 6 checks'],
  [{ ok: 0, warning: 0, problem: 1, skipped: 9 }, '1 problem in 1 check, 9 not tried'],
])('what %o comes to', (counts, words) => {
  expect(summaryOf(counts)).toBe(words);
});

test('a heading begins with a capital where that is no name', () => {
  expect(sentence('nothing is bound')).toBe('Nothing is bound');
  expect(sentence('app.dev.local leads elsewhere')).toBe('app.dev.local leads elsewhere');
  expect(sentence('/data has mode 755')).toBe('/data has mode 755');
});
