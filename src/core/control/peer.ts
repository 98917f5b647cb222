import { WsHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { limits } from '../../shared/limits.ts';
import type { Budget } from './budget.ts';
import { createOutput } from './output.ts';
import { createPace } from './pace.ts';
import { newCaller, type RpcHandler } from './rpc.ts';

/*
 * The messages of oRPC's protocol that our clients send: a call, and the end of one. What else it knows (binary bodies,
 * files, streams from the client, headers) is not used here, and refused before oRPC sees it.
 */
const id = z.string().min(1).max(32);
const messageSchema = z.union([
  z.strictObject({ i: id, t: z.literal(4), p: z.null().optional() }),
  z.strictObject({
    i: id,
    t: z.literal(1).optional(),
    p: z.strictObject({
      u: z.string().regex(/^(?:\/[a-zA-Z]{1,40}){1,4}$/),
      b: z
        .strictObject({ json: z.unknown().optional(), meta: z.array(z.unknown()).optional() })
        .optional(),
    }),
  }),
]);

/** Answers the calls that come by a WebSocket, which answers no pings by itself, until it closes. */
export function servePeer(socket: WebSocket, rpc: RpcHandler, budget: Budget): void {
  const share = budget.join(() => socket.terminate());
  socket.once('close', share.leave);
  const output = createOutput(
    socket,
    {
      pause: limits.controlOutputPauseBytes,
      max: limits.maxControlOutputBytes,
      each: limits.controlMessageOverheadBytes,
    },
    share,
  );
  // Whoever reads nothing needs no answer to his pings, which would pile up.
  socket.on('ping', (data) => {
    if (socket.bufferedAmount < limits.controlOutputPauseBytes) socket.pong(data);
  });
  // Its `close` follows.
  socket.on('error', () => undefined);
  const checked: Pick<WebSocket, 'addEventListener' | 'send'> = {
    addEventListener: (type, listener, options) => {
      socket.addEventListener(
        type,
        (event) => {
          if (type === 'message' && !isCall(event)) {
            socket.close(policyViolation, 'this is no call of the contract');
          } else if (typeof listener === 'function') listener(event);
          else listener.handleEvent(event);
        },
        options,
      );
    },
    send: output.send,
  };
  const connection = newCaller(createPace(budget, output));
  void new WsHandler(rpc).upgrade(checked, { context: { connection } });
}

const policyViolation = 1008;

/** Whether an event has a text frame with a message of the protocol. */
function isCall(event: object): boolean {
  if (!('data' in event) || typeof event.data !== 'string') return false;
  try {
    return messageSchema.safeParse(JSON.parse(event.data)).success;
  } catch {
    return false;
  }
}
