/**
 * `npm test`: says which runtimes are missing, runs every test that can run, and closes with what failed and the counts.
 * Without arguments, conformance and faults are tested with each engine.
 * BERTH_REQUIRE (comma list of runtime names, or `all`) turns a missing runtime into a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { inNamespace, planRuns } from './support/namespace.ts';
import { type Report, readReport } from './support/report.ts';
import {
  isPresent,
  isRequired,
  requiredNames,
  runtimeNames,
  runtimes,
} from './support/runtimes.ts';

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

type Wrap = (command: readonly string[]) => readonly string[];

/** Runs vitest to its end. The report is null when it could not write it. */
function runTests(
  path: string,
  args: readonly string[],
  wrap: Wrap,
  environment: Readonly<Record<string, string>> = {},
): { readonly exitCode: number; readonly report: Report | null } {
  rmSync(path, { force: true });
  const [program = '', ...rest] = wrap([
    process.execPath,
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path}`,
    ...args,
  ]);
  const { status } = spawnSync(program, rest, {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return { exitCode: status ?? 1, report: readReport(path) };
}

mkdirSync('.cache', { recursive: true });
const given = process.argv.slice(2);
const plan = planRuns(given, isPresent('dockerd'));
const plain: Wrap = (command) => command;
/** The tests of what engines do, for the one that is not the default. */
const otherEngine = ['--project=integration', 'test/conformance', 'test/faults'];
const runs = [
  ...(plan.here === null ? [] : [runTests('.cache/tests.json', plan.here, plain)]),
  ...(plan.apart === null
    ? []
    : [runTests('.cache/testsContainers.json', plan.apart, inNamespace)]),
  ...(given.length > 0
    ? []
    : [runTests('.cache/testsEngine.json', otherEngine, plain, { BERTH_ENGINE: 'http-proxy' })]),
];

for (const name of absent) {
  console.log(`skipped: tests that need ${name}. To run them: ${runtimes[name].get}`);
}
for (const failure of runs.flatMap(({ report }) => report?.failures ?? [])) {
  console.log(`failed: ${failure}`);
}
const sum = (of: 'passed' | 'failed' | 'skipped'): number =>
  runs.reduce((total, { report }) => total + (report?.[of] ?? 0), 0);
const passed = sum('passed');
const failed = sum('failed');
const skipped = sum('skipped');
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`);
const worst = runs.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0;
process.exit(worst === 0 && passed + failed + skipped === 0 ? 1 : worst);
