import type { OnReadOpts, Socket } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import { type Failure, failures } from '../../failure.ts';
import { type BackendSocketWaiter, openBackend } from './backendSocket.ts';

/** Gets a connection to a backend, or hears why there is none. */
export interface ConnectionWaiter<Connection extends BackendConnection> {
  connected(connection: Connection): void;
  notConnected(failure: Failure): void;
  /** Its body is still coming, and with it the client's pace: such requests get only a share of the connections. */
  readonly uploading: boolean;
}

/** Whom a connection belongs to. */
export interface ConnectionHome {
  /** It can serve another request. */
  release(connection: BackendConnection): void;
  /** It is closed. */
  forget(connection: BackendConnection): void;
}

/** What an engine wants of a connection that is about to be opened. */
interface ConnectionPlan<Connection extends BackendConnection> {
  /** Takes its bytes in place of `data` events, where there is no TLS; null for `data`. */
  readonly onread: OnReadOpts | null;
  /** @param openMs milliseconds that opening it took */
  connectionOf(socket: Socket, openMs: number): Connection;
}

export interface PoolSettings<Connection extends BackendConnection> {
  readonly prepare: (home: ConnectionHome) => ConnectionPlan<Connection>;
  /** Open sockets for one backend. */
  readonly maxSockets: number;
  readonly connectTimeoutMs: number;
  /** How long a request waits for one of `maxSockets` to come free. */
  readonly queueTimeoutMs: number;
  readonly keepAlive: boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A socket to a backend, lent to one request at a time. */
export class BackendConnection {
  readonly socket: Socket;
  /** Milliseconds that opening it took. */
  readonly openMs: number;
  /** Nobody uses it. */
  idle = false;
  idleSince = 0;
  /** How long the backend keeps it idle, as far as it said so. */
  idleLimitMs: number = limits.backendIdleMs;
  /** The body of its request is still coming. */
  uploading = false;
  /** It has served a request. */
  used = false;

  constructor(socket: Socket, openMs: number) {
    this.socket = socket;
    this.openMs = openMs;
  }

  /** Whether a request may be sent on it. */
  get sound(): boolean {
    const { socket } = this;
    return !socket.destroyed && socket.readable && socket.writable && socket.readableLength === 0;
  }
}

interface Waiting<Connection extends BackendConnection> {
  readonly waiter: ConnectionWaiter<Connection>;
  readonly maxIdleMs: number;
  readonly timer: NodeJS.Timeout;
}

interface Opening {
  readonly giveUp: () => void;
  readonly uploading: boolean;
}

/** The connections to one backend. The one used last is lent first, so that the others can age and close. */
class BackendPool<Connection extends BackendConnection> implements ConnectionHome {
  readonly backend: Backend;
  readonly #settings: PoolSettings<Connection>;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #opening = new Map<ConnectionWaiter<Connection>, Opening>();
  readonly #waiting: Waiting<Connection>[] = [];
  readonly #maxUploads: number;
  #uploads = 0;
  #closed = false;
  lastUsed = 0;

  constructor(backend: Backend, settings: PoolSettings<Connection>) {
    this.backend = backend;
    this.#settings = settings;
    this.#maxUploads = Math.max(1, Math.floor(settings.maxSockets * limits.uploadShare));
  }

  get empty(): boolean {
    return this.#all.size === 0 && this.#opening.size === 0 && this.#waiting.length === 0;
  }

  get sockets(): number {
    return this.#all.size + this.#opening.size;
  }

  /**
   * Lends an idle connection now, or one later through the waiter.
   *
   * @param maxIdleMs one that was idle for longer is not good enough; below 0: none is
   * @param now monotonic milliseconds
   */
  acquire(waiter: ConnectionWaiter<Connection>, maxIdleMs: number, now: number): Connection | null {
    this.lastUsed = now;
    if (!this.#allows(waiter)) {
      this.#queue(waiter, maxIdleMs);
      return null;
    }
    const connection = this.#takeIdle(maxIdleMs, now);
    if (connection !== null) {
      this.#lend(connection, waiter);
      return connection;
    }
    if (this.sockets >= this.#settings.maxSockets) {
      const oldest = this.#idle[0];
      if (oldest === undefined) {
        this.#queue(waiter, maxIdleMs);
        return null;
      }
      this.#drop(oldest);
    }
    this.#open(waiter);
    return null;
  }

  /** The body of the request on this connection has come to its end: it counts no longer as an upload. */
  uploaded(connection: Connection): void {
    if (!connection.uploading) return;
    connection.uploading = false;
    this.#uploads--;
    this.#serveWaiting();
  }

  #allows(waiter: ConnectionWaiter<Connection>): boolean {
    return this.#uploads < this.#maxUploads || !waiter.uploading;
  }

