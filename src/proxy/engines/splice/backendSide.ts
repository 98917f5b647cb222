import type { Socket } from 'node:net';
import type { HttpErrorCode } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import { type Failure, failures } from '../../failure.ts';
import { isFinalResponse, isInterimResponse, isWebSocketAgreement } from '../../guards/response.ts';
import { activityOf } from '../common/activity.ts';
import { type BackendSocketWaiter, openBackend } from '../common/backendSocket.ts';
import type { BackendPool, ConnectionWaiter } from '../common/pools.ts';
import {
  type ResponseEvents,
  type ResponseHead,
  type ResponseState,
  SpliceConnection,
} from './backendConnection.ts';
import type { EngineContext } from './context.ts';
import type { RequestBody } from './requestBody.ts';
import type { ResponseText } from './responseText.ts';

/** Hears how the tries of a request go. */
export interface BackendSideOwner {
  readonly isUpgrade: boolean;
  /** The client's body is still coming. */
  readonly uploading: boolean;
  /** Bytes of a response may not have been written yet. */
  readonly holds: boolean;
  /** There is a connection: `send` is to be called. @param now monotonic milliseconds */
  ready(now: number): void;
  /** The try came to nothing before an answer began. @param sent bytes of the request may have arrived */
  failed(failure: Failure, sent: boolean): void;
  /** An interim response, 101 excepted. */
  interim(head: ResponseHead, fields: ResponseText): void;
  /** The head of the final response, and what came with it. @param trailers of one that is whole */
  answered(
    head: ResponseHead,
    fields: ResponseText,
    parts: readonly Buffer[],
    trailers: readonly string[] | null,
  ): void;
  data(parts: readonly Buffer[]): void;
  whole(parts: readonly Buffer[], trailers: readonly string[]): void;
  /** The backend agreed to a tunnel; `first` is what it sent after its head. */
  switched(head: ResponseHead, fields: ResponseText, socket: Socket, first: Buffer): void;
  /** The response ended before its end. */
  broke(code: HttpErrorCode): void;
}

/** A request as a backend gets it. */
interface OutboundRequest {
  readonly method: string;
  /** With the empty line, latin1. */
  readonly head: string;
  readonly chunked: boolean;
}

