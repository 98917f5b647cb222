import type { Launch } from './world.ts';

export const launch: Launch = async (program, argv) => {
  const { spawn } = await import('node:child_process');
  // Of an installed app's command line: in another program's hands it would change what that one is.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const child = spawn(program, argv, { env, detached: true, stdio: 'ignore', windowsHide: true });
  return await new Promise((resolve) => {
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
    child.once('error', () => resolve(false));
  });
};
