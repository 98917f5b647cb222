import { limits } from '../../shared/limits.ts';

/**
 * Lets the electron package fetch the program that belongs to it, with the checksum that it came with; what it says is
 * talk.
 *
 * @returns why it failed, as a part of a sentence; null when the program is there
 */
export async function fetchElectron(script: string, signal: AbortSignal): Promise<string | null> {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: limits.electronFetchMs,
    signal,
  });
  return await new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve(null);
      else resolve(killedBy === null ? 'there is no way to where it lies' : 'that took too long');
    });
  });
}
