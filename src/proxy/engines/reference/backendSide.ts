import type { IncomingMessage, InformationEvent } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpErrorCode } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import { type Failure, failures, readFailure } from '../../failure.ts';
import { isFinalResponse, isInterimResponse, isWebSocketAgreement } from '../../guards/response.ts';
import { type ResponseFields, readResponseFields } from '../../headers/toClient.ts';
import { activityOf } from '../common/activity.ts';
import { type BackendSocketWaiter, openBackend } from '../common/backendSocket.ts';
import type { BackendPool, ConnectionWaiter } from '../common/pools.ts';
import type { HttpConnection } from './backendConnection.ts';
import type { EngineContext } from './context.ts';
import { listenToFailure, listenToOutbound } from './listeners.ts';
import { type BackendEvents, OutboundRequest } from './messages.ts';
import type { RequestBody } from './requestBody.ts';

/** Hears how the tries of a request go. */
export interface BackendSideOwner {
  readonly isUpgrade: boolean;
  /** The client's body is still coming. */
  readonly uploading: boolean;
  /** There is a connection: `send` is to be called. */
  ready(): void;
  /** The try came to nothing before an answer began. @param sent bytes of the request may have arrived */
  failed(failure: Failure, sent: boolean): void;
  /** An interim response, 101 excepted. */
  interim(info: InformationEvent): void;
  /** The head of the final response. */
  answered(outbound: OutboundRequest, inbound: IncomingMessage, fields: ResponseFields): void;
  /** The backend agreed to a tunnel; `first` is what it sent after its head. */
  switched(inbound: IncomingMessage, fields: ResponseFields, socket: Socket, first: Buffer): void;
  /** The response ended before its end. */
  broke(code: HttpErrorCode): void;
}

/** The line and fields of a request as a backend gets them; `headers` is a flat list. */
interface OutboundHead {
  readonly method: string;
  readonly path: string;
  readonly headers: string[];
}

