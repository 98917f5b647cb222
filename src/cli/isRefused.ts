import { limits } from '../shared/limits.ts';
import type { IsRefused } from './world.ts';

export const isRefused: IsRefused = async (host, port) => {
  const { connect } = await import('node:net');
  const socket = connect({ host, port, timeout: limits.listenerLookMs });
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
