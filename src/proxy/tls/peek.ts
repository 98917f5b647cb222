import type { Socket } from 'node:net';
import { limits } from '../../shared/limits.ts';
import { type Hello, readHello } from './clientHello.ts';

/**
 * Looks at how a TLS client begins, and leaves all of its bytes to be read again. A connection that does not say enough
 * in time is closed, and nobody is told.
 *
 * @param ms that it has
 */
export function peekHello(socket: Socket, ms: number, done: (hello: Hello) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let needs = 1;

  function finish(hello: Hello | null): void {
    clearTimeout(timer);
    socket.off('readable', look);
    socket.off('end', gone);
    socket.off('close', gone);
    if (hello === null) {
      socket.destroy();
      return;
    }
    socket.unshift(Buffer.concat(chunks));
    done(hello);
  }

  function look(): void {
    for (let chunk = read(socket); chunk !== null; chunk = read(socket)) {
      chunks.push(chunk);
      size += chunk.length;
    }
    if (size < needs) return;
    const hello = readHello(chunks.length === 1 ? (chunks[0] ?? none) : Buffer.concat(chunks));
    if (hello.kind !== 'part') {
      finish(hello);
      return;
    }
    needs = hello.needs;
    if (needs > limits.maxHelloBytes) finish(null);
  }

  const gone = (): void => finish(null);
  const timer = setTimeout(gone, ms);
  socket.on('readable', look);
  socket.once('end', gone);
  socket.once('close', gone);
}

const none = Buffer.alloc(0);

const read = (socket: Socket): Buffer | null => socket.read() as Buffer | null;
