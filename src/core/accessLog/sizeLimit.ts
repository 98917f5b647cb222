import { reasonOf } from './reason.ts';
import { type Sink, sizeOf } from './sink.ts';

/** When a file is full, and what is to be done before the path is opened anew. */
export interface Rotation {
  /** Bytes; 0 for never. */
  readonly maxBytes: number;
  /** Moves the file of this sink away from the path, unless somebody did. */
  shift(sink: Sink): Promise<void>;
}

/** Knows how full the file behind a sink is, and begins another in time. */
export interface SizeLimit {
  wrote(bytes: number): void;
  /** The sink is another one now. */
  renew(): void;
  /** Whether `left` bytes more belong into another file. False for what is no file, and a while after a failure. */
  isReached(sink: Sink, left: number): Promise<boolean>;
  /** Moves the file away and calls `open`. What fails is said once, and tried again after `retryMs`. Never rejects. */
  rotate(sink: Sink, open: () => Promise<void>): Promise<void>;
}

export function createSizeLimit({
  rotation,
  retryMs,
  say,
  wallClock,
}: {
  readonly rotation: Rotation;
  readonly retryMs: number;
  readonly say: (level: 'warn', message: string) => void;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
}): SizeLimit {
  /** Bytes of the file, as far as we wrote them; null until they are asked for. */
  let size: number | null = null;
  /** When it may be tried again; null while nothing has failed. */
  let retryAt: number | null = null;

  return {
    wrote: (bytes) => {
      if (size !== null) size += bytes;
    },
    renew: () => {
      size = null;
    },
    isReached: async (sink, left) => {
      const { maxBytes } = rotation;
      if (maxBytes === 0 || (retryAt !== null && wallClock() < retryAt)) return false;
      if (size !== null && size + left <= maxBytes) return false;
      // Nobody but us appends to it, but somebody may have emptied it.
      size = await sizeOf(sink);
      return size !== null && size > 0 && size + left > maxBytes;
    },
    rotate: async (sink, open) => {
      try {
        await rotation.shift(sink);
        await open();
        retryAt = null;
      } catch (error) {
        if (retryAt === null) {
          say('warn', `cannot be rotated: ${reasonOf(error)}; the file grows on`);
        }
        retryAt = wallClock() + retryMs;
      }
    },
  };
}
