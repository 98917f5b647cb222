import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Mounts a file system in memory that is soon full.
 *
 * @returns what unmounts it
 * @throws where mounting is not permitted
 */
export function mountSmallDisk(directory: string, kilobytes: number): () => void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'berth-test', directory], {
    stdio: 'ignore',
  });
  return () => void execFileSync('umount', ['-l', directory], { stdio: 'ignore' });
}

/** Whether this process may mount one; tried out. */
export const canMount: boolean = (() => {
  const directory = mkdtempSync(join(tmpdir(), 'berth-disk-'));
  try {
    mountSmallDisk(directory, 64)();
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(directory);
  }
})();

export const mountingReason = 'a tmpfs may not be mounted: needs root on Linux';
