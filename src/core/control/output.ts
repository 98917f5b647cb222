import { WebSocket } from 'ws';

/** The part of a WebSocket that is written to. */
export interface Outlet extends Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'terminate'> {
  send(data: string | Uint8Array, done: () => void): void;
  on(event: 'close', listener: () => void): unknown;
}

/**
 * Writes to a WebSocket at the pace of its reader. `send` resolves when the next message may be made: a stream that
 * waits for it leaves what comes meanwhile to whoever feeds it, who drops and counts.
 *
 * @param bounds characters; from `pause` unread ones senders wait, and above `max` the connection ends
 */
export function createOutput(
  outlet: Outlet,
  bounds: { readonly pause: number; readonly max: number },
): { readonly send: (data: string | Uint8Array) => Promise<void> } {
  let held = 0;
  let waiting: (() => void)[] = [];
  const isOpen = (): boolean => outlet.readyState === WebSocket.OPEN;
  const wake = (): void => {
    const all = waiting;
    waiting = [];
    for (const go of all) go();
  };
  outlet.on('close', wake);
  // Whoever sends to one that is closing waits for its end, by which he is stopped: else he would make messages for
  // nobody, and never let it end.
  const closed = new Promise<void>((resolve) => outlet.on('close', () => resolve()));
  return {
    send: async (data) => {
      if (!isOpen()) return await closed;
      if (outlet.bufferedAmount + held + data.length > bounds.max) {
        outlet.terminate();
        return await closed;
      }
      held += data.length;
      while (isOpen() && outlet.bufferedAmount >= bounds.pause) {
        await new Promise<void>((go) => waiting.push(go));
      }
      held -= data.length;
      if (!isOpen()) return await closed;
      outlet.send(data, wake);
    },
  };
}
