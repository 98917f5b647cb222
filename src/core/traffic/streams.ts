/** Streams that end at once when they are told to, also while nothing happens. */
export interface Streams {
  /**
   * What `make` yields, until the reader returns, `signal` is aborted, or all streams are closed. `ends` is aborted
   * then, and `ended` is called, once; `make` is called with the first `next`.
   */
  open<T>(
    make: (ends: AbortSignal) => AsyncGenerator<T, void, undefined>,
    signal?: AbortSignal,
    ended?: () => void,
  ): AsyncIterableIterator<T>;
  close(): void;
}

export function createStreams(): Streams {
  /** Ends each stream that is open. */
  const open = new Set<() => void>();
  let closed = false;

  function start<T>(
    make: (ends: AbortSignal) => AsyncGenerator<T, void, undefined>,
    signal?: AbortSignal,
    ended?: () => void,
  ): AsyncIterableIterator<T> {
    const ending = new AbortController();
    const end = (): void => {
      if (ending.signal.aborted) return;
      signal?.removeEventListener('abort', end);
      open.delete(end);
      ending.abort();
      ended?.();
    };
    open.add(end);
    signal?.addEventListener('abort', end);
    if (closed || signal?.aborted === true) end();

    async function* run(): AsyncGenerator<T, void, undefined> {
      try {
        if (!ending.signal.aborted) yield* make(ending.signal);
      } finally {
        end();
      }
    }

    const generator = run();
    return {
      next: () => generator.next(),
      // A generator that waits would return only when its wait is over.
      return: () => {
        end();
        return generator.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return {
    open: start,
    close: () => {
      closed = true;
      for (const end of [...open]) end();
    },
  };
}

/** Resolves after `ms`, or when `ends` is aborted. */
export function pause(ms: number, ends: AbortSignal): Promise<void> {
  if (ends.aborted || ms <= 0) return Promise.resolve();
  return new Promise((settle) => {
    const done = (): void => {
      clearTimeout(timer);
      ends.removeEventListener('abort', done);
      settle();
    };
    const timer = setTimeout(done, ms);
    ends.addEventListener('abort', done);
  });
}

/** Something that happens again and again, and that several wait for. */
export interface Bell {
  ring(): void;
  /** Resolves with the next ring, or when `ends` is aborted. */
  heard(ends: AbortSignal): Promise<void>;
}

export function createBell(): Bell {
  const waiting = new Set<() => void>();
  return {
    ring: () => {
      for (const wake of waiting) wake();
    },
    heard: (ends) => {
      if (ends.aborted) return Promise.resolve();
      return new Promise((settle) => {
        const done = (): void => {
          waiting.delete(done);
          ends.removeEventListener('abort', done);
          settle();
        };
        waiting.add(done);
        ends.addEventListener('abort', done);
      });
    },
  };
}
