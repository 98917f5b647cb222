import { isDeepStrictEqual } from 'node:util';
import { loadConfig } from '../../core/config/load.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import {
  Migration,
  type Named,
  type OpenedStore,
  openForTransfer,
  type Phase,
} from '../../core/transfer/index.ts';
import { parseDriver } from '../../shared/config/driver.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { StoreSpec } from '../../shared/model/driver.ts';
import type { Context } from '../context.ts';
import { createProgress } from '../progress.ts';
import { counted } from '../render/units.ts';

export interface StoreMigrateInput {
  /** A driver URL, `embedded`, or `configured` for the store that the configuration names. */
  readonly to: string;
  readonly from: string;
  readonly dryRun: boolean;
  readonly replace: boolean;
}

const doing: Readonly<Record<Phase, string>> = {
  looking: 'Looking',
  copying: 'Copying',
  checking: 'Checking',
};

/** `berth store migrate --to URL` */
export async function storeMigrate(input: StoreMigrateInput, context: Context): Promise<number> {
  const { output, signal, world } = context;
  const to = await specOf(input.to, '--to', context);
  const from = await specOf(input.from, '--from', context);
  if (isSamePlace(from, to)) {
    throw new BerthError('BERTH_INPUT_INVALID', 'both are the same store with the same prefix');
  }
  const inputs = {
    directories: directoriesFor(world),
    platform: world.platform,
    log: (_level: string, text: string) => output.detail(text),
    signal,
  };
  const opened: OpenedStore[] = [];
  const progress = createProgress(world.stderr, !output.json);
  try {
    const source = await openForTransfer(from, inputs);
    opened.push(source);
    // One directory is opened once: the second prefix goes through the same endpoint.
    const target = await openForTransfer(to, inputs);
    opened.push(target);
    const migration = new Migration(source, target, {
      signal,
      progress: (phase, done, total) => progress.show(doing[phase], done, total),
    });
    return await run(input, migration, { source, target, clear: progress.clear }, context);
  } finally {
    progress.clear();
    for (const store of opened.reverse()) await store.close();
  }
}

async function run(
  { dryRun, replace }: StoreMigrateInput,
  migration: Migration,
  {
    source,
    target,
    clear,
  }: {
    readonly source: OpenedStore;
    readonly target: OpenedStore;
    readonly clear: () => void;
  },
  { output }: Context,
): Promise<number> {
  const say = (line: string): void => {
    clear();
    if (!output.json) output.say(line);
  };
  const list = (title: string, { names, count }: Named): void => {
    if (count === 0) return;
    clear();
    output.warn(
      [
        title,
        ...names.map(({ name, reason }) => `  ${name}: ${reason}`),
        ...(count > names.length ? [`  and ${counted(count - names.length, 'more', 'more')}`] : []),
      ].join('\n'),
    );
  };
  const places = { from: source.description, to: target.description };
  say(`From ${places.from} to ${places.to}`);
  const survey = await migration.survey();
  list('Not copied:', survey.left);
  list(`${target.description} has something else under these names:`, survey.conflicts);
  const mayWrite = survey.conflicts.count === 0 || replace;
  if (dryRun) {
    clear();
    if (output.json) output.document({ ...places, dryRun, survey });
    const { missing, same, conflicts } = survey;
    say(
      `Nothing is written. ${missing} to copy, ${same} the same, ${conflicts.count} ${replace ? 'to replace' : 'in conflict'}`,
    );
    return mayWrite ? exitCodes.ok : exitCodes.other;
  }
  if (!mayWrite) {
    if (output.json) output.document({ ...places, dryRun, survey });
    throw new BerthError(
      'BERTH_EXISTS',
      `${counted(survey.conflicts.count, 'frontend')} of ${places.from} would overwrite another one in ${places.to}`,
    );
  }
  const copied = await migration.copy({ total: survey.found, replace });
  list('Left alone:', copied.conflicts);
  const verified = await migration.verify(survey.found);
  list('Not the same in both now; somebody writes to one of them:', verified.different);
  clear();
  if (output.json) output.document({ ...places, dryRun, survey, copied, verified });
  say(
    `${copied.copied} copied, ${copied.replaced} replaced; read back, ${counted(verified.same, 'frontend')} the same in both`,
  );
  if (verified.different.count === 0) return exitCodes.ok;
  throw new BerthError(
    'BERTH_CONFLICT',
    `${counted(verified.different.count, 'frontend')} differ; run it again`,
  );
}

async function specOf(text: string, option: string, context: Context): Promise<StoreSpec> {
  if (text === 'configured') return await configured(context);
  const parsed = parseDriver(text === 'embedded' ? 'embedded:' : text);
  if (parsed.ok) return parsed.store;
  throw new BerthError(
    'BERTH_INPUT_INVALID',
    `${option} takes a driver URL, "embedded" or "configured": ${parsed.problems[0]?.problem ?? 'it cannot be read'}`,
  );
}

async function configured({ world, output }: Context): Promise<StoreSpec> {
  const read = await loadConfig({ ...world, file: null, directories: directoriesFor(world) });
  for (const warning of read.warnings) output.detail(warning);
  return read.config.driver;
}

function isSamePlace(a: StoreSpec, b: StoreSpec): boolean {
  if (a.prefix !== b.prefix) return false;
  if (a.kind === 'embedded' || b.kind === 'embedded') return a.kind === b.kind;
  return isDeepStrictEqual(a, b);
}
