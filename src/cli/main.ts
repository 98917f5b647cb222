import type { Connect } from './context.ts';
import type { WindowOutcome } from './desktop/open.ts';
import type { StartInstance } from './headless.ts';
import { readCommandLine } from './program.ts';
import type { World } from './world.ts';

/** What the command line reaches beyond its own process. */
export interface Reach {
  /** Starts an instance in this process. */
  readonly start: StartInstance;
  /** Connects to one that runs. */
  readonly connect: Connect;
  /** Opens the desktop app, and resolves when it was closed. */
  readonly openDesktop: () => Promise<WindowOutcome>;
}

/**
 * Does what a command line asks for. Resolves to the exit code; never rejects on input. What each way needs is loaded on
 * the way, so that none waits for the others' modules.
 */
export async function main(argv: readonly string[], world: World, reach: Reach): Promise<number> {
  const invocation = readCommandLine(argv, world);
  switch (invocation.kind) {
    case 'done':
      return invocation.exitCode;
    case 'verb': {
      const { runVerb } = await import('./runVerb.ts');
      return await runVerb(invocation.run, invocation.manner, world, reach.connect);
    }
    case 'run': {
      if (invocation.dry) return await (await import('./dry.ts')).runDry(invocation.file, world);
      if (invocation.desktop) {
        const window = await reach.openDesktop();
        if (window.kind === 'closed') return window.exitCode;
        world.stderr.write(`berth: running without a window: ${window.why}\n`);
      }
      const { runHeadless } = await import('./headless.ts');
      return await runHeadless(invocation, world, reach.start);
    }
  }
}
