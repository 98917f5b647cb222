import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Directories that are made at once, at most. */
const maxLevels = 64;

/**
 * Makes a directory and those above it that are missing. Unlike `mkdir` with `recursive` it always ends: under /proc,
 * where every name is missing and none can be made, Node tries for ever.
 *
 * @param above mode of the directories above it that are made; `mode` when left out
 * @returns what was made, from the top; empty when it was there
 * @throws the system's own error
 */
export async function makeDirectory(
  path: string,
  { mode, above = mode }: { readonly mode: number; readonly above?: number },
): Promise<readonly string[]> {
  const wanted = resolve(path);
  const missing: string[] = [];
  const made: string[] = [];
  const make = async (at: string): Promise<void> => {
    await mkdir(at, { mode: at === wanted ? mode : above }).then(
      () => made.push(at),
      async (error: unknown) => {
        if (!(await isDirectory(at))) throw error;
      },
    );
  };
  for (let at = wanted; ; at = dirname(at)) {
    try {
      await make(at);
      break;
    } catch (error) {
      if (!isMissing(error) || missing.length === maxLevels || dirname(at) === at) throw error;
      missing.push(at);
    }
  }
  for (const at of missing.reverse()) await make(at);
  return made;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
