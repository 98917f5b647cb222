import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, posix, win32 } from 'node:path';
import { limits } from '../../shared/limits.ts';
import { requireOwnPath } from '../system/ownPath.ts';
import { applyFile, changedReason } from './applyFile.ts';
import { askFor, commandLine, powershellFile } from './ask.ts';
import { linesFile, powershellScript } from './powershellScript.ts';
import { changedLine, doneLine, shellScript } from './shellScript.ts';
import type { Ran, Run, Step, StepResult } from './step.ts';
import type { ElevationWay } from './way.ts';

export interface ElevationDeps {
  readonly way: ElevationWay;
  readonly platform: NodeJS.Platform;
  readonly run: Run;
  /** Where scripts lie while they run; made for this user alone when missing. */
  readonly directory: string;
}

export interface CarriedOut {
  /** One for each step, in their order. */
  readonly results: readonly StepResult[];
  /** What a person has to run, since nobody could be asked; null when there is nothing. */
  readonly byHand: string | null;
}

/**
 * Carries steps out in their order, up to the first that fails. Rights are asked for once for those that need them and
 * follow each other. Never rejects.
 */
export async function carryOut(steps: readonly Step[], deps: ElevationDeps): Promise<CarriedOut> {
  const results: StepResult[] = [];
  let byHand: string | null = null;
  for (let at = 0; at < steps.length; ) {
    const group = together(steps.slice(at));
    at += group.length;
    if (results.some(({ status }) => status !== 'done')) {
      results.push(...group.map(left));
    } else if (group[0]?.needsRoot !== true) {
      for (const step of group) results.push(await alone(step, deps));
    } else {
      const elevated = await asRoot(group, deps);
      byHand = elevated.byHand;
      results.push(...elevated.results);
    }
  }
  return { results, byHand };
}

const left = (step: Step): StepResult => ({
  step,
  status: 'left',
  reason: 'a step before it was not done',
});

/** The first step with those after it that need the rights of root too; one that needs none is alone. */
function together(steps: readonly Step[]): readonly Step[] {
  const end = steps.findIndex(({ needsRoot }) => !needsRoot);
  return steps.slice(0, end === -1 ? steps.length : Math.max(1, end));
}

async function alone(step: Step, { run }: ElevationDeps): Promise<StepResult> {
  if ('file' in step) return resultOf(step, await applyFile(step.file));
  const ran = await run(step.command);
  return resultOf(step, ran.status === 0 || step.mayFail ? null : failureOf(ran));
}

const resultOf = (step: Step, reason: string | null): StepResult =>
  reason === null ? { step, status: 'done', reason: '' } : { step, status: 'failed', reason };

async function asRoot(steps: readonly Step[], deps: ElevationDeps): Promise<CarriedOut> {
  const { way, platform } = deps;
  const { join } = platform === 'win32' ? win32 : posix;
  try {
    await mkdir(deps.directory, { recursive: true, mode: 0o700 });
    // What lies there is about to be run with the rights of root.
    await requireOwnPath(dirname(deps.directory), [basename(deps.directory)]);
    if (way === 'none') {
      const all = join(deps.directory, 'to-run');
      await rm(all, { recursive: true, force: true });
      // Another plan has another command: the one that a person was given before does nothing any more.
      const directory = join(all, markOf(steps));
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const script = await stage(steps, directory, platform);
      const results = steps.map(
        (step): StepResult => ({
          step,
          status: 'left',
          reason: 'nobody can be asked for the rights',
        }),
      );
      return { results, byHand: commandLine(platform, script) };
    }
    const directory = await mkdtemp(join(deps.directory, 'run-'));
    try {
      const script = await stage(steps, directory, platform);
      const isWindows = platform === 'win32';
      const argv = isWindows && way === 'direct' ? powershellFile(script) : askFor(way, script);
      const isInteractive = way === 'sudo';
      const ran = await deps.run(argv, { isInteractive, timeoutMs: limits.elevationMs });
      const said = isWindows
        ? await readFile(join(directory, linesFile), 'utf8').catch(() => '')
        : ran.stdout;
      return { results: resultsOf(steps, said, ran), byHand: null };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { results: steps.map((step) => ({ step, status: 'failed', reason })), byHand: null };
  }
}

/** Eight hex digits, the same for the same steps. */
function markOf(steps: readonly Step[]): string {
  const hash = createHash('sha256');
  for (const step of steps) {
    const [what, ...data] =
      'file' in step
        ? [{ ...step.file, before: null, after: null }, step.file.before, step.file.after]
        : [step.command];
    hash.update(JSON.stringify([what, data.map((one) => one?.length ?? null)]));
    for (const one of data) hash.update(one ?? '');
  }
  return hash.digest('hex').slice(0, 8);
}

/** Writes the script and its files. @returns the path of the script */
async function stage(
  steps: readonly Step[],
  directory: string,
  platform: NodeJS.Platform,
): Promise<string> {
  const isWindows = platform === 'win32';
  const { join } = isWindows ? win32 : posix;
  const { text, files } = (isWindows ? powershellScript : shellScript)(steps, directory);
  const path = join(directory, isWindows ? 'run.ps1' : 'run.sh');
  for (const { name, data } of files) {
    await writeFile(join(directory, name), data, { mode: 0o600 });
  }
  await writeFile(path, text, { mode: 0o700 });
  return path;
}

function resultsOf(steps: readonly Step[], said: string, ran: Ran): readonly StepResult[] {
  const lines = new Set(said.split(/\r?\n|\r/));
  const failed = steps.findIndex((_step, at) => !lines.has(doneLine(at)));
  return steps.map((step, at): StepResult => {
    if (failed === -1 || at < failed) return { step, status: 'done', reason: '' };
    if (at > failed) return left(step);
    const reason =
      'file' in step && lines.has(changedLine(at)) ? changedReason(step.file.path) : failureOf(ran);
    return { step, status: 'failed', reason };
  });
}

/** What programs say that were refused the rights differs; the last line is what a person should see. */
function failureOf({ status, stderr }: Ran): string {
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  if (/User canceled|\(-128\)|Request dismissed|Not authorized/i.test(stderr)) {
    return 'the rights were refused';
  }
  // What a program said on the terminal itself stands there.
  return last === ''
    ? `it ended with ${status ?? 'no exit code'}; what it said stands above`
    : last;
}
