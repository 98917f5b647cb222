import type { IsRefused } from './world.ts';

/** Milliseconds that a connection may take; what takes longer is not refused. */
const patienceMs = 1000;

export const isRefused: IsRefused = async (host, port) => {
  const { connect } = await import('node:net');
  const socket = connect({ host, port, timeout: patienceMs });
  return await new Promise((resolve) => {
    const end = (refused: boolean) => (): void => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', end(false));
    socket.once('timeout', end(false));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED')());
  });
};
