import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect, type ListenOptions, type Server } from 'node:net';
import { BerthError } from '../../shared/errors.ts';

const loopback = '127.0.0.1';

/**
 * Listens on a unix socket that its user alone may use, or on a named pipe. A socket that a dead process left is
 * replaced; one on which somebody listens is left to him.
 *
 * @param describeOwner says who listens there
 * @throws BerthError BERTH_CONTROL_UNUSABLE that names him, or the system's own error
 */
export async function listenOnSocket(
  server: Server,
  path: string,
  describeOwner: (path: string) => Promise<string>,
): Promise<void> {
  if (await isTaken(path)) {
    throw new BerthError(
      'BERTH_CONTROL_UNUSABLE',
      `${await describeOwner(path)} listens at ${path}; give this one a BERTH_HOME of its own`,
    );
  }
  const isFile = process.platform !== 'win32';
  // Anything else in its place is an error that names it.
  if (isFile && (await isSocket(path))) await unlink(path);
  await listen(server, { path });
  if (isFile) await chmod(path, 0o600);
}

/**
 * Listens on the loopback address, and on no other.
 *
 * @param anyPort whether another port will do when this one cannot be had
 * @returns the port
 * @throws the system's own error
 */
export async function listenOnLoopback(
  server: Server,
  { port, anyPort }: { readonly port: number; readonly anyPort: boolean },
): Promise<number> {
  try {
    await listen(server, { host: loopback, port });
  } catch (error) {
    if (!anyPort) throw error;
    await listen(server, { host: loopback, port: 0 });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was bound');
  return address.port;
}

/** Whether a process, even one that hangs, holds this socket. */
function isTaken(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(path);
    client.once('connect', () => {
      client.destroy();
      resolve(true);
    });
    client.once('error', (error: NodeJS.ErrnoException) =>
      resolve(!['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'].includes(error.code ?? '')),
    );
  });
}

const isSocket = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isSocket(),
    () => false,
  );

function listen(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
