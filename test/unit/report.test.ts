import { expect, test } from 'vitest';
import { parseReport } from '../support/report.ts';

const counts = { numPassedTests: 1, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1 };

test('the report of a run names what failed, and files that failed outside of their tests', () => {
  const report = parseReport({
    ...counts,
    testResults: [
      {
        name: `${process.cwd()}/test/a.test.ts`,
        status: 'failed',
        message: '',
        assertionResults: [
          { status: 'passed', fullName: 'stands', failureMessages: [] },
          { status: 'failed', fullName: 'holds', failureMessages: ['Error: 1 is not 2\n  at x'] },
        ],
      },
      {
        name: `${process.cwd()}/test/b.test.ts`,
        status: 'failed',
        message: 'Error: no server\n  at y',
        assertionResults: [{ status: 'skipped', fullName: 'waits' }],
      },
    ],
  });
  expect(report).toEqual({
    passed: 1,
    failed: 1,
    skipped: 2,
    failures: ['test/a.test.ts > holds: Error: 1 is not 2', 'test/b.test.ts: Error: no server'],
  });
});
