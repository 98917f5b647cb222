import { resolve } from 'node:path';
import { loadConfig } from '../../core/config/load.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import {
  type Applied,
  applyWrites,
  countsOf,
  type Format,
  type OnConflict,
  openForTransfer,
  type Parsed,
  type PlanEntry,
  planImport,
  readSource,
  readStore,
  writesOf,
} from '../../core/transfer/index.ts';
import { parseDriver } from '../../shared/config/driver.ts';
import type { HostView } from '../../shared/contract/hosts.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { limits } from '../../shared/limits.ts';
import type { StoreSpec } from '../../shared/model/driver.ts';
import type { Api, Context } from '../context.ts';
import { hostIfAny } from '../meantHost.ts';
import { createProgress } from '../progress.ts';
import { planLines, problemLines } from '../render/plan.ts';
import { counted } from '../render/units.ts';
import { isBerthError } from '../talk.ts';

export interface ImportInput {
  /** A file, hotel's directory, `-`, or the driver URL of a Redis. */
  readonly file: string | undefined;
  readonly from: Format | null;
  /** A config.json that names the Redis to read from. */
  readonly config: string | null;
  readonly port: number | null;
  readonly dryRun: boolean;
  readonly onConflict: OnConflict;
}

/** `berth import FILE` */
export async function importHosts(input: ImportInput, context: Context): Promise<number> {
  const { client, hold, output, signal, world } = context;
  const { what, format, parsed } = await readInput(input, context);
  const { frontends, problems, moreProblems } = parsed;
  for (const line of problemLines(problems, moreProblems, what)) output.warn(line);
  const api = await client();
  const plan = planImport(await existing(api, parsed, signal), frontends);
  const counts = countsOf(plan);
  const writes = writesOf(plan, input.onConflict);
  const report = (applied: Applied | null): void => {
    if (!output.json) return;
    const outcome =
      applied === null
        ? 'nothing'
        : applied.ok
          ? 'applied'
          : applied.left.length > 0
            ? 'partly'
            : 'taken back';
    output.document({
      format,
      dryRun: input.dryRun,
      outcome,
      counts,
      plan,
      problems,
      moreProblems,
    });
  };
  if (!output.json && plan.length > 0) output.lines(planLines(plan, output));

  if (writes === null && !input.dryRun) {
    report(null);
    const [have, them] = counts.conflict === 1 ? ['has', 'it'] : ['have', 'them'];
    throw new BerthError(
      'BERTH_EXISTS',
      `${counted(counts.conflict, 'host')} of ${what} ${have} other backends here; --skip leaves ${them} alone`,
    );
  }
  if (input.dryRun || writes === null || writes.length === 0) {
    report(null);
    output.say(summaryOf(plan, parsed, input));
    return exitCodeFor(plan, parsed);
  }
  const progress = createProgress(world.stderr, !output.json);
  const release = hold();
  const ending = endingOf(context);
  let isTold = false;
  const takingBack = (left: number): void => {
    if (ending.aborted && !isTold) {
      isTold = true;
      progress.clear();
      output.say('Taking back what was written; Ctrl-C again leaves it as it is.');
    }
    progress.show('Taking back', left, null);
  };
  const writer = {
    set: (wanted: Parameters<Api['hosts']['set']>[0]) => api.hosts.set(wanted),
    remove: (wanted: Parameters<Api['hosts']['remove']>[0]) => api.hosts.remove(wanted),
  };
  const applied = await applyWrites(writes, writer, {
    signal: ending,
    progress: (done) => progress.show('Importing', done, writes.length),
    takingBack,
  });
  progress.clear();
  release();
  report(applied);
  if (!applied.ok) return failed(applied, input, context);
  output.say(summaryOf(plan, parsed, input));
  return exitCodeFor(plan, parsed);
}

