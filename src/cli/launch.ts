import type { Ask, Launch } from './world.ts';

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

/** Milliseconds for which an answer is waited for. */
const askMs = 2000;

export const ask: Ask = async (program, argv) => {
  const { execFile } = await import('node:child_process');
  return await new Promise((resolve) => {
    execFile(program, [...argv], { timeout: askMs, windowsHide: true }, (error, stdout) =>
      resolve(error === null ? stdout.trim() : null),
    );
  });
};
