import type { Launch } from './world.ts';

export const launch: Launch = async (program, argv) => {
  const { spawn } = await import('node:child_process');
  const child = spawn(program, argv, { detached: true, stdio: 'ignore', windowsHide: true });
  return await new Promise((resolve) => {
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
    child.once('error', () => resolve(false));
  });
};
