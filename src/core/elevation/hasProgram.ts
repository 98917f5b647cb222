import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Looks for programs on PATH, and where administrators have theirs, which is not on everybody's. */
export const hasProgram =
  (env: Readonly<Record<string, string | undefined>>) =>
  (program: string): boolean =>
    [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].some(
      (directory) => directory !== '' && isProgram(join(directory, program)),
    );

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
