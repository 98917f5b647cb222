import { shell } from 'electron';
import type { Directories } from '../../core/system/directories.ts';

/** Shows a file or directory of the instance in the file manager; nothing that a page could name. */
export function createReveal(directories: Directories, accessLog: () => string | null) {
  return async (what: 'configuration' | 'access-log' | 'data'): Promise<void> => {
    if (what === 'access-log') {
      const path = accessLog();
      if (path === null) throw new Error('The proxy does not run.');
      shell.showItemInFolder(path);
      return;
    }
    const problem = await shell.openPath(what === 'data' ? directories.data : directories.config);
    if (problem !== '') throw new Error(problem);
  };
}
