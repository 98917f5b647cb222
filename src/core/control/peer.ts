import type { WebSocket } from 'ws';
import { z } from 'zod';
import { limits } from '../../shared/limits.ts';
import type { Budget } from './budget.ts';
import { serveCalls } from './calls.ts';
import { createOutput } from './output.ts';
import { createPace } from './pace.ts';
import { newCaller, type RpcHandler } from './rpc.ts';

/*
 * The messages of oRPC's protocol that our clients send: a call, and the end of one. What else it knows (binary bodies,
 * files, streams from the client, headers) is not used here, and refused.
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

export interface PeerParts {
  readonly budget: Budget;
  readonly fault: (error: unknown, call: string) => void;
}

/** Answers the calls that come by a WebSocket, which answers no pings by itself, until it closes. */
export function servePeer(socket: WebSocket, rpc: RpcHandler, { budget, fault }: PeerParts): void {
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
  const caller = newCaller(createPace(budget, output));
  const calls = serveCalls({ rpc, caller, send: output.send, fault });
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? null : readMessage(String(data));
    if (message === null) socket.close(policyViolation, 'this is no call of the contract');
    else if (message.t === 4) calls.end(message.i);
    else calls.begin(message.i, message.p.u, message.p.b);
  });
  socket.once('close', calls.endAll);
}

const policyViolation = 1008;

/** Null for what is no message of the protocol. */
function readMessage(text: string): z.infer<typeof messageSchema> | null {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
