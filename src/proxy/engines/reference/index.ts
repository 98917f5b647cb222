import type { Socket } from 'node:net';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import { Balancer } from '../../balance/balancer.ts';
import type { CreateEngine, EngineDependencies } from '../../engine.ts';
import { viaName } from '../../headers/via.ts';
import type { SecureListener, SecureListenerSpec } from '../../tls/index.ts';
import { type ConnectionServer, Connections } from '../common/connections.ts';
import { BackendPools } from '../common/pools.ts';
import { HttpConnection } from './backendConnection.ts';
import { ClientConnection } from './clientConnection.ts';
import type { EngineContext } from './context.ts';
import { createForwarder } from './forwarder.ts';
import { SocketHandover } from './handover.ts';
import type { InboundRequest, InboundResponse } from './messages.ts';
import { PipelineTotal } from './pipeline.ts';
import { createHttpServer, createHttpsServer, type ServerEvents } from './servers.ts';

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
  readonly #plain: ReturnType<typeof createHttpServer>;
  readonly #secure = new Map<number, SecureListener>();

  constructor(dependencies: EngineDependencies) {
    const { settings, now } = dependencies;
    const connections = new Connections(dependencies, this);
    this.connections = connections;
    this.#context = {
      ...dependencies,
      pools: new BackendPools({
        prepare: (home) => ({
          onread: null,
          connectionOf: (socket, openMs) => new HttpConnection(socket, openMs, home),
        }),
        maxSockets: settings.maxSockets,
        connectTimeoutMs: settings.connectTimeoutMs,
        queueTimeoutMs: settings.tcpTimeoutMs,
        keepAlive: settings.httpKeepAlive,
        now,
      }),
      pipelined: new PipelineTotal(),
      balancer: new Balancer(dependencies.random),
      httpsPort: settings.listeners.find(({ tls }) => tls !== null)?.port ?? null,
      proxy: createForwarder(),
      handover: new SocketHandover(),
      connections,
      via: viaName(settings.instanceId),
      draining: () => connections.draining,
      idleUntil: () => connections.idleUntil,
    };
    const events: ServerEvents = {
      request: onRequest,
      upgrade: onUpgrade,
      clientError: onClientError,
    };
    this.#plain = createHttpServer(events);
    for (const listener of settings.listeners) {
      if (!isSecure(listener)) continue;
      const tls = dependencies.secure.open(listener, ['http/1.1'], (options) =>
        createHttpsServer(options, events, (socket) => this.#serve(socket, listener)),
      );
      this.#secure.set(listener.id, tls);
    }
  }

  plain(socket: Socket, listener: ListenerSpec, isTunnel: boolean): void {
    this.#serve(socket, listener, isTunnel);
    this.#plain.emit('connection', socket);
    socket.resume();
  }

  secure(socket: Socket, listener: ListenerSpec): boolean {
    const known = this.#secure.get(listener.id);
    known?.accept(socket);
    return known !== undefined;
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

const isSecure = (listener: ListenerSpec): listener is SecureListenerSpec => listener.tls !== null;

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