  #lend(connection: Connection, waiter: ConnectionWaiter<Connection>): void {
    if (!waiter.uploading) return;
    connection.uploading = true;
    this.#uploads++;
  }

  #takeIdle(maxIdleMs: number, now: number): Connection | null {
    for (let connection = this.#idle.at(-1); connection; connection = this.#idle.at(-1)) {
      if (!connection.sound || now - connection.idleSince >= connection.idleLimitMs) {
        this.#drop(connection);
        continue;
      }
      if (now - connection.idleSince > maxIdleMs) break;
      this.#idle.pop();
      connection.idle = false;
      return connection;
    }
    return null;
  }

  /** The waiter wants nothing more. */
  cancel(waiter: ConnectionWaiter<Connection>): void {
    const opening = this.#opening.get(waiter);
    if (opening !== undefined) {
      this.#opened(waiter);
      opening.giveUp();
      this.#serveWaiting();
      return;
    }
    const at = this.#waiting.findIndex((waiting) => waiting.waiter === waiter);
    if (at === -1) return;
    clearTimeout(this.#waiting[at]?.timer);
    this.#waiting.splice(at, 1);
  }

  release(connection: Connection): void {
    if (connection.idle) return;
    const { socket } = connection;
    connection.used = true;
    if (
      this.#closed ||
      !this.#settings.keepAlive ||
      connection.idleLimitMs <= 0 ||
      !connection.sound
    ) {
      socket.destroy();
      return;
    }
    // A connection that a slow client had paused would be silent for ever.
    if (socket.isPaused() || !socket.readableFlowing) socket.resume();
    if (connection.uploading) {
      connection.uploading = false;
      this.#uploads--;
    }
    const next = this.#nextWaiting();
    if (next !== undefined) {
      this.#lend(connection, next.waiter);
      next.waiter.connected(connection);
      return;
    }
    connection.idle = true;
    connection.idleSince = this.#settings.now();
    this.#idle.push(connection);
  }

  forget(connection: Connection): void {
    if (this.#remove(connection)) this.#serveWaiting();
  }

  #remove(connection: Connection): boolean {
    if (!this.#all.delete(connection)) return false;
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
    connection.idle = false;
    if (connection.uploading) {
      connection.uploading = false;
      this.#uploads--;
    }
    return true;
  }

  /** Closes what was idle for too long. */
  sweep(now: number): void {
    for (const connection of this.#idle.slice()) {
      if (now - connection.idleSince >= connection.idleLimitMs || !connection.sound) {
        this.#drop(connection);
      }
    }
    // The body of one that waits may have come meanwhile.
    this.#serveWaiting();
  }

  /** Closes what is idle now, and the rest as it comes back. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.slice()) this.#drop(connection);
  }

  #drop(connection: Connection): void {
    this.#remove(connection);
    connection.socket.destroy();
  }

  #open(waiter: ConnectionWaiter<Connection>): void {
    const { uploading } = waiter;
    const begunAt = this.#settings.now();
    const { connectTimeoutMs, now, prepare } = this.#settings;
    const plan = prepare(this);
    const opening: BackendSocketWaiter = {
      opened: (socket) => {
        this.#opened(waiter);
        const connection = plan.connectionOf(socket, now() - begunAt);
        this.#all.add(connection);
        this.#lend(connection, waiter);
        waiter.connected(connection);
      },
      notOpened: (failure) => {
        this.#opened(waiter);
        waiter.notConnected(failure);
        this.#serveWaiting();
      },
    };
    const giveUp = openBackend(this.backend, connectTimeoutMs, opening, plan.onread);
    this.#opening.set(waiter, { giveUp, uploading });
    if (uploading) this.#uploads++;
  }

  #opened(waiter: ConnectionWaiter<Connection>): void {
    if (this.#opening.get(waiter)?.uploading === true) this.#uploads--;
    this.#opening.delete(waiter);
  }

  #queue(waiter: ConnectionWaiter<Connection>, maxIdleMs: number): void {
    const timer = setTimeout(() => {
      this.cancel(waiter);
      waiter.notConnected(failures.busy);
    }, this.#settings.queueTimeoutMs);
    this.#waiting.push({ waiter, maxIdleMs, timer });
  }

  /** Takes out the one that waited longest among those that may have a connection. */
  #nextWaiting(): Waiting<Connection> | undefined {
    const at = this.#waiting.findIndex(({ waiter }) => this.#allows(waiter));
    if (at === -1) return undefined;
    const [next] = this.#waiting.splice(at, 1);
    clearTimeout(next?.timer);
    return next;
  }

  #serveWaiting(): void {
    while (
      this.#waiting.length > 0 &&
      (this.#idle.length > 0 || this.sockets < this.#settings.maxSockets)
    ) {
      const next = this.#nextWaiting();
      if (next === undefined) return;
      const connection = this.acquire(next.waiter, next.maxIdleMs, this.#settings.now());
      if (connection !== null) next.waiter.connected(connection);
    }
  }
}

/** The pools of all backends, at most `limits.maxBackendPools`. */
export class BackendPools<Connection extends BackendConnection> {
  readonly #settings: PoolSettings<Connection>;
  readonly #pools = new Map<string, BackendPool<Connection>>();

  constructor(settings: PoolSettings<Connection>) {
    this.#settings = settings;
  }

  /** Sockets to backends that are open or being opened. */
  get sockets(): number {
    let sum = 0;
    for (const pool of this.#pools.values()) sum += pool.sockets;
    return sum;
  }

  of(backend: Backend): BackendPool<Connection> {
    const known = this.#pools.get(backend.url);
    if (known !== undefined) return known;
    if (this.#pools.size >= limits.maxBackendPools) this.#evict();
    const pool = new BackendPool(backend, this.#settings);
    this.#pools.set(backend.url, pool);
    return pool;
  }

  sweep(now: number): void {
    for (const [url, pool] of this.#pools) {
      pool.sweep(now);
      if (pool.empty) this.#pools.delete(url);
    }
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }

  #evict(): void {
    let oldest: [string, BackendPool<Connection>] | null = null;
    for (const entry of this.#pools) {
      if (oldest === null || entry[1].lastUsed < oldest[1].lastUsed) oldest = entry;
    }
    if (oldest === null) return;
    this.#pools.delete(oldest[0]);
    oldest[1].close();
  }
}

export type { BackendPool };
