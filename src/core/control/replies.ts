import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../../shared/limits.ts';
import type { Budget } from './budget.ts';
import { createPace } from './pace.ts';
import { type Caller, newCaller } from './rpc.ts';

/** The answers to plain requests of one connection: what is unread of them counts as that of a WebSocket does. */
export interface Replies {
  readonly caller: Caller;
  /** Counts an answer of so many bytes until it is read, or its connection has gone. */
  hold(response: ServerResponse, bytes: number): void;
}

export function createReplies(connection: Socket, budget: Budget): Replies {
  const share = budget.join(() => connection.destroy());
  let unread = 0;
  let isOver = false;
  let hasRead = false;
  let waiting: (() => void)[] = [];
  const hasRoom = (): boolean => isOver || unread < limits.controlOutputPauseBytes;
  const wake = (): void => {
    const all = waiting;
    waiting = [];
    for (const go of all) go();
  };
  connection.once('close', () => {
    isOver = true;
    share.leave();
    wake();
  });
  const room = async (): Promise<void> => {
    while (!hasRoom()) await new Promise<void>((go) => waiting.push(go));
  };
  return {
    caller: newCaller(createPace(budget, { hasRoom, hasRead: () => hasRead, room })),
    hold: (response, bytes) => {
      unread += bytes;
      share.set(unread);
      response.once('close', () => {
        if (response.writableFinished && bytes > limits.controlOutputPauseBytes) hasRead = true;
        unread -= bytes;
        share.set(unread);
        wake();
      });
    },
  };
}
