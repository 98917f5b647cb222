import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { limits } from '../../../shared/limits.ts';

/** What is looked at of this machine's files, to find engines. Nothing rejects. */
export interface Files {
  /** The text of a file; null where it cannot be read, or is too large to be meant for this. */
  read(path: string): Promise<string | null>;
  /** Names in a directory; none where it cannot be read. */
  list(path: string): Promise<readonly string[]>;
  /** The file that a path leads to, past links; null where there is none. */
  real(path: string): Promise<string | null>;
}

export const machineFiles: Files = {
  read: async (path) => {
    try {
      const { size } = await stat(path);
      return size > limits.maxEngineTextBytes ? null : await readFile(path, 'utf8');
    } catch {
      return null;
    }
  },
  list: (path) => readdir(path).catch(() => []),
  real: (path) => realpath(path).catch(() => null),
};
