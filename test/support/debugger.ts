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
  return await inside(debuggerUrl, async (socket) => {
    await collectGarbage(socket);
    const { usedSize } = await call(socket, 'Runtime.getHeapUsage');
    return Number(usedSize);
  });
}

/** Those bytes, and what the objects hold outside of the heap, such as output that nobody reads. */
export async function liveBytes(debuggerUrl: string): Promise<number> {
  return await inside(debuggerUrl, async (socket) => {
    await collectGarbage(socket);
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    const { result } = await call(socket, 'Runtime.evaluate', { expression });
    const bytes = (result as { readonly value?: unknown }).value;
    if (typeof bytes !== 'number') throw new Error(`not a number: ${JSON.stringify(result)}`);
    return bytes;
  });
}

/** Runs JavaScript in a process. */
export async function runInside(debuggerUrl: string, expression: string): Promise<void> {
  await inside(debuggerUrl, (socket) => call(socket, 'Runtime.evaluate', { expression }));
}

async function inside<T>(debuggerUrl: string, work: (socket: WebSocket) => Promise<T>): Promise<T> {
  const socket = new WebSocket(debuggerUrl);
  await once(socket, 'open');
  try {
    return await work(socket);
  } finally {
    socket.terminate();
  }
}

/** What a finalizer lets go of is collected by the next pass. */
async function collectGarbage(socket: WebSocket): Promise<void> {
  for (let pass = 0; pass < 3; pass++) await call(socket, 'HeapProfiler.collectGarbage');
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
