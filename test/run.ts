/**
 * `npm test`: says which runtimes are missing, runs every test that can run, and closes with the counts.
 * BERTH_REQUIRE (comma list of runtime names, or `all`) turns a missing runtime into a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import {
  isPresent,
  isRequired,
  requiredNames,
  runtimeNames,
  runtimes,
} from './support/runtimes.ts';

const counts = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

const unknown = requiredNames().filter(
  (name) => name !== 'all' && !runtimeNames.some((known) => known === name),
);
if (unknown.length > 0) {
  console.error(
    `BERTH_REQUIRE names no runtime: ${unknown.join(', ')}. Known: ${runtimeNames.join(', ')}, all.`,
  );
  process.exit(2);
}

const absent = runtimeNames.filter((name) => !isPresent(name));
const demanded = absent.filter(isRequired);
if (demanded.length > 0) {
  for (const name of demanded)
    console.error(`required and not found: ${name}. Get it: ${runtimes[name].get}`);
  process.exit(1);
}

const report = '.cache/tests.json';
mkdirSync('.cache', { recursive: true });
rmSync(report, { force: true });
const run = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);

for (const name of absent) {
  console.log(`skipped: tests that need ${name}. To run them: ${runtimes[name].get}`);
}
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = counts.parse(
  JSON.parse(readFileSync(report, 'utf8')),
);
console.log(
  `tests: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`,
);
process.exit(run.status ?? 1);
