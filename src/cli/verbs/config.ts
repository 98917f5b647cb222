import { existsSync } from 'node:fs';
import { findConfig, locateConfig } from '../../core/config/load.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { checkConfiguration } from '../checkConfiguration.ts';
import type { Context } from '../context.ts';

/** `berth config validate [FILE]`. What is wrong is thrown, as a start would. */
export async function validate(
  { file }: { readonly file: string | undefined },
  { output, world }: Context,
): Promise<number> {
  const { config, warnings } = await checkConfiguration(file ?? null, world, output.warn);
  if (output.json) output.document({ file: config.file, valid: true, warnings });
  else if (config.file === null) output.say('There is no configuration file: the defaults hold');
  else output.say(`${config.file} is valid`);
  return exitCodes.ok;
}

/** `berth config path`: the file that a start would read, and with --json the directories too. */
export async function path(_input: object, { output, world }: Context): Promise<number> {
  const directories = directoriesFor(world);
  const located = locateConfig({ ...world, file: null });
  const { path: file } = located.required
    ? located
    : await findConfig({ ...world, file: null, directories });
  const exists = existsSync(file);
  if (output.json) output.document({ file, exists, directories });
  else {
    output.lines([file]);
    if (!exists) output.say('It does not exist: the defaults hold');
  }
  return exitCodes.ok;
}
