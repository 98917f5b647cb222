/** The place in the stream of lines where the file is to be opened anew. */
export interface Reopening {
  readonly done: Promise<void>;
  resolve(): void;
}

/**
 * What waits to be written, in order: text made of whole lines, and requests to reopen between them. Bounded: a line
 * too much is refused, and so is every line after it until half of the room is free again, so that a sink that is
 * a little too slow loses stretches of lines, each with one note, instead of every other line.
 */
export interface LineQueue {
  /** Bytes that were accepted and not yet `written`. */
  readonly bytes: number;
  /** Whether lines are being refused. */
  readonly full: boolean;
  /** Takes one line of ASCII, or refuses it. */
  push(line: string): boolean;
  /** Puts a mark behind everything that waits; a mark that is last already serves again. */
  mark(): Reopening;
  /** Removes what is next: about `maxWriteBytes` of whole lines, or a mark; null when nothing waits. */
  take(): string | Reopening | null;
  /** Removes the first mark, wherever it stands. */
  takeMark(): Reopening | null;
  /** Frees the room of bytes that were taken before. */
  written(bytes: number): void;
}

export function createLineQueue(maxBytes: number, maxWriteBytes: number): LineQueue {
  const items: (string | Reopening)[] = [];
  let bytes = 0;
  let full = false;

  return {
    get bytes() {
      return bytes;
    },
    get full() {
      return full;
    },
    push: (line) => {
      if (full || bytes + line.length > maxBytes) {
        full = true;
        return false;
      }
      bytes += line.length;
      const last = items.length - 1;
      const text = items[last];
      if (typeof text === 'string' && text.length < maxWriteBytes) items[last] = text + line;
      else items.push(line);
      return true;
    },
    mark: () => {
      const last = items.at(-1);
      if (typeof last === 'object') return last;
      let resolve = (): void => {};
      const done = new Promise<void>((settle) => {
        resolve = settle;
      });
      const reopening = { done, resolve };
      items.push(reopening);
      return reopening;
    },
    take: () => items.shift() ?? null,
    takeMark: () => {
      const at = items.findIndex((item) => typeof item === 'object');
      const mark = at === -1 ? null : items.splice(at, 1)[0];
      return typeof mark === 'object' ? mark : null;
    },
    written: (freed) => {
      bytes -= freed;
      if (bytes <= maxBytes / 2) full = false;
    },
  };
}
