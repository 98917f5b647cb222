import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { limits } from '../../../shared/limits.ts';
import { InboundRequest, InboundResponse } from './messages.ts';

/** What a parsed connection says. */
export interface ServerEvents {
  request(request: InboundRequest, response: InboundResponse): void;
  upgrade(request: InboundRequest, socket: Socket, head: Buffer): void;
  clientError(error: unknown, socket: Socket): void;
}

type HttpServer = Server<typeof InboundRequest, typeof InboundResponse>;
type HttpsServer = SecureServer<typeof InboundRequest, typeof InboundResponse>;

// Timeouts are kept by the sweep over all connections, which costs a request nothing; the strict parser stays strict
// whatever the command line of the process says.
const options = {
  IncomingMessage: InboundRequest,
  ServerResponse: InboundResponse,
  insecureHTTPParser: false,
  requireHostHeader: false,
  maxHeaderSize: limits.maxHeadBytes + limits.maxTargetBytes,
  requestTimeout: 0,
  headersTimeout: 0,
  keepAliveTimeout: 0,
} as const;

function listen(server: HttpServer | HttpsServer, events: ServerEvents): void {
  server.timeout = 0;
  server.on('request', events.request);
  server.on('checkContinue', events.request);
  server.on('checkExpectation', events.request);
  // The socket of an upgrade is a net.Socket or TLSSocket always.
  server.on('upgrade', (request, socket, head) => events.upgrade(request, socket as Socket, head));
  server.on('connect', (request, socket, head) => events.upgrade(request, socket as Socket, head));
  server.on('clientError', (error, socket) => events.clientError(error, socket as Socket));
}

/** The server for plain connections; it never listens, connections are given to it. */
export function createHttpServer(events: ServerEvents): HttpServer {
  const server: HttpServer = createServer(options);
  listen(server, events);
  return server;
}

/**
 * A server for one TLS listener.
 *
 * @param secured called with each connection whose handshake is through, before anything was read from it
 */
export function createHttpsServer(
  tls: TlsOptions,
  events: ServerEvents,
  secured: (socket: Socket) => void,
): HttpsServer {
  const server: HttpsServer = createSecureServer({
    ...options,
    ...tls,
  });
  listen(server, events);
  server.prependListener('secureConnection', secured);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
