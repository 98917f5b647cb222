import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The directory in which this process may not make a file, so that the log at `path` cannot be opened anew once it was
 * renamed; null where there is nothing to fear. The system is asked: it knows groups and access lists.
 */
export async function unrotatableDirectory(path: string): Promise<string | null> {
  if (path.startsWith('/dev/')) return null;
  const directory = dirname(path);
  try {
    await access(directory, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    const found = await stat(path).catch(() => null);
    return found === null || found.isFile() ? directory : null;
  }
}
