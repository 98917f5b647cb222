import { fileFormOf } from '../shared/config/fileForm.ts';
import { escapeUnseen } from '../shared/escapeUnseen.ts';
import { exitCodeOf, exitCodes } from '../shared/exitCodes.ts';
import { checkConfiguration } from './checkConfiguration.ts';
import { createTalk, isBerthError } from './talk.ts';
import type { World } from './world.ts';

/**
 * `--dry`: checks all of the configuration that can be checked without touching anything, and prints what it comes to as a
 * config.json, secrets hidden. What a start would refuse with exit code 3 is refused in the same words.
 */
export async function runDry(file: string | null, world: World): Promise<number> {
  const talk = createTalk({ output: world.stderr, env: world.env, debug: () => false });
  try {
    const { config } = await checkConfiguration(file, world, (warning) =>
      talk.log('warn', warning),
    );
    // Root without a file stays root; in a file that has to be said.
    const user = config.user ?? (world.isRoot ? 'root' : null);
    world.stdout.write(
      `${escapeUnseen(JSON.stringify(fileFormOf({ ...config, user }), null, 2))}\n`,
    );
    return exitCodes.ok;
  } catch (error) {
    talk.error(error);
    return isBerthError(error) ? exitCodeOf(error.code) : exitCodes.other;
  }
}
