import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Machine } from './types.ts';

const idOf = (text: string): string | null => /^[\w-]{8,64}$/.exec(text.trim())?.[0] ?? null;

function read(file: string): string | null {
  try {
    return idOf(readFileSync(file, 'utf8').slice(0, 100));
  } catch {
    return null;
  }
}

/**
 * Which machine this is, for whoever shares its store: an id in the file `machine` of the data directory, made at the
 * first start. Where it cannot be written, an id that is always the same for this name and directory. Never throws.
 *
 * @param directory of the instance's data
 */
export function readMachine(directory: string, name: string = hostname()): Machine {
  const file = join(directory, 'machine');
  const known = read(file);
  if (known !== null) return { id: known, name };
  const made = randomBytes(16).toString('hex');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
    return { id: made, name };
  } catch {
    // Another start was faster, or nothing can be written there.
    const hash = createHash('sha256').update(JSON.stringify([name, directory]));
    return { id: read(file) ?? hash.digest('hex').slice(0, 32), name };
  }
}