/** Aborted by Ctrl-C and SIGTERM. Who only reads no further, as `head` does, did not ask to have anything taken back. */
function endingOf({ signal, world }: Context): AbortSignal {
  const ending = new AbortController();
  const end = (): void => {
    if (world.stdout.gone?.aborted !== true) ending.abort();
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  return ending.signal;
}

/** Says what became of an import that was refused in the middle, and throws why. */
function failed(
  applied: Extract<Applied, { ok: false }>,
  { onConflict }: ImportInput,
  { output }: Context,
): never {
  const { error, at, takenBack, left } = applied;
  const why = isBerthError(error) ? `${at} was refused` : `Ended before ${at}`;
  const again = `${counted(takenBack.length, 'host')} written before it ${takenBack.length === 1 ? 'is' : 'are'} as before again`;
  output.say(`${why}; ${takenBack.length + left.length === 0 ? 'nothing was written' : again}.`);
  for (const { name, reason } of left) output.warn(`${name} stays as imported: ${reason}`);
  if (onConflict === 'replace' && isBerthError(error) && error.code === 'BERTH_BACKEND_MAPPED') {
    output.say('--skip instead of --replace leaves alone what is there, and adds the rest.');
  }
  throw error;
}

/** Something was asked for, and it could not be done. */
const exitCodeFor = (plan: readonly PlanEntry[], { problems }: Parsed): number =>
  countsOf(plan).refused > 0 || (plan.length === 0 && problems.length > 0)
    ? exitCodes.other
    : exitCodes.ok;

function summaryOf(
  plan: readonly PlanEntry[],
  parsed: Parsed,
  { dryRun, onConflict }: ImportInput,
): string {
  const { added, changed, same, conflict, refused } = countsOf(plan);
  const left = parsed.problems.length + parsed.moreProblems;
  const conflicts = {
    stop: counted(conflict, 'conflict'),
    replace: `${conflict} ${dryRun ? 'to replace' : 'replaced'}`,
    skip: `${conflict} left alone`,
  };
  const parts = [
    `${added} ${dryRun ? 'to add' : 'added'}`,
    `${changed} ${dryRun ? 'to change' : 'changed'}`,
    `${same} the same`,
    ...(conflict === 0 ? [] : [conflicts[onConflict]]),
    ...(refused === 0 ? [] : [`${refused} refused`]),
    ...(left === 0 ? [] : [`${left} not importable`]),
  ];
  return `${dryRun ? 'Nothing is written. ' : ''}${parts.join(', ')}`;
}

interface Read {
  /** What was read, in a word for messages. */
  readonly what: string;
  readonly format: Format;
  readonly parsed: Parsed;
}

async function readInput(input: ImportInput, context: Context): Promise<Read> {
  const { file, from, config, port } = input;
  const { world } = context;
  if (config !== null) {
    if (file !== undefined) throw invalid('give a file or --config, not both');
    if (from !== null && from !== 'hipache') throw invalid('--config goes with --from hipache');
    return await readRedis(await driverOf(config, context), context);
  }
  if (file === undefined)
    throw invalid('name the file to import; berth import --help lists what is read');
  if (/^(?:rediss?|embedded):/i.test(file)) {
    const parsed = parseDriver(file);
    if (!parsed.ok) throw invalid(`the URL of the store: ${parsed.problems[0]?.problem ?? ''}`);
    return await readRedis(parsed.store, context);
  }
  const path = file === '-' ? '/dev/stdin' : resolve(world.cwd, file);
  const source = await readSource({ path, from, port });
  if (source.kind === 'config') return await readRedis(await driverOf(path, context), context);
  return { what: file === '-' ? 'the input' : file, format: source.format, parsed: source.parsed };
}

async function driverOf(config: string, { output, world }: Context): Promise<StoreSpec> {
  const directories = directoriesFor(world);
  const read = await loadConfig({ ...world, file: config, directories });
  for (const warning of read.warnings) output.detail(warning);
  return read.config.driver;
}

async function readRedis(spec: StoreSpec, { output, signal, world }: Context): Promise<Read> {
  if (spec.kind === 'embedded') {
    throw invalid('it names the embedded store, where no Hipache is; see berth store migrate');
  }
  const opened = await openForTransfer(spec, {
    directories: directoriesFor(world),
    platform: world.platform,
    log: (_level, text) => output.detail(text),
    signal,
  });
  try {
    const parsed = await readStore(opened, signal);
    return { what: opened.description, format: 'hipache', parsed };
  } finally {
    await opened.close();
  }
}

/** What the instance has under the wanted names; each is asked for, since lists may not have all of them. */
async function existing(
  api: Api,
  { frontends }: Parsed,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, HostView>> {
  const found = new Map<string, HostView>();
  for (let i = 0; i < frontends.length; i += limits.importReads) {
    const step = frontends.slice(i, i + limits.importReads);
    signal.throwIfAborted();
    const views = await Promise.all(step.map(({ name }) => hostIfAny(api, name)));
    for (const view of views) if (view !== null) found.set(view.name, view);
  }
  return found;
}

const invalid = (detail: string): BerthError => new BerthError('BERTH_INPUT_INVALID', detail);
