import type { Socket } from 'node:net';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { limits } from '../../../shared/limits.ts';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import { Balancer } from '../../balance/balancer.ts';
import type { CreateEngine, EngineDependencies } from '../../engine.ts';
import { viaName } from '../../headers/via.ts';
import type { SecureListener, SecureListenerSpec } from '../../tls/index.ts';
import { type ConnectionServer, Connections } from '../common/connections.ts';
import { BackendPools } from '../common/pools.ts';
import { adopt } from './adopt.ts';
import { SpliceConnection } from './backendConnection.ts';
import { ClientConnection } from './clientConnection.ts';
import type { EngineContext } from './context.ts';
import { Dates } from './dates.ts';
import { Llhttp } from './parser/llhttp.ts';
import { ReadMemory } from './readMemory.ts';

/** The engine on bare sockets: heads are judged and bodies framed by Node's parser, and bytes passed on as they came. */
export const createSpliceEngine: CreateEngine = (dependencies) =>
  new SpliceServer(dependencies).connections;

class SpliceServer implements ConnectionServer {
  readonly connections: Connections;
  readonly #context: EngineContext;
  readonly #secure = new Map<number, SecureListener>();

  constructor(dependencies: EngineDependencies) {
    const { settings, now } = dependencies;
    const connections = new Connections(dependencies, this);
    const llhttp = new Llhttp();
    this.connections = connections;
    this.#context = {
      ...dependencies,
      llhttp,
      pools: new BackendPools({
        prepare: (home) => {
          const reads = new ReadMemory(limits.backendReadBytes);
          return {
            onread: reads.onread,
            connectionOf: (socket, openMs) =>
              new SpliceConnection(socket, openMs, home, llhttp, reads),
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
    for (const listener of settings.listeners) {
      if (!isSecure(listener)) continue;
      const tls = dependencies.secure.open(listener, ['http/1.1'], (options) =>
        this.#server(listener, options),
      );
      this.#secure.set(listener.id, tls);
    }
  }

  plain(socket: Socket, listener: ListenerSpec, isTunnel: boolean): void {
    const reads = new ReadMemory(limits.clientReadBytes);
    const own = adopt(socket, reads.onread);
    if (own === null) this.#serve(socket, listener, isTunnel, null);
    else this.#serve(own, listener, isTunnel, reads);
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

  /** It never listens: connections are given to it. */
  #server(listener: ListenerSpec, options: TlsOptions): Server {
    const server = createServer(options);
    server.on('secureConnection', (socket) => this.#serve(socket, listener, false, null));
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return server;
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

const isSecure = (listener: ListenerSpec): listener is SecureListenerSpec => listener.tls !== null;
