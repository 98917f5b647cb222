import type { Socket } from 'node:net';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import { Balancer } from '../../balance/balancer.ts';
import type { CreateEngine, EngineDependencies } from '../../engine.ts';
import { type ConnectionServer, Connections } from '../common/connections.ts';
import { SecureServers } from '../common/secureServers.ts';
import { Http2Clients } from '../http2/index.ts';
import { ClientConnection } from './clientConnection.ts';
import type { EngineContext } from './context.ts';
import { createContext } from './createContext.ts';
import type { InboundRequest, InboundResponse } from './messages.ts';
import { createHttpServer, type ServerEvents } from './servers.ts';

const connectionOf = Symbol('connection');
interface ServedSocket extends Socket {
  [connectionOf]?: ClientConnection;
}

/** The engine on node:http and http-proxy: the conservative one, which others are measured against. */
export const createReferenceEngine: CreateEngine = (dependencies) =>
  new ReferenceServer(dependencies).connections;

class ReferenceServer implements ConnectionServer {
  readonly connections: Connections;
  readonly #context: EngineContext;
  readonly #server: ReturnType<typeof createHttpServer>;
  readonly #secure: SecureServers;

  constructor(dependencies: EngineDependencies) {
    const connections = new Connections(dependencies, this);
    this.connections = connections;
    this.#context = createContext(dependencies, connections, new Balancer(dependencies.random));
    const http2 = new Http2Clients(this.#context, connections);
    const events: ServerEvents = {
      request: onRequest,
      upgrade: onUpgrade,
      clientError: onClientError,
    };
    this.#server = createHttpServer(events);
    this.#secure = new SecureServers(dependencies, {
      http1: (socket, listener) => {
        this.#serve(socket, listener);
        this.#server.emit('connection', socket);
      },
      http2: (socket, listener) => http2.serve(socket, listener),
    });
  }

  plain(socket: Socket, listener: ListenerSpec, isTunnel: boolean): Socket {
    this.#serve(socket, listener, isTunnel);
    this.#server.emit('connection', socket);
    socket.resume();
    return socket;
  }

  secure(socket: Socket, listener: ListenerSpec): boolean {
    return this.#secure.accept(socket, listener);
  }

  sweep(now: number): void {
    this.#context.pools.sweep(now);
  }

  close(): void {
    this.#context.pools.close();
  }

  #serve(socket: ServedSocket, listener: ListenerSpec, isTunnel = false): void {
    const connection = new ClientConnection(this.#context, socket, listener, isTunnel);
    socket[connectionOf] = connection;
    this.connections.serve(socket, connection);
  }
}

const served = (socket: ServedSocket): ClientConnection | undefined => socket[connectionOf];

function onRequest(request: InboundRequest, response: InboundResponse): void {
  served(request.socket)?.accept(request, response);
}

function onUpgrade(request: InboundRequest, socket: Socket, head: Buffer): void {
  served(socket)?.acceptUpgrade(request, head);
}

function onClientError(error: unknown, socket: Socket): void {
  const connection = served(socket);
  if (connection === undefined) socket.destroy();
  else connection.failed(error);
}
