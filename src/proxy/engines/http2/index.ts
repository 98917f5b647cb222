import { createServer, type ServerHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { limits } from '../../../shared/limits.ts';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import type { Connections } from '../common/connections.ts';
import type { EngineContext } from '../reference/context.ts';
import { Http2Connection, type StreamTotal } from './connection.ts';

/** Clients that speak HTTP/2: their requests are exchanges of the reference engine, whichever serves the others. */
export class Http2Clients {
  readonly #context: EngineContext;
  readonly #connections: Connections;
  readonly #total: StreamTotal = { streams: 0 };
  /** It never listens: connections are given to it. */
  readonly #server = createServer({
    maxHeaderListPairs: limits.maxHttp2Fields,
    maxSessionMemory: limits.maxHttp2SessionMegabytes,
    maxSessionInvalidFrames: limits.maxHttp2InvalidFrames,
    settings: {
      maxConcurrentStreams: limits.maxHttp2Streams,
      initialWindowSize: limits.http2WindowBytes,
      maxHeaderListSize: limits.maxHttp2FieldBytes,
      // WebSockets over HTTP/2 (RFC 8441).
      enableConnectProtocol: true,
    },
  });

  constructor(context: EngineContext, connections: Connections) {
    this.#context = context;
    this.#connections = connections;
    this.#server.on('sessionError', () => {});
  }

  /** Serves a connection whose handshake is through, before anything was read from it. */
  serve(socket: TLSSocket, listener: ListenerSpec): void {
    let session: ServerHttp2Session | null = null;
    this.#server.once('session', (made) => {
      session = made;
    });
    this.#server.emit('connection', socket);
    if (session === null) {
      socket.destroy();
      return;
    }
    const connection = new Http2Connection(this.#context, socket, listener, session, this.#total);
    this.#connections.serve(socket, connection);
  }
}
