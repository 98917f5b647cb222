import type { Server, Socket } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import type { Budget } from './budget.ts';

/**
 * DNS over TCP: messages with their length before them (RFC 1035 section 4.2.2, RFC 7766). Of connections beyond
 * `limits.maxDnsConnections`, the one that said nothing for longest goes; a client that does not read its answers is not
 * read either.
 *
 * @returns how to end all connections
 */
export function serveStream(
  server: Server,
  budget: Budget,
  answer: (message: Buffer) => Buffer | null,
): { end(): void } {
  /** The one that was heard last is last. */
  const open = new Set<Socket>();

  server.on('connection', (socket) => {
    open.add(socket);
    const [oldest] = open;
    if (open.size > limits.maxDnsConnections && oldest !== undefined) {
      open.delete(oldest);
      oldest.destroy();
    }
    socket.unref();
    socket.setTimeout(limits.dnsIdleMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    let early = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      open.delete(socket);
      open.add(socket);
      early = early.length === 0 ? chunk : Buffer.concat([early, chunk]);
      const answers: Buffer[] = [];
      while (early.length >= 2) {
        const length = early.readUInt16BE(0);
        if (length > limits.maxDnsQueryBytes || (early.length >= 2 + length && !budget.take())) {
          socket.destroy();
          return;
        }
        if (early.length < 2 + length) break;
        const made = answer(early.subarray(2, 2 + length));
        early = early.subarray(2 + length);
        if (made !== null) answers.push(framed(made));
      }
      if (answers.length === 0 || socket.write(Buffer.concat(answers))) return;
      socket.pause();
      socket.once('drain', () => socket.resume());
    });
  });

  return {
    end: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
