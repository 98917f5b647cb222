import { describe, expect, test } from 'vitest';
import { planRuns, type RunPlan } from '../support/namespace.ts';

describe('tests with a container engine run apart', () => {
  const none = '--passWithNoTests';
  const apart = '--project=containers';
  const cases: readonly [string, readonly string[], RunPlan][] = [
    ['everything', [], { here: ['--project=!containers', none], apart: [apart, none] }],
    [
      'files, of either run',
      ['a.test.ts', '-t', 'x'],
      {
        here: ['--project=!containers', none, 'a.test.ts', '-t', 'x'],
        apart: [apart, none, 'a.test.ts', '-t', 'x'],
      },
    ],
    ['another project', ['--project', 'unit'], { here: ['--project=unit', none], apart: null }],
    ['they alone', ['--project=containers', 'a'], { here: null, apart: [apart, none, 'a'] }],
    [
      'they and another project',
      ['--project=containers', '--project', 'unit'],
      { here: ['--project=unit', none], apart: [apart, none] },
    ],
  ];
  test.each(cases)('%s', (_name, args, plan) => {
    expect(planRuns(args, true)).toEqual(plan);
  });

  test('without an engine everything runs in one place, and they are skipped there', () => {
    expect(planRuns(['--project', 'containers', 'a'], false)).toEqual({
      here: ['--project', 'containers', 'a'],
      apart: null,
    });
  });
});
