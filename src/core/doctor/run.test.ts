import { expect, test } from 'vitest';
import { fakeContext } from '../../../test/support/doctorContext.ts';
import type { CheckGroup, CheckOutcome, DoctorEvent } from '../../shared/contract/doctor.ts';
import { limits } from '../../shared/limits.ts';
import { type Check, ok, problem } from './check.ts';
import { runChecks } from './run.ts';

const check = (id: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id,
  group: 'ports',
  title: id,
  needs: [],
  run,
  ...more,
});

async function outcomesOf(
  checks: readonly Check[],
  context = fakeContext(),
  signal = new AbortController().signal,
): Promise<{
  readonly events: readonly DoctorEvent[];
  readonly outcomes: readonly CheckOutcome[];
}> {
  const events: DoctorEvent[] = [];
  await runChecks({ checks, context, signal, now: () => 0, tell: (event) => events.push(event) });
  const outcomes = events.flatMap((event) => (event.kind === 'outcome' ? [event.outcome] : []));
  return { events, outcomes };
}

const hangs = (): Promise<never> => new Promise(() => undefined);

test('a check that throws could not be checked, and the others go on', async () => {
  const { outcomes, events } = await outcomesOf([
    check('throws', async () => {
      throw new Error('EIO: the disk');
    }),
    check('well', async () => ok('it is')),
  ]);
  expect(outcomes.find(({ id }) => id === 'throws')).toMatchObject({
    status: 'skipped',
    evidence: 'could not be checked: EIO: the disk',
  });
  expect(outcomes.find(({ id }) => id === 'well')?.status).toBe('ok');
  expect(events.at(-1)).toMatchObject({
    kind: 'end',
    counts: { ok: 1, warning: 0, problem: 0, skipped: 1 },
  });
});

test('a check that hangs could not be checked, and holds nobody up', async () => {
  let isTold = false;
  const { outcomes } = await outcomesOf([
    check(
      'hangs',
      (_context, signal) => {
        signal.addEventListener('abort', () => {
          isTold = true;
        });
        return hangs();
      },
      { timeLimitMs: 20 },
    ),
    check('well', async () => ok('it is')),
  ]);
  expect(outcomes.map(({ id }) => id)).toEqual(['well', 'hangs']);
  expect(outcomes[1]).toMatchObject({
    status: 'skipped',
    evidence: 'could not be checked: it took longer than 0.02 s',
  });
  expect(isTold).toBe(true);
});

test('what a run that was given up did not come to is not well', async () => {
  const ending = new AbortController();
  const run = outcomesOf([check('hangs', hangs)], fakeContext(), ending.signal);
  ending.abort();
  const { outcomes } = await run;
  expect(outcomes[0]).toMatchObject({
    status: 'skipped',
    evidence: 'could not be checked: the doctor was ended',
  });
});

test('what a check needs and is not there is said, and it is not run', async () => {
  let ran = 0;
  const run = async () => {
    ran++;
    return ok('it is');
  };
  const context = fakeContext({
    instance: null,
    readConfiguration: async () => {
      throw new Error('broken');
    },
  });
  const { outcomes } = await outcomesOf(
    [
      check('a', run, { needs: ['instance'] }),
      check('b', run, { needs: ['configuration'] }),
      check('c', run, { needs: ['store'] }),
    ],
    context,
  );
  expect(outcomes.map(({ status, evidence }) => [status, evidence])).toEqual([
    ['skipped', 'not tried: no instance runs'],
    ['skipped', 'not tried: the configuration cannot be read'],
    ['skipped', 'not tried: the configuration cannot be read'],
  ]);
  expect(ran).toBe(0);
});

test('the plan comes first, by groups, however fast each check is', async () => {
  const groups: readonly CheckGroup[] = ['machine', 'ports', 'instance', 'ports'];
  const { events } = await outcomesOf(
    groups.map((group, at) => check(`${group}${at}`, async () => ok(''), { group })),
  );
  const [plan] = events;
  expect(plan?.kind === 'plan' ? plan.checks.map(({ id }) => id) : null).toEqual([
    'instance2',
    'ports1',
    'ports3',
    'machine0',
  ]);
});

test('evidence is one line of bounded length, of characters that are seen', async () => {
  const { outcomes } = await outcomesOf([
    check('long', async () =>
      problem(`a\nb\u202e ${'x'.repeat(1000)}`, {
        details: Array.from({ length: 100 }, (_none, at) => `line ${at}`),
      }),
    ),
  ]);
  const [outcome] = outcomes;
  expect(outcome?.evidence).toMatch(/^a b\\u202e x+…$/);
  expect(outcome?.evidence.length).toBeLessThanOrEqual(limits.maxDoctorTextChars);
  expect(outcome?.details).toHaveLength(limits.maxDoctorDetails);
  expect(outcome?.details.at(-1)).toBe('and 81 more');
});
