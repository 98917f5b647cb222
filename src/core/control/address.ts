import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import type { Directories } from '../system/directories.ts';

/** Where an instance with these directories listens: a unix socket, or a named pipe on Windows. */
export function controlSocket(
  { runtime }: Pick<Directories, 'runtime'>,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform !== 'win32') return posix.join(runtime, 'control.sock');
  // Named pipes have one name space for all users: the directory, which has the user's name in it, tells them apart.
  const hash = createHash('sha256').update(runtime.toLowerCase()).digest('hex').slice(0, 16);
  return `\\\\.\\pipe\\berth-control-${hash}`;
}

/** The page that leads a browser on to the dashboard, readable by its user alone. */
export const linkFile = (
  { runtime }: Pick<Directories, 'runtime'>,
  platform: NodeJS.Platform = process.platform,
): string => (platform === 'win32' ? win32 : posix).join(runtime, 'dashboard.html');

/** The file that has the token of the loopback door, readable by its user alone. */
export function tokenFile(
  { runtime }: Pick<Directories, 'runtime'>,
  platform: NodeJS.Platform = process.platform,
): string {
  return (platform === 'win32' ? win32 : posix).join(runtime, 'control.token');
}
