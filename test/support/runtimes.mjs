import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a program can be found on PATH. */
function onPath(program) {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return directory !== '';
    } catch {
      return false;
    }
  });
}

const runtime = (get, ...programs) => ({ get, present: () => programs.every(onPath) });

/**
 * What some tests need beside Node: how to see that it is here, and how to get it.
 * @type {Record<string, { get: string, present: () => boolean }>}
 */
export const runtimes = {
  redis: runtime(
    'apt-get install redis-server redis-sentinel (or brew install redis)',
    'redis-server',
    'redis-cli',
    'redis-sentinel',
  ),
};
