import type { Socket } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import { Balancer } from '../../balance/balancer.ts';
import type { CreateEngine, EngineDependencies } from '../../engine.ts';
import { viaName } from '../../headers/via.ts';
import { type ConnectionServer, Connections } from '../common/connections.ts';
import { BackendPools } from '../common/pools.ts';
import { SecureServers } from '../common/secureServers.ts';
import { Http2Clients } from '../http2/index.ts';
import type { EngineContext as ReferenceContext } from '../reference/context.ts';
import { createContext } from '../reference/createContext.ts';
import { adopt } from './adopt.ts';
import { SpliceConnection } from './backendConnection.ts';
import { ClientConnection } from './clientConnection.ts';
import type { EngineContext } from './context.ts';
import { Dates } from './dates.ts';
import { Llhttp } from './parser/llhttp.ts';
import { ReadMemory } from './readMemory.ts';
import { PieceWriter } from './wire.ts';

/**
 * The engine on bare sockets: Node's parser judges every head, and frames every body whose length the head does not say;
 * bytes are passed on as they came.
 */
export const createSpliceEngine: CreateEngine = (dependencies) =>
  new SpliceServer(dependencies).connections;

class SpliceServer implements ConnectionServer {
  readonly connections: Connections;
  readonly #context: EngineContext;
  /** Of requests over HTTP/2, which the reference engine forwards. */
  readonly #others: ReferenceContext;
  readonly #secure: SecureServers;
  /** What connections of clients read into that have not brought much. */
  readonly #common = Buffer.allocUnsafeSlow(limits.clientReadBytes);

  constructor(dependencies: EngineDependencies) {
    const { settings, now } = dependencies;
    const connections = new Connections(dependencies, this);
    const llhttp = new Llhttp();
    const writer = new PieceWriter();
    this.connections = connections;
    this.#context = {
      ...dependencies,
      llhttp,
      writer,
      pools: new BackendPools({
        prepare: (home) => {
          const reads = new ReadMemory({
            most: limits.backendReadBytes,
            first: limits.backendFirstReadBytes,
          });
          return {
            onread: reads.onread,
            connectionOf: (socket, openMs) =>
              new SpliceConnection(socket, openMs, home, { llhttp, writer }, reads),
          };
        },
        maxSockets: settings.maxSockets,
        connectTimeoutMs: settings.connectTimeoutMs,
        queueTimeoutMs: settings.tcpTimeoutMs,
        keepAlive: settings.httpKeepAlive,
        now,
      }),
      readAhead: { bytes: 0 },
      balancer: new Balancer(dependencies.random),
      dates: new Dates(dependencies.wallClock),
      httpsPort: settings.listeners.find(({ tls }) => tls !== null)?.port ?? null,
      connections,
      via: viaName(settings.instanceId),
      draining: () => connections.draining,
      idleUntil: () => connections.idleUntil,
    };
    // What serves them has connections of its own to backends.
    this.#others = createContext(dependencies, connections, this.#context.balancer);
    const http2 = new Http2Clients(this.#others, connections);
    this.#secure = new SecureServers(dependencies, {
      http1: (socket, listener) => this.#serve(socket, listener, false, null),
      http2: (socket, listener) => http2.serve(socket, listener),
    });
  }

  plain(socket: Socket, listener: ListenerSpec, isTunnel: boolean): Socket {
    const reads = new ReadMemory({ most: limits.clientReadBytes, common: this.#common });
    const own = adopt(socket, reads.onread);
    if (own === null) this.#serve(socket, listener, isTunnel, null);
    else this.#serve(own, listener, isTunnel, reads);
    return own ?? socket;
  }

  secure(socket: Socket, listener: ListenerSpec): boolean {
    return this.#secure.accept(socket, listener);
  }

  sweep(now: number): void {
    this.#context.pools.sweep(now);
    this.#others.pools.sweep(now);
  }

  close(): void {
    this.#context.pools.close();
    this.#others.pools.close();
  }

  #serve(
    socket: Socket,
    listener: ListenerSpec,
    isTunnel: boolean,
    reads: ReadMemory | null,
  ): void {
    const connection = new ClientConnection(this.#context, socket, listener, isTunnel, reads);
    this.connections.serve(socket, connection);
    socket.resume();
  }
}
