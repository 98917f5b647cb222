import { once } from 'node:events';
import WebSocket from 'ws';

/** For the environment of an instance whose processes a test wants to look into. */
export const inspectable = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

/** Addresses of debuggers in the order in which processes announced them. */
export function debuggersIn(said: string): readonly string[] {
  return [...said.matchAll(/Debugger listening on (ws:\S+)/g)].map(([, url]) => url ?? '');
}

/** Bytes of JavaScript objects that live in a process, after a collection. */
export async function liveHeapBytes(debuggerUrl: string): Promise<number> {
  const socket = new WebSocket(debuggerUrl);
  await once(socket, 'open');
  try {
    // What a finalizer lets go of is collected by the next pass.
    for (let pass = 0; pass < 3; pass++) await call(socket, 'HeapProfiler.collectGarbage');
    const { usedSize } = await call(socket, 'Runtime.getHeapUsage');
    return Number(usedSize);
  } finally {
    socket.terminate();
  }
}

/** Runs JavaScript in a process. */
export async function runInside(debuggerUrl: string, expression: string): Promise<void> {
  const socket = new WebSocket(debuggerUrl);
  await once(socket, 'open');
  try {
    await call(socket, 'Runtime.evaluate', { expression });
  } finally {
    socket.terminate();
  }
}

let lastId = 0;

async function call(
  socket: WebSocket,
  method: string,
  params: object = {},
): Promise<Record<string, unknown>> {
  const id = ++lastId;
  socket.send(JSON.stringify({ id, method, params }));
  for (;;) {
    const [data] = await once(socket, 'message');
    const answer: { id?: number; result?: Record<string, unknown> } = JSON.parse(String(data));
    if (answer.id === id) return answer.result ?? {};
  }
}
