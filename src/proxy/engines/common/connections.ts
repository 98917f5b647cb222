import type { Socket } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import type { Engine, EngineDependencies } from '../../engine.ts';
import { rawAnswer } from './rawAnswer.ts';

/** A client's connection, as an engine serves it. */
export interface ServedConnection {
  /** Looks for what stands still. @param now monotonic milliseconds */
  sweep(now: number): void;
  /** @param reset the client must see that this is no orderly end */
  break(reset: boolean): void;
}

/** What an engine does with the connections that it is given. */
export interface ConnectionServer {
  /**
   * A plain connection: serve it. `Connections.serve` makes it known.
   *
   * @param isTunnel its client asked for a tunnel to `listener`
   * @returns the socket that it goes on with
   */
  plain(socket: Socket, listener: ListenerSpec, isTunnel: boolean): Socket;
  /** A connection that begins with a TLS handshake. @returns false when its listener is not known */
  secure(socket: Socket, listener: ListenerSpec): boolean;
  /** Called at each sweep. @param now monotonic milliseconds */
  sweep(now: number): void;
  /** No connection is left, and none will come. */
  close(): void;
}

/** The connections of an engine: how many there may be, when they are looked at, how they are drained. */
export class Connections implements Engine {
  readonly #dependencies: EngineDependencies;
  readonly #server: ConnectionServer;
  readonly #sockets = new Set<Socket>();
  readonly #served = new Set<ServedConnection>();
  readonly #refused = new Set<Socket>();
  readonly #sweepMs: number;
  #sweeper: NodeJS.Timeout;
  #draining: Promise<void> | null = null;
  #drained: (() => void) | null = null;
  #idleUntil = Number.POSITIVE_INFINITY;
  #breakAt = Number.POSITIVE_INFINITY;
  #breaker: NodeJS.Timeout | undefined;

  constructor(dependencies: EngineDependencies, server: ConnectionServer) {
    this.#dependencies = dependencies;
    this.#server = server;
    const { headTimeoutMs, tcpTimeoutMs, tunnelIdleMs } = dependencies.settings;
    const shortest = Math.min(headTimeoutMs, tcpTimeoutMs, tunnelIdleMs);
    this.#sweepMs = Math.max(limits.sweepMinMs, Math.min(limits.sweepMaxMs, shortest / 4));
    this.#sweeper = this.#startSweeper(this.#sweepMs);
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** No new work is wanted. */
  get draining(): boolean {
    return this.#draining !== null;
  }

  /** Monotonic milliseconds; while it drains, connections without a request are left alone until then. */
  get idleUntil(): number {
    return this.#idleUntil;
  }

  take(given: Socket, listener: ListenerSpec): void {
    if (given.destroyed || given.remoteAddress === undefined) {
      given.destroy();
      return;
    }
    if (this.#sockets.size >= this.#dependencies.settings.maxConnections) {
      this.#refuse(given, listener);
      return;
    }
    const socket = this.#begin(given, listener, false);
    this.#sockets.add(socket);
    socket.on('close', () => this.#left(socket));
  }

  /** A tunnel to `listener` begins on a connection that was served so far, and that nobody listens to any more. */
  pass(socket: Socket, from: ServedConnection, listener: ListenerSpec): void {
    this.#served.delete(from);
    if (!socket.destroyed) this.#begin(socket, listener, true);
  }

  #begin(socket: Socket, listener: ListenerSpec, isTunnel: boolean): Socket {
    if (listener.tls === null) return this.#server.plain(socket, listener, isTunnel);
    socket.on('error', () => {});
    if (!this.#server.secure(socket, listener)) socket.destroy();
    return socket;
  }

  /** Makes a connection known whose handshake, if any, is through. */
  serve(socket: Socket, connection: ServedConnection): void {
    this.#served.add(connection);
    socket.on('close', () => this.#served.delete(connection));
  }

  drain(graceMs: number, idleMs = 0): Promise<void> {
    if (this.#draining !== null && this.#sockets.size === 0) return this.#draining;
    const now = this.#dependencies.now();
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
    this.#server.close();
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
    const { pages, wallClock } = this.#dependencies;
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
    for (const connection of this.#served) connection.break(false);
    for (const socket of this.#sockets) socket.destroy();
  }

  #startSweeper(everyMs: number): NodeJS.Timeout {
    const sweeper = setInterval(() => this.#sweep(), everyMs);
    sweeper.unref();
    return sweeper;
  }

  #sweep(): void {
    const now = this.#dependencies.now();
    for (const connection of this.#served) connection.sweep(now);
    this.#server.sweep(now);
  }
}
