/**
 * `npm test`: says which runtimes are here, runs every test that can run, and closes with the counts.
 * BERTH_REQUIRE (comma list of runtime names, or "all") turns a missing runtime into a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { runtimes } from './support/runtimes.mjs';

const required = new Set((process.env['BERTH_REQUIRE'] ?? '').split(',').filter(Boolean));
const names = Object.keys(runtimes);
const unknown = [...required].filter((name) => name !== 'all' && !names.includes(name));
if (unknown.length > 0) {
  console.error(
    `BERTH_REQUIRE names no runtime: ${unknown.join(', ')}. Known: ${names.join(', ')}, all.`,
  );
  process.exit(2);
}

const absent = names.filter((name) => !runtimes[name].present());
const missing = absent.filter((name) => required.has(name) || required.has('all'));
for (const name of absent) {
  console.log(
    `${missing.includes(name) ? 'missing' : 'skipped'}: tests that need ${name}. To run them: ${runtimes[name].get}`,
  );
}
if (missing.length > 0) {
  console.error(`Required and not found: ${missing.join(', ')}.`);
  process.exit(1);
}

mkdirSync('.cache', { recursive: true });
const report = '.cache/tests.json';
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

let counts;
try {
  counts = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  console.error('The test run ended without a report.');
  process.exit(run.status || 1);
}
const skipped = counts.numPendingTests + (counts.numTodoTests ?? 0);
for (const name of absent) {
  console.log(`skipped: tests that need ${name}. To run them: ${runtimes[name].get}`);
}
console.log(
  `tests: ${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${skipped} skipped`,
);
process.exit(run.status ?? 1);
