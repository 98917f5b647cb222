import { checkFiles } from '../core/config/files.ts';
import { loadConfig } from '../core/config/load.ts';
import { directoriesFor } from '../core/directories.ts';
import { redactConfig } from '../shared/config/redact.ts';
import { exitCodeOf, exitCodes } from '../shared/exitCodes.ts';
import { createTalk, isBerthError } from './talk.ts';
import type { World } from './world.ts';

/** `--dry`: checks the configuration and prints what it comes to, secrets hidden. Starts nothing. */
export async function runDry(file: string | null, world: World): Promise<number> {
  const talk = createTalk({ output: world.stderr, env: world.env, debug: () => false });
  try {
    const { config, warnings } = await loadConfig({
      ...world,
      file,
      directories: directoriesFor(world),
    });
    for (const warning of warnings) talk.log('warn', warning);
    await checkFiles(config);
    world.stdout.write(`${JSON.stringify(redactConfig(config), null, 2)}\n`);
    return exitCodes.ok;
  } catch (error) {
    talk.error(error);
    return isBerthError(error) ? exitCodeOf(error.code) : exitCodes.other;
  }
}
