import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { z } from 'zod';

/** What is read of a report by vitest's JSON reporter. */
const schema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** How a run of tests ended. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, with the first line of why: tests, and files that failed outside of their tests. */
  readonly failures: readonly string[];
}

/** Reads the report of a run; null when there is none. */
export function readReport(path: string): Report | null {
  return existsSync(path) ? parseReport(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

/** The report of a run, of what vitest's JSON reporter wrote. */
export function parseReport(written: unknown): Report {
  const said = schema.parse(written);
  return {
    passed: said.numPassedTests,
    failed: said.numFailedTests,
    skipped: said.numPendingTests + said.numTodoTests,
    failures: said.testResults.flatMap(({ name, status, message = '', assertionResults }) => {
      const file = relative('.', name);
      const failed = assertionResults.filter((test) => test.status === 'failed');
      if (status === 'failed' && failed.length === 0) return [`${file}: ${firstLine(message)}`];
      return failed.map(
        ({ fullName, failureMessages }) =>
          `${file} > ${fullName}: ${firstLine(failureMessages?.[0] ?? '')}`,
      );
    }),
  };
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