/** The side of an exchange that faces backends: one try after another, each with a connection, a request, a response. */
export class BackendSide
  implements BackendSocketWaiter, ConnectionWaiter<HttpConnection>, BackendEvents
{
  readonly #context: EngineContext;
  readonly #owner: BackendSideOwner;
  /** `connecting` has a time limit of its own; `waiting`: no head of a final response has come. */
  #phase: 'none' | 'connecting' | 'waiting' | 'answered' = 'none';
  #pool: BackendPool<HttpConnection> | null = null;
  #giveUpOpening: (() => void) | null = null;
  /** Lent by the pool, or null for a tunnel. */
  #connection: HttpConnection | null = null;
  #socket: Socket | null = null;
  #outbound: OutboundRequest | null = null;
  #inbound: IncomingMessage | null = null;
  #body: RequestBody | null = null;
  #interim = 0;

  constructor(context: EngineContext, owner: BackendSideOwner) {
    this.#context = context;
    this.#owner = owner;
  }

  get uploading(): boolean {
    return this.#owner.uploading;
  }

  get waiting(): boolean {
    return this.#phase === 'waiting';
  }

  /** The connection of the present try had served an earlier request. */
  get reused(): boolean {
    return this.#connection?.used === true;
  }

  /** Milliseconds that opening the connection of the present try took; null for a tunnel's, opened for it alone. */
  get connectMs(): number | null {
    if (this.#connection === null) return null;
    return this.#connection.used ? 0 : this.#connection.openMs;
  }

  /** The request that is under way, or was answered. */
  get outbound(): OutboundRequest | null {
    return this.#outbound;
  }

  /** The request went out whole. */
  get sentAll(): boolean {
    return this.#outbound?.writableFinished === true;
  }

  /** What was written to the backend waits here. */
  get full(): boolean {
    return this.#outbound?.writableNeedDrain === true;
  }

  /** A number that changes whenever bytes move. */
  get activity(): number {
    const socket: Socket | null | undefined = this.#outbound?.socket;
    return socket ? activityOf(socket) : 0;
  }

  /** @param maxIdleMs a connection that was idle for longer is not good enough; below 0: none is */
  connect(backend: Backend, maxIdleMs: number): void {
    this.#phase = 'connecting';
    if (this.#owner.isUpgrade) {
      // A tunnel takes its connection with it: it is none of the pool's.
      const { connectTimeoutMs } = this.#context.settings;
      this.#giveUpOpening = openBackend(backend, connectTimeoutMs, this);
      return;
    }
    this.#pool = this.#context.pools.of(backend);
    const connection = this.#pool.acquire(this, maxIdleMs, this.#context.now());
    if (connection !== null) this.connected(connection);
  }

  opened(socket: Socket): void {
    this.#giveUpOpening = null;
    socket.on('free', destroyThis);
    this.#socket = socket;
    this.#owner.ready();
  }

  notOpened(failure: Failure): void {
    this.#giveUpOpening = null;
    this.#owner.failed(failure, false);
  }

  connected(connection: HttpConnection): void {
    if (this.#phase !== 'connecting') {
      connection.socket.destroy();
      return;
    }
    this.#connection = connection;
    this.#socket = connection.socket;
    this.#owner.ready();
  }

  notConnected(failure: Failure): void {
    this.#owner.failed(failure, false);
  }

  /** Ends the connection that is there, with nothing sent over it. */
  refuse(): void {
    const socket = this.#socket;
    this.drop();
    socket?.destroy();
  }

  /** @returns false when the request cannot be written; its connection is gone then */
  send(head: OutboundHead, body: RequestBody): boolean {
    const socket = this.#socket;
    if (socket === null) return false;
    let outbound: OutboundRequest;
    try {
      outbound = new OutboundRequest({
        agent: this.#context.handover.lend(socket),
        method: head.method,
        path: head.path,
        headers: head.headers,
        setHost: false,
        maxHeaderSize: limits.maxHeadBytes,
        insecureHTTPParser: false,
      });
    } catch {
      socket.destroy();
      return false;
    }
    this.#phase = 'waiting';
    this.#outbound = outbound;
    this.#body = body;
    outbound.side = this;
    listenToOutbound(outbound);
    body.sendTo(outbound);
    if (body.done) this.uploaded();
    return true;
  }

  /** The last of the body was handed over. */
  uploaded(): void {
    if (this.#connection !== null) this.#pool?.uploaded(this.#connection);
  }

  outboundDrained(outbound: OutboundRequest): void {
    if (outbound === this.#outbound) this.#body?.resume();
  }

  information(info: InformationEvent): void {
    if (this.#phase !== 'waiting') return;
    if (isInterimResponse(info, info.rawHeaders.length / 2, this.#interim++)) {
      this.#owner.interim(info);
    } else {
      this.#owner.failed(failures.protocol, true);
    }
  }

  response(inbound: IncomingMessage): void {
    const outbound = this.#outbound;
    if (this.#phase !== 'waiting' || outbound === null) {
      inbound.destroy();
      return;
    }
    const fields = readResponseFields(inbound.rawHeaders, inbound.statusCode === 204);
    if (!isFinalResponse(inbound, fields)) {
      this.#owner.failed(failures.protocol, true);
      return;
    }
    this.#phase = 'answered';
    this.#inbound = inbound;
    listenToFailure(inbound);
    if (fields.keepAliveSeconds !== null && this.#connection !== null) {
      // A second of margin: closing and sending cross on the way.
      const limit = fields.keepAliveSeconds * 1000 - 1000;
      this.#connection.idleLimitMs = Math.min(limits.backendIdleMs, limit);
    }
    this.#owner.answered(outbound, inbound, fields);
  }

  upgraded(inbound: IncomingMessage, socket: Socket, first: Buffer): void {
    const fields = readResponseFields(inbound.rawHeaders, true);
    const waiting = this.#phase === 'waiting';
    if (waiting && this.#owner.isUpgrade && isWebSocketAgreement(inbound, fields)) {
      this.#phase = 'answered';
      this.#owner.switched(inbound, fields, socket, first);
      return;
    }
    socket.destroy();
    if (waiting) this.#owner.failed(failures.protocol, true);
  }

  outboundError(outbound: OutboundRequest, error: unknown): void {
    if (outbound !== this.#outbound) return;
    const failure = readFailure(error, 'connected');
    if (this.#phase === 'waiting') this.#owner.failed(failure, true);
    // What came after a complete response harms nobody: the connection is gone.
    else if (this.#inbound?.complete === false) this.#owner.broke(failure.code);
  }

  inboundError(inbound: IncomingMessage): void {
    if (inbound === this.#inbound && !inbound.complete) this.#owner.broke('BERTH_BACKEND_RESET');
  }

  /** Lets go of the present try, wherever it stands. */
  drop(): void {
    this.#giveUpOpening?.();
    this.#giveUpOpening = null;
    if (this.#phase === 'connecting') this.#pool?.cancel(this);
    this.#phase = 'none';
    const outbound = this.#outbound;
    this.forget();
    this.#outbound = null;
    this.#inbound = null;
    this.#connection = null;
    this.#socket = null;
    outbound?.destroy();
  }

  /** Hears no more of what it leaves alone: an idle connection remembers its last request, which need not remember all. */
  forget(): void {
    if (this.#outbound === null) return;
    this.#outbound.side = null;
    this.#outbound.relay = null;
  }
}

function destroyThis(this: Socket): void {
  this.destroy();
}
