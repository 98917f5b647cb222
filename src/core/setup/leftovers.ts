import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readIfThere, type Step } from '../elevation/index.ts';
import type { SetupRecord } from './record.ts';

/**
 * What takes away the parts that a change which was cut off has left: files half written beside those that were to be
 * replaced, and directories that were made and hold nothing.
 *
 * @param going files that other steps remove
 */
export async function leftoverSteps(
  { files, directories }: SetupRecord,
  going: readonly string[],
): Promise<{ readonly parts: readonly Step[]; readonly directories: readonly Step[] }> {
  const parts: Step[] = [];
  const emptied: Step[] = [];
  const gone = new Set(going);
  for (const path of files) {
    const names = await namesIn(dirname(path));
    for (const name of names ?? []) {
      if (!isPartOf(name, basename(path))) continue;
      const part = join(dirname(path), name);
      const before = await readIfThere(part).catch(() => null);
      if (before === null) continue;
      gone.add(part);
      parts.push({
        says: `Remove ${part}`,
        needsRoot: true,
        file: { path: part, before, after: null },
      });
    }
  }
  for (const directory of [...directories].reverse()) {
    const names = await namesIn(directory);
    if (names === null || names.some((name) => !gone.has(join(directory, name)))) continue;
    gone.add(directory);
    emptied.push({
      says: `Remove ${directory}, which was not there before`,
      needsRoot: true,
      command: ['rmdir', directory],
      // Whoever emptied it may have taken it away.
      mayFail: true,
    });
  }
  return { parts, directories: emptied };
}

/** As the elevated script names what it writes, and as a file is written whole without it. */
const isPartOf = (name: string, of: string): boolean =>
  name === `.${of}.berth` ||
  (name.startsWith(`.${of}.`) && /^[0-9a-f]{12}$/.test(name.slice(of.length + 2)));

const namesIn = (directory: string): Promise<readonly string[] | null> =>
  readdir(directory).catch(() => null);
