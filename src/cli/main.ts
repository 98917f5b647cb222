import { runDry } from './dry.ts';
import { runHeadless, type StartInstance } from './headless.ts';
import { readCommandLine } from './program.ts';
import type { World } from './world.ts';

/** Does what a command line asks for. Resolves to the exit code; never rejects on input. */
export async function main(
  argv: readonly string[],
  world: World,
  start: StartInstance,
): Promise<number> {
  const invocation = readCommandLine(argv, world);
  if (invocation.kind === 'done') return invocation.exitCode;
  if (invocation.dry) return await runDry(invocation.file, world);
  if (invocation.desktop) {
    world.stderr.write('berth: the desktop window is not part of this version; running headless\n');
  }
  return await runHeadless(invocation.file, world, start);
}
