/**
 * `npm test`: says which runtimes are missing, runs every test that can run, and closes with what failed and the counts.
 * Without arguments, conformance and faults are tested with each engine.
 * BERTH_REQUIRE (comma list of runtime names, or `all`) turns a missing runtime into a failure.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { build, builtForAll } from './support/buildOnce.ts';
import { inNamespace, planRuns } from './support/namespace.ts';
import { inTurn } from './support/projects.ts';
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

interface Run {
  readonly exitCode: number;
  /** Null when vitest could not write it. */
  readonly report: Report | null;
}

/**
 * Runs vitest to its end.
 *
 * @param path of the report
 * @param isAside it runs beside another one: what it says comes when it has ended
 */
async function runTests(
  path: string,
  args: readonly string[],
  {
    wrap = (command) => command,
    environment = {},
    isAside = false,
  }: {
    readonly wrap?: Wrap;
    readonly environment?: Readonly<Record<string, string>>;
    readonly isAside?: boolean;
  } = {},
): Promise<Run> {
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
  const child = spawn(program, rest, {
    stdio: isAside ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    env: { ...process.env, ...environment },
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => void said.push(part));
  const [status] = (await once(child, 'close')) as [number | null];
  process.stdout.write(Buffer.concat(said));
  return { exitCode: status ?? 1, report: readReport(path) };
}

/** What was asked for, with the one engine that the environment names. */
async function runGiven(args: readonly string[]): Promise<readonly Run[]> {
  const { here, apart } = planRuns(args, isPresent('dockerd'));
  return [
    ...(here === null ? [] : [await runTests('.cache/tests.json', here)]),
    ...(apart === null
      ? []
      : [await runTests('.cache/testsContainers.json', apart, { wrap: inNamespace })]),
  ];
}

/**
 * Every test; conformance and faults with each engine. Those that mostly wait do so while the tests with containers run,
 * of which there is one at a time.
 */
async function runAll(): Promise<readonly Run[]> {
  build();
  const otherEngine = { ...builtForAll, BERTH_ENGINE: 'http-proxy' };
  const ofEngines = ['test/conformance', 'test/faults'];
  const first = await runTests(
    '.cache/tests.json',
    inTurn.map((name) => `--project=${name}`),
    { environment: builtForAll },
  );
  const containers = runTests('.cache/testsContainers.json', ['--project=containers'], {
    // Without an engine they say why they are skipped.
    ...(isPresent('dockerd') ? { wrap: inNamespace } : {}),
    environment: builtForAll,
    isAside: true,
  });
  const waiting = [
    await runTests('.cache/testsWaiting.json', ['--project=waiting'], { environment: builtForAll }),
    await runTests('.cache/testsEngineWaiting.json', ['--project=waiting', ...ofEngines], {
      environment: otherEngine,
    }),
  ];
  return [
    first,
    ...waiting,
    await containers,
    await runTests('.cache/testsEngine.json', ['--project=integration', ...ofEngines], {
      environment: otherEngine,
    }),
  ];
}

mkdirSync('.cache', { recursive: true });
const given = process.argv.slice(2);
const runs = given.length === 0 ? await runAll() : await runGiven(given);

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
