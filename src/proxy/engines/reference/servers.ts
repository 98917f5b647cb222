import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import { InboundRequest, InboundResponse } from './messages.ts';

/** What a parsed connection says. */
export interface ServerEvents {
  request(request: InboundRequest, response: InboundResponse): void;
  upgrade(request: InboundRequest, socket: Socket, head: Buffer): void;
  clientError(error: unknown, socket: Socket): void;
}

type HttpServer = Server<typeof InboundRequest, typeof InboundResponse>;

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

function listen(server: HttpServer, events: ServerEvents): void {
  server.timeout = 0;
  server.on('request', events.request);
  server.on('checkContinue', events.request);
  server.on('checkExpectation', events.request);
  // The socket of an upgrade is a net.Socket or TLSSocket always.
  server.on('upgrade', (request, socket, head) => events.upgrade(request, socket as Socket, head));
  server.on('connect', (request, socket, head) => events.upgrade(request, socket as Socket, head));
  server.on('clientError', (error, socket) => events.clientError(error, socket as Socket));
}

/** It never listens: connections are given to it, of TLS too, once their handshake is through. */
export function createHttpServer(events: ServerEvents): HttpServer {
  const server: HttpServer = createServer(options);
  listen(server, events);
  return server;
}
