import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificates.ts';
import { eventually } from './eventually.ts';
import { type Head, type Message, readBody, readHead } from './messageReader.ts';

/** What one connection brought, to the byte. */
export interface SeenConnection {
  /** All bytes, as latin1 text. */
  received: string;
  /** Whole requests found in them. */
  readonly requests: SeenRequest[];
  readonly socket: Socket;
  /** The other side has ended or reset it. */
  ended: boolean;
  closed: boolean;
}

export interface SeenRequest extends Message {
  readonly method: string;
  readonly target: string;
  readonly connection: SeenConnection;
}

export interface SeenHead extends Head {
  readonly method: string;
  readonly target: string;
  readonly connection: SeenConnection;
}

export interface Script {
  /** Bytes to answer a whole request with, or undefined to leave that to the script. */
  request?(request: SeenRequest): string | undefined;
  /** Called when a head is complete, before its body. */
  head?(head: SeenHead): void;
  connection?(connection: SeenConnection): void;
  /** Called for bytes on a connection that `raw` was set for. */
  data?(connection: SeenConnection, chunk: Buffer): void;
}

export interface RecordingBackend {
  readonly port: number;
  readonly url: string;
  readonly connections: readonly SeenConnection[];
  /** Whole requests over all connections, in the order of their ends. */
  readonly requests: readonly SeenRequest[];
  readonly open: number;
  script: Script;
  /** Fails unless every connection has ended by itself. */
  allEnded(): Promise<void>;
  close(): Promise<void>;
}

export const okay = (body = 'ok', extra = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${extra}\r\n${body}`;

/**
 * A server on a bare socket that keeps every byte and reads requests by itself, so that a test can tell how many
 * requests a backend was made to see.
 */
export async function startBackend(
  script: Script = {},
  options: { host?: string; port?: number; tls?: Certificate } = {},
): Promise<RecordingBackend> {
  const connections: SeenConnection[] = [];
  const requests: SeenRequest[] = [];
  const backend = { script };

  const serve = (socket: Socket): void => {
    const connection: SeenConnection = {
      received: '',
      requests: [],
      socket,
      ended: false,
      closed: false,
    };
    connections.push(connection);
    let at = 0;
    let announced = -1;
    socket.on('error', () => {});
    socket.on('end', () => {
      connection.ended = true;
    });
    socket.on('close', () => {
      connection.ended = true;
      connection.closed = true;
    });
    socket.on('data', (chunk: Buffer) => {
      connection.received += chunk.toString('latin1');
      backend.script.data?.(connection, chunk);
      for (;;) {
        const text = connection.received.slice(at);
        const head = readHead(text);
        if (head === null) return;
        const [method = '', target = ''] = head.start.split(' ');
        if (announced !== at) {
          announced = at;
          backend.script.head?.({ ...head, method, target, connection });
        }
        const body = readBody(text, head.end, head.fields, false);
        if (body === null || body === 'invalid') return;
        at += body.end;
        const request: SeenRequest = {
          ...head,
          method,
          target,
          connection,
          body: body.body,
          trailers: body.trailers,
          rawBody: text.slice(head.end, body.end),
        };
        connection.requests.push(request);
        requests.push(request);
        const answer = backend.script.request ? backend.script.request(request) : okay();
        if (answer !== undefined && socket.writable) socket.write(answer, 'latin1');
      }
    });
    backend.script.connection?.(connection);
  };

  const server =
    options.tls === undefined
      ? createServer({ noDelay: true }, serve)
      : createTlsServer({ key: options.tls.key, cert: options.tls.cert }, serve);
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(options.port ?? 0, host, done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  return {
    port,
    url: `${options.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    connections,
    requests,
    get open() {
      return connections.filter((connection) => !connection.closed).length;
    },
    get script() {
      return backend.script;
    },
    set script(next: Script) {
      backend.script = next;
    },
    allEnded: () =>
      eventually('the end of every backend connection', () =>
        connections.every((connection) => connection.ended),
      ),
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const connection of connections) connection.socket.destroy();
      await closed;
    },
  };
}