/** The side of an exchange that faces backends: one try after another, each with a connection, a request, a response. */
export class BackendSide
  implements BackendSocketWaiter, ConnectionWaiter<SpliceConnection>, ResponseEvents
{
  readonly #context: EngineContext;
  readonly #owner: BackendSideOwner;
  /** `connecting` has a time limit of its own; `waiting`: no head of a final response has come. */
  #phase: 'none' | 'connecting' | 'waiting' | 'answered' = 'none';
  #pool: BackendPool<SpliceConnection> | null = null;
  #giveUpOpening: (() => void) | null = null;
  #connection: SpliceConnection | null = null;
  #body: RequestBody | null = null;
  #interim = 0;

  constructor(context: EngineContext, owner: BackendSideOwner) {
    this.#context = context;
    this.#owner = owner;
  }

  get uploading(): boolean {
    return this.#owner.uploading;
  }

  get holds(): boolean {
    return this.#owner.holds;
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
    if (this.#connection === null || this.#pool === null) return null;
    return this.#connection.used ? 0 : this.#connection.openMs;
  }

  /** What was written to the backend waits here. */
  get full(): boolean {
    return this.#connection?.socket.writableNeedDrain === true;
  }

  /** A number that changes whenever bytes move. */
  get activity(): number {
    return this.#connection === null ? 0 : activityOf(this.#connection.socket);
  }

  /**
   * @param maxIdleMs a connection that was idle for longer is not good enough; below 0: none is
   * @param now monotonic milliseconds
   */
  connect(backend: Backend, maxIdleMs: number, now: number): void {
    this.#phase = 'connecting';
    if (this.#owner.isUpgrade) {
      // A tunnel takes its connection with it: it is none of the pool's.
      const { connectTimeoutMs } = this.#context.settings;
      this.#giveUpOpening = openBackend(backend, connectTimeoutMs, this);
      return;
    }
    this.#pool = this.#context.pools.of(backend);
    const connection = this.#pool.acquire(this, maxIdleMs, now);
    if (connection === null) return;
    this.#connection = connection;
    this.#owner.ready(now);
  }

  opened(socket: Socket): void {
    this.#giveUpOpening = null;
    this.#connection = new SpliceConnection(socket, 0, null, this.#context, null);
    this.#owner.ready(this.#context.now());
  }

  notOpened(failure: Failure): void {
    this.#giveUpOpening = null;
    this.#owner.failed(failure, false);
  }

  connected(connection: SpliceConnection): void {
    if (this.#phase !== 'connecting') {
      connection.socket.destroy();
      return;
    }
    this.#connection = connection;
    this.#owner.ready(this.#context.now());
  }

  notConnected(failure: Failure): void {
    this.#owner.failed(failure, false);
  }

  send({ method, head, chunked }: OutboundRequest, body: RequestBody): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#phase = 'waiting';
    this.#body = body;
    connection.begin(this, method === 'HEAD');
    body.sendTo(connection, head, chunked);
    if (body.done) this.uploaded();
  }

  /** The last of the body was handed over. */
  uploaded(): void {
    if (this.#connection !== null) this.#pool?.uploaded(this.#connection);
  }

  drained(): void {
    this.#body?.drained();
  }

  interim(head: ResponseHead, fields: ResponseText): void {
    if (isInterimResponse(head, fields.facts.count, this.#interim++)) {
      this.#owner.interim(head, fields);
    } else {
      this.#owner.failed(failures.protocol, true);
    }
  }

  response(
    head: ResponseHead,
    fields: ResponseText,
    parts: readonly Buffer[],
    state: ResponseState,
  ): void {
    const connection = this.#connection;
    if (connection === null || !isFinalResponse(head, fields.facts)) {
      this.#owner.failed(failures.protocol, true);
      return;
    }
    this.#phase = 'answered';
    if (state === 'broken') {
      this.#owner.broke('BERTH_BACKEND_PROTOCOL');
      return;
    }
    const { keepAliveSeconds } = fields.facts;
    if (keepAliveSeconds !== null) {
      // A second of margin: closing and sending cross on the way.
      const limit = keepAliveSeconds * 1000 - 1000;
      connection.idleLimitMs = Math.min(limits.backendIdleMs, limit);
    }
    if (state === 'more') {
      this.#owner.answered(head, fields, parts, null);
      return;
    }
    const { trailers } = connection;
    this.#through(connection);
    this.#owner.answered(head, fields, parts, trailers);
  }

  data(parts: readonly Buffer[]): void {
    this.#owner.data(parts);
  }

  whole(parts: readonly Buffer[]): void {
    const connection = this.#connection;
    if (connection === null) return;
    const { trailers } = connection;
    this.#through(connection);
    this.#owner.whole(parts, trailers);
  }

  switched(head: ResponseHead, fields: ResponseText, first: Buffer): void {
    const connection = this.#connection;
    const agrees = this.#owner.isUpgrade && isWebSocketAgreement(head, fields.facts);
    if (connection === null || !agrees) {
      this.#owner.failed(failures.protocol, true);
      return;
    }
    this.#phase = 'answered';
    this.#connection = null;
    this.#owner.switched(head, fields, connection.detach(), first);
  }

  lost(failure: Failure): void {
    if (this.#phase === 'waiting') this.#owner.failed(failure, true);
    else if (this.#phase === 'answered') this.#owner.broke(failure.code);
  }

  pause(): void {
    this.#connection?.socket.pause();
  }

  resume(): void {
    this.#connection?.socket.resume();
  }

  /** Lets go of the present try, wherever it stands. */
  drop(): void {
    this.#giveUpOpening?.();
    this.#giveUpOpening = null;
    if (this.#phase === 'connecting') this.#pool?.cancel(this);
    this.#phase = 'none';
    const connection = this.#connection;
    this.#connection = null;
    if (connection === null) return;
    connection.leave();
    connection.socket.destroy();
  }

  /** The response is whole: the connection may serve again when the request is through as well. */
  #through(connection: SpliceConnection): void {
    connection.leave();
    this.#connection = null;
    if (this.#body?.done === true && connection.reusable && this.#pool !== null) {
      this.#pool.release(connection);
    } else {
      this.#body?.discard();
      connection.socket.destroy();
    }
  }
}
