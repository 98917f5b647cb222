import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { subprotocols } from '../../shared/contract/wire.ts';
import { limits } from '../../shared/limits.ts';
import { createArrivals } from './arrivals.ts';
import { discardBody, readBody } from './body.ts';
import type { Budget } from './budget.ts';
import { factsOf } from './facts.ts';
import {
  type Asked,
  type Door,
  decide,
  type GuardBounds,
  tooLarge,
  type Verdict,
} from './guard.ts';
import { readHandOver } from './handOvers.ts';
import type { InterfaceFiles } from './interfaceFiles.ts';
import { isIterator } from './isIterator.ts';
import { JsonText } from './jsonText.ts';
import { securityHeaders, statusPage } from './page.ts';
import { servePeer } from './peer.ts';
import { createReplies, type Replies } from './replies.ts';
import type { RpcHandler } from './rpc.ts';

export interface DoorOptions {
  readonly door: Door;
  readonly rpc: RpcHandler;
  readonly budget: Budget;
  /** The interface; without one a page says so. */
  readonly files: InterfaceFiles;
  readonly metrics: () => string | Promise<string>;
  /** The token for a code; null when the code does not hold. */
  readonly redeem: (code: string) => string | null;
  /** The port is known once the server listens. */
  readonly bounds: () => GuardBounds;
  /** Hears why somebody was not let in. */
  readonly refused: (reason: string) => void;
  /** Hears that the system refused to accept a connection. */
  readonly acceptFailed: (error: Error) => void;
  readonly fault: (error: unknown, call: string) => void;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** One way into the control plane: HTTP and WebSockets on whatever the server is told to listen at. */
export interface DoorServer {
  readonly server: Server;
  /** Ends every connection. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  /** Content-Type. */
  readonly type: string;
  readonly text: string | JsonText | Buffer;
  /** Whether the connection ends with it. */
  readonly last?: true;
}

export function createDoor(options: DoorOptions): DoorServer {
  const { door, rpc, budget, files, bounds, refused, acceptFailed, fault } = options;
  const server = createServer({
    maxHeaderSize: limits.maxControlHeadBytes,
    headersTimeout: limits.controlHeadMs,
    requestTimeout: limits.controlRequestMs,
    keepAliveTimeout: limits.controlIdleMs,
    connectionsCheckingInterval: 1000,
    insecureHTTPParser: false,
  });
  const arrivals = createArrivals({
    max: limits.maxControlConnections,
    maxUnproven: limits.maxUnprovenConnections,
    maxRefused: limits.maxRefusedConnections,
    proofMs: limits.controlProofMs,
    now: options.now,
  });
  server.on('connection', arrivals.add);
  const allReplies = new WeakMap<Socket, Replies>();
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.maxControlMessageBytes,
    autoPong: false,
    handleProtocols: (offered) => (offered.has(subprotocols.name) ? subprotocols.name : false),
  });
  sockets.on('connection', (socket) => servePeer(socket, rpc, { budget, fault }));

  function repliesOf(connection: Socket): Replies {
    const known = allReplies.get(connection);
    if (known !== undefined) return known;
    const replies = createReplies(connection, budget);
    allReplies.set(connection, replies);
    return replies;
  }

  function judge(request: IncomingMessage): Verdict {
    const { socket } = request;
    if (arrivals.isTooMany(socket)) return tooManyConnections;
    const verdict = decide(factsOf(request, door), bounds());
    if (verdict.allowed && (door === 'socket' || !forEverybody.has(verdict.asked.kind))) {
      arrivals.prove(socket);
    }
    return verdict;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const verdict = judge(request);
    if (!verdict.allowed) {
      refused(verdict.reason);
      return refusal(verdict.status, verdict.reason);
    }
    const { asked } = verdict;
    if (asked.kind === 'metrics') {
      return { status: 200, type: metricsType, text: await options.metrics() };
    }
    if (asked.kind === 'page' || asked.kind === 'websocket') {
      return pageOf(asked.kind === 'page' ? asked.target : '/');
    }
    if (request.headers.expect !== undefined) response.writeContinue();
    const body = await readBody(request, limits.maxControlBodyBytes);
    if (body === null) return refusal(413, tooLarge(limits.maxControlBodyBytes));
    const text = body.toString('utf8');
    return asked.kind === 'call'
      ? await call(asked, text, response, request.socket)
      : handOver(text);
  }

  function handOver(text: string): Answer {
    const code = readHandOver(text);
    if (code === null) return refusal(400, 'The body has to be {"code":"CODE"}.');
    const token = options.redeem(code);
    if (token !== null) return { status: 200, type: jsonType, text: JSON.stringify({ token }) };
    refused(usedCode);
    return refusal(401, usedCode);
  }

  function pageOf(target: string): Answer {
    const file = files.get(target);
    return file === undefined
      ? { status: 200, type: 'text/html; charset=utf-8', text: statusPage }
      : { status: 200, type: file.type, text: file.bytes };
  }

  async function call(
    { path }: Extract<Asked, { kind: 'call' }>,
    text: string,
    response: ServerResponse,
    connection: Socket,
  ): Promise<Answer> {
    let input: unknown;
    try {
      input = text === '' ? undefined : JSON.parse(text);
    } catch {
      return refusal(400, 'The body is not JSON.');
    }
    const left = new AbortController();
    response.once('close', () => left.abort());
    const result = await rpc.handle(
      {
        method: 'POST',
        url: new URL(`http://control/${path.join('/')}`),
        headers: {},
        body: async () => input,
        signal: left.signal,
      },
      { context: { connection: repliesOf(connection).caller } },
    );
    const answered = result.response;
    if (answered === undefined) return refusal(404, 'There is no such call.');
    if (isIterator(answered.body)) {
      left.abort();
      await answered.body.return?.();
      return refusal(400, 'This call answers with a stream: it takes a WebSocket.');
    }
    return {
      status: answered.status,
      type: jsonType,
      text:
        answered.body instanceof JsonText ? answered.body : JSON.stringify(answered.body ?? null),
    };
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, text, last } = await answer(request, response).catch((error: unknown) => {
      // A client that left before its body had come is no fault.
      if (!request.destroyed || request.complete) fault(error, request.url ?? '');
      return refusal(500, 'It failed at this, and its log says why.');
    });
    // Who expects 100 has not sent its body, and does not once it is refused.
    if (last && request.headers.expect === undefined)
      await discardBody(request, limits.controlDiscardMs);
    const bytes = text instanceof JsonText ? text.bytes : Buffer.byteLength(text);
    repliesOf(request.socket).hold(response, bytes);
    response.writeHead(status, {
      ...securityHeaders,
      'Content-Type': type,
      'Content-Length': bytes,
      ...(last ? { Connection: 'close' } : {}),
    });
    if (request.method !== 'HEAD') {
      for (const piece of text instanceof JsonText ? text.pieces : [text]) response.write(piece);
    }
    response.end();
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined);
    const verdict = judge(request);
    if (verdict.allowed) {
      sockets.handleUpgrade(request, socket, head, (opened) => {
        sockets.emit('connection', opened, request);
      });
      return;
    }
    refused(verdict.reason);
    socket.end(rawRefusal(verdict.status, verdict.reason), () => socket.destroy());
  }

  server.on('request', (request, response) => void respond(request, response));
  server.on('checkContinue', (request, response) => void respond(request, response));
  server.once('listening', () => server.on('error', acceptFailed));
  server.on('upgrade', upgrade);
  return {
    server,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      arrivals.destroyAll();
      await closed;
    },
  };
}

/** What is answered to whoever comes, so that it proves nothing. */
const forEverybody: ReadonlySet<Asked['kind']> = new Set(['page', 'handOver'] as const);

const usedCode =
  'This code was used, is too old, or is not of this instance: "berth open" makes another.';

const jsonType = 'application/json; charset=utf-8';
const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

const tooManyConnections: Verdict = {
  allowed: false,
  status: 503,
  reason: `too many connections (${limits.maxControlConnections}); close one, or try again in a moment`,
};

const refusal = (status: number, reason: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  text: `${reason}\n`,
  // What was not read of a body would be taken for the next request.
  last: true,
});

function rawRefusal(status: number, reason: string): string {
  const fields = {
    ...securityHeaders,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(`${reason}\n`),
    Connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${reason}\n`;
}
