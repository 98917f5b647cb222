import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../../test/support/cliHarness.ts';
import { allChecks } from '../../core/doctor/checks/index.ts';
import { inOrder } from '../../core/doctor/run.ts';
import type { CheckOutcome } from '../../shared/contract/doctor.ts';
import { outcomeLines, summaryLine } from '../render/doctor.ts';
import { createStyle } from '../render/style.ts';

const page = { style: createStyle(false) };
const outcome = (changed: Partial<CheckOutcome>): CheckOutcome => ({
  id: 'names.hosts',
  group: 'names',
  title: 'Every host is found',
  status: 'ok',
  evidence: 'all of them',
  details: [],
  fix: null,
  ms: 1,
  ...changed,
});

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-doctor-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

test('without an instance every check is told, in its order, and the end is exit code 7', async () => {
  const { stdout, exitCode } = await runCli(['doctor', '--json'], {
    answers: null,
    env: { BERTH_HOME: home },
  });
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const checks = records.filter(({ kind }) => kind === 'check');
  expect(checks.map(({ id }) => id)).toEqual(inOrder(allChecks).map(({ id }) => id));
  expect(new Set(records.map(({ schema }) => schema))).toEqual(new Set([1]));
  expect(checks[0]).toMatchObject({
    id: 'instance.running',
    status: 'problem',
    fix: { command: 'berth --headless', action: null },
  });
  const { kind, ok, warning, problem, skipped } = records.at(-1);
  expect(kind).toBe('summary');
  expect(ok + warning + problem + skipped).toBe(checks.length);
  expect(exitCode).toBe(7);
});

test('what is well is one line; with --all its details follow', () => {
  const well = outcome({ details: ['a.test: 127.0.0.1'] });
  expect(outcomeLines(well, false, page)).toEqual(['  ✓ Every host is found  all of them']);
  expect(outcomeLines(well, true, page)).toEqual([
    '  ✓ Every host is found  all of them',
    '      a.test: 127.0.0.1',
  ]);
});

test('what is wrong has its evidence, and what to do; nothing of it can steer a terminal', () => {
  const wrong = outcome({
    status: 'problem',
    evidence: 'a.test\u001b[2J is not found',
    details: ['a.test: not found', 'b.test: not found'],
    fix: { says: 'Install it.', command: 'berth names install', action: null },
  });
  const lines = outcomeLines(wrong, false, page);
  expect(lines.join('\n')).not.toContain('\u001b');
  expect(lines.slice(2)).toEqual([
    '      a.test: not found',
    '      b.test: not found',
    '      Install it.',
    '      berth names install',
  ]);
});

test.each([
  [
    { ok: 20, warning: 0, problem: 0, skipped: 3 },
    'Nothing wrong: 20 checks are well, 3 not tried',
  ],
  [{ ok: 1, warning: 2, problem: 1, skipped: 0 }, '1 problem, 2 warnings; 1 check is well'],
])('%o in words', (counts, words) => {
  expect(summaryLine(counts)).toBe(words);
});
