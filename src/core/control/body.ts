import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request.
 *
 * @returns null when it is larger than `maxBytes`; the rest is left unread
 * @throws when the client leaves before its end
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const take = (part: Buffer): void => {
      size += part.length;
      if (size <= maxBytes) {
        parts.push(part);
        return;
      }
      request.off('data', take);
      request.pause();
      resolve(null);
    };
    request.on('data', take);
    request.once('end', () => resolve(Buffer.concat(parts)));
    request.once('close', () => reject(new Error('the client left before the end of its body')));
  });
}

/** Reads and forgets what is left of a body, for `ms` at most, so that an answer is not lost to a reset. */
export function discardBody(request: IncomingMessage, ms: number): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    request.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    request.once('end', () => {
      clearTimeout(timer);
      resolve();
    });
    request.resume();
  });
}
