import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Run } from '../elevation/step.ts';

/** What trust depends on of the machine; tests bring their own. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the user, absolute. */
  readonly home: string;
  readonly isRoot: boolean;
  /** Stands before the paths of the system: empty on a real machine. */
  readonly root: string;
  readonly run: Run;
  /** Absolute path of a program, or null where there is none. */
  readonly locate: (program: string) => string | null;
  /** Names of the programs that have one of these files open. */
  readonly usersOf: (paths: readonly string[]) => Promise<readonly string[]>;
}

/** Where the programs of an administrator lie, which a user's PATH often leaves out. */
const forAdministrators = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Finds programs as a shell of root would. */
export function createLocate(env: Readonly<Record<string, string | undefined>>): Machine['locate'] {
  const places = [...(env['PATH'] ?? '').split(delimiter), ...forAdministrators].filter(
    (place) => place !== '',
  );
  return (program) => places.map((place) => join(place, program)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
