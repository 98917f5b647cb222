import type { OnReadOpts } from 'node:net';
import { limits } from '../../../shared/limits.ts';

const nobody = (): boolean => false;

/**
 * The memory that a connection is read into. It is used again and again, since to allocate for each read costs as much as
 * to parse it; whoever still needs what was read gets to keep it, and the next read goes elsewhere.
 */
export class BackendReads {
  /** Hears what came. @returns whether bytes of it are needed any longer */
  hear: (chunk: Buffer) => boolean = nobody;
  readonly onread: OnReadOpts;
  #buffer: Buffer | null = null;

  constructor() {
    this.onread = {
      buffer: () => {
        this.#buffer ??= Buffer.allocUnsafeSlow(limits.backendReadBytes);
        return this.#buffer;
      },
      callback: (bytes, buffer) => {
        const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, bytes);
        if (this.hear(chunk)) this.#buffer = null;
        return true;
      },
    };
  }
}
