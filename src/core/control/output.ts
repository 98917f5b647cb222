import { WebSocket } from 'ws';
import type { Share } from './budget.ts';
import type { JsonText } from './jsonText.ts';

/** The part of a WebSocket that is written to. */
export interface Outlet extends Pick<WebSocket, 'readyState' | 'terminate'> {
  send(
    data: string | Buffer,
    options: { readonly binary: false; readonly fin: boolean },
    done: () => void,
  ): void;
  on(event: 'close', listener: () => void): unknown;
}

export interface OutputBounds {
  /** Unread bytes from which senders wait. */
  readonly pause: number;
  /** Unread bytes above which the connection ends. */
  readonly max: number;
  /** What a message costs beside them. */
  readonly each: number;
}

export interface Output {
  /**
   * Resolves when the next message may be made: a stream that waits for it leaves what comes meanwhile to whoever feeds
   * it, who drops and counts.
   */
  readonly send: (data: string | JsonText) => Promise<void>;
  /** Whether less than `pause` is unread, or nothing can be sent any more. */
  readonly hasRoom: () => boolean;
  /** Whether a message of more than `pause` was taken: no buffer on the way holds that much. */
  readonly hasRead: () => boolean;
  /** Resolves as soon as it has. */
  readonly room: () => Promise<void>;
}

/** Writes to a WebSocket at the pace of its reader, and tells the budget what is unread. */
export function createOutput(
  outlet: Outlet,
  bounds: OutputBounds,
  share: Pick<Share, 'set'>,
): Output {
  /** What was given to the WebSocket, and what waits for that. */
  let sent = 0;
  let held = 0;
  let hasRead = false;
  let waiting: (() => void)[] = [];
  const isOpen = (): boolean => outlet.readyState === WebSocket.OPEN;
  const hasRoom = (): boolean => !isOpen() || sent < bounds.pause;
  const count = (): void => share.set(sent + held);
  const wake = (): void => {
    const all = waiting;
    waiting = [];
    for (const go of all) go();
  };
  outlet.on('close', wake);
  // Whoever sends to one that is closing waits for its end, by which he is stopped: else he would make messages for
  // nobody, and never let it end.
  const closed = new Promise<void>((resolve) => outlet.on('close', () => resolve()));
  const room = async (): Promise<void> => {
    while (!hasRoom()) await new Promise<void>((go) => waiting.push(go));
  };
  return {
    hasRoom,
    hasRead: () => hasRead,
    room,
    send: async (data) => {
      if (!isOpen()) return await closed;
      const pieces = typeof data === 'string' ? [data] : data.pieces;
      const cost = (typeof data === 'string' ? data.length : data.bytes) + bounds.each;
      if (sent + held + cost > bounds.max) {
        outlet.terminate();
        return await closed;
      }
      held += cost;
      count();
      // Not by `room`, which resolves a moment later, when another may have sent.
      while (!hasRoom()) await new Promise<void>((go) => waiting.push(go));
      held -= cost;
      if (!isOpen()) return await closed;
      sent += cost;
      for (const [index, piece] of pieces.entries()) {
        const fin = index === pieces.length - 1;
        outlet.send(piece, { binary: false, fin }, () => {
          if (!fin) return;
          if (cost > bounds.pause) hasRead = true;
          sent -= cost;
          count();
          wake();
        });
      }
    },
  };
}
