import type { Socket } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import { Balancer } from '../../balance/balancer.ts';
import type { CreateEngine, Engine, EngineDependencies } from '../../engine.ts';
import { viaName } from '../../headers/via.ts';
import { ClientConnection } from './clientConnection.ts';
import type { EngineContext } from './context.ts';
import { createForwarder } from './forwarder.ts';
import { SocketHandover } from './handover.ts';
import type { InboundRequest, InboundResponse } from './messages.ts';
import { PipelineTotal } from './pipeline.ts';
import { BackendPools } from './pools.ts';
import { rawAnswer } from './rawAnswer.ts';
import { createHttpServer, createHttpsServer, type ServerEvents } from './servers.ts';

const connectionOf = Symbol('connection');
interface ServedSocket extends Socket {
  [connectionOf]?: ClientConnection;
}

/** The engine on node:http and http-proxy: the conservative one, which others are measured against. */
export const createReferenceEngine: CreateEngine = (dependencies) =>
  new ReferenceEngine(dependencies);

class ReferenceEngine implements Engine {
  readonly #context: EngineContext;
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Set<ClientConnection>();
  readonly #refused = new Set<Socket>();
  readonly #plain: ReturnType<typeof createHttpServer>;
  readonly #secure = new Map<number, ReturnType<typeof createHttpsServer>>();
  readonly #sweepMs: number;
  #sweeper: NodeJS.Timeout;
  #draining: Promise<void> | null = null;
  #drained: (() => void) | null = null;
  #idleUntil = Number.POSITIVE_INFINITY;
  #breakAt = Number.POSITIVE_INFINITY;
  #breaker: NodeJS.Timeout | undefined;

  constructor(dependencies: EngineDependencies) {
    const { settings, now } = dependencies;
    this.#context = {
      ...dependencies,
      pools: new BackendPools({
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
      via: viaName(settings.instanceId),
      draining: () => this.#draining !== null,
      idleUntil: () => this.#idleUntil,
    };
    const events: ServerEvents = {
      request: onRequest,
      upgrade: onUpgrade,
      clientError: onClientError,
    };
    this.#plain = createHttpServer(events);
    for (const listener of settings.listeners) {
      if (listener.tls === null) continue;
      this.#secure.set(
        listener.id,
        createHttpsServer(listener.tls, settings, events, (socket) =>
          this.#serve(socket, listener),
        ),
      );
    }
    const shortest = Math.min(settings.headTimeoutMs, settings.tcpTimeoutMs, settings.tunnelIdleMs);
    this.#sweepMs = Math.max(limits.sweepMinMs, Math.min(limits.sweepMaxMs, shortest / 4));
    this.#sweeper = this.#startSweeper(this.#sweepMs);
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  take(socket: Socket, listener: ListenerSpec): void {
    if (socket.destroyed || socket.remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    if (this.#sockets.size >= this.#context.settings.maxConnections) {
      this.#refuse(socket, listener);
      return;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#left(socket));
    if (listener.tls === null) {
      this.#serve(socket, listener);
      this.#plain.emit('connection', socket);
      socket.resume();
      return;
    }
    const server = this.#secure.get(listener.id);
    socket.on('error', () => {});
    if (server === undefined) socket.destroy();
    else server.emit('connection', socket);
  }

  drain(graceMs: number, idleMs = 0): Promise<void> {
    if (this.#draining !== null && this.#sockets.size === 0) return this.#draining;
    const now = this.#context.now();
    this.#idleUntil = Math.min(this.#idleUntil, now + idleMs);
    if (now + graceMs < this.#breakAt) {
      this.#breakAt = now + graceMs;
      clearTimeout(this.#breaker);
      this.#breaker = setTimeout(() => this.#breakAll(), graceMs);
    }
    clearInterval(this.#sweeper);
    this.#sweeper = this.#startSweeper(this.#idleUntil > now ? this.#sweepMs : limits.sweepMinMs);
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    if (this.#sockets.size > 0) await new Promise<void>((done) => (this.#drained = done));
    clearTimeout(this.#breaker);
    clearInterval(this.#sweeper);
    for (const socket of this.#refused) socket.destroy();
    this.#context.pools.close();
  }

  #serve(socket: ServedSocket, listener: ListenerSpec): void {
    const connection = new ClientConnection(this.#context, socket, listener);
    socket[connectionOf] = connection;
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
  }

  #left(socket: Socket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size === 0) this.#drained?.();
  }

  /** One connection too many: says so where that costs no handshake, and closes. */
  #refuse(socket: Socket, listener: ListenerSpec): void {
    if (listener.tls !== null || this.#refused.size >= limits.maxOverflowConnections) {
      socket.destroy();
      return;
    }
    this.#refused.add(socket);
    socket.on('error', () => {});
    const { pages, wallClock } = this.#context;
    const answer = pages.error(
      { code: 'BERTH_OVERLOADED', host: '', detail: '', frontend: null, attempts: [] },
      undefined,
    );
    const timer = setTimeout(() => socket.destroy(), limits.closeLingerMs);
    socket.on('close', () => {
      clearTimeout(timer);
      this.#refused.delete(socket);
    });
    socket.end(rawAnswer(answer, wallClock()));
    socket.resume();
  }

  #breakAll(): void {
    for (const connection of this.#connections) connection.break(false);
    for (const socket of this.#sockets) socket.destroy();
  }

  #startSweeper(everyMs: number): NodeJS.Timeout {
    const sweeper = setInterval(() => this.#sweep(), everyMs);
    sweeper.unref();
    return sweeper;
  }

  #sweep(): void {
    const now = this.#context.now();
    for (const connection of this.#connections) connection.sweep(now);
    this.#context.pools.sweep(now);
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
