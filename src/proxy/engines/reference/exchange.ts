import { type IncomingMessage, type InformationEvent, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpErrorCode } from '../../../shared/errors.ts';
import { errorCatalogue } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import { type Failure, failures, readFailure } from '../../failure.ts';
import { examineRequest, type SoundRequest } from '../../guards/request.ts';
import { debugErrorFields, debugFields } from '../../headers/debug.ts';
import { recordedAddress } from '../../headers/forwarded.ts';
import { hasToken } from '../../headers/nominated.ts';
import { type RequestFields, readRequestFields } from '../../headers/requestFields.ts';
import { fieldsToBackend } from '../../headers/toBackend.ts';
import { readResponseFields } from '../../headers/toClient.ts';
import { optionsAnswer, traceAnswer } from '../../headers/trace.ts';
import { keptTrailers } from '../../headers/trailers.ts';
import type { LocalAnswer } from '../../pages/pages.ts';
import { boundedRecord, statusClientLeft } from '../../requestRecord.ts';
import { isIdempotent } from '../../retry.ts';
import type { Resolution, Route } from '../../routing/route.ts';
import { Tries } from '../../tries.ts';
import { activityOf } from './activity.ts';
import { type BackendSocketWaiter, openBackend } from './backendSocket.ts';
import type { ClientSide } from './clientSide.ts';
import type { EngineContext } from './context.ts';
import { headText } from './headText.ts';
import {
  listenToFailure,
  listenToInbound,
  listenToOutbound,
  listenToResponse,
} from './listeners.ts';
import {
  type InboundRequest,
  type InboundResponse,
  type MessageEvents,
  OutboundRequest,
} from './messages.ts';
import type { BackendConnection, BackendPool, ConnectionWaiter } from './pools.ts';
import { RequestBody } from './requestBody.ts';
import { Tunnel } from './tunnel.ts';

/** How far an exchange has come. */
type Stage =
  /** Being looked at and looked up. */
  | 'routing'
  /** Waiting for a connection to the backend, which has its own time limit. */
  | 'connecting'
  /** The request is on its way; no head of a final response has come. */
  | 'waiting'
  /** The response is passed on as it comes. */
  | 'relaying'
  /** All of the response is given to the client's connection. */
  | 'flushing'
  | 'tunnel'
  | 'over';

const methodsWithBody = new Set(['POST', 'PUT', 'PATCH']);
// Methods for which node:http sends no framing by itself; all others would be sent chunked.
const methodsWithoutFraming = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

/** One request of a client: found a backend, forwarded, answered, recorded. */
export class Exchange implements BackendSocketWaiter, ConnectionWaiter, MessageEvents {
  readonly #context: EngineContext;
  readonly #connection: ClientSide;
  readonly #request: InboundRequest;
  readonly #response: InboundResponse;
  /** Bytes that followed a WebSocket handshake; null for a plain request. */
  readonly #tunnelHead: Buffer | null;
  readonly #startedAt: number;
  readonly #start: number;
  #stage: Stage = 'routing';
  #fields: RequestFields | null = null;
  #sound: SoundRequest | null = null;
  #host = '';
  #route: Route | null = null;
  #error: HttpErrorCode | null = null;

  readonly #tries: Tries;
  #pool: BackendPool | null = null;
  #giveUpOpening: (() => void) | null = null;
  #connectionToBackend: BackendConnection | null = null;
  #outbound: OutboundRequest | null = null;
  #inbound: IncomingMessage | null = null;
  #reused = false;

  #body: RequestBody | null = null;
  #interim = 0;
  #continued = false;
  #chunked = false;
  /** The response says where it ends. */
  #framed = true;
  #paused = false;
  #status = 0;
  #tunnel: Tunnel | null = null;
  #activity = -1;
  #activeAt: number;
  #sweptAt = 0;
  /** When the present try began to send. */
  #sentAt = 0;
  /** How long the client alone was to send its body. */
  #bodyMs = 0;

  constructor(
    context: EngineContext,
    connection: ClientSide,
    request: InboundRequest,
    response: InboundResponse,
    tunnelHead: Buffer | null,
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#request = request;
    this.#response = response;
    this.#tunnelHead = tunnelHead;
    this.#startedAt = context.wallClock();
    this.#start = context.now();
    this.#activeAt = this.#start;
    this.#tries = new Tries(context.settings.retryOnError);
    request.exchange = this;
    response.exchange = this;
  }

  /** All that a client may still send for this request has arrived. */
  get received(): boolean {
    return this.#sound?.framing.kind === 'none' || this.#request.complete;
  }

  get uploading(): boolean {
    return this.#body?.done === false && !this.#request.complete;
  }

  get isUpgrade(): boolean {
    return this.#tunnelHead !== null;
  }

  begin(): void {
    const request = this.#request;
    const response = this.#response;
    this.#activeAt = this.#context.now();
    if (this.#tunnelHead !== null) {
      response.shouldKeepAlive = false;
      response.assignSocket(this.#connection.socket);
    }
    listenToResponse(response);
    const method = request.method ?? '';
    const target = request.url ?? '';
    const fields = readRequestFields(request.rawHeaders, request.httpVersion === '1.0');
    this.#fields = fields;
    const verdict = examineRequest(method, target, request.httpVersion, fields, this.#context.via);
    if (!verdict.ok) {
      this.#host = verdict.host;
      this.#connection.closeAfterCurrent();
      this.#fail(verdict.code, verdict.detail);
      return;
    }
    this.#sound = verdict;
    this.#host = verdict.host;
    this.#body = new RequestBody(request, verdict.framing.kind === 'none');
    if (this.#tunnelHead !== null && verdict.framing.kind !== 'none') {
      this.#fail('BERTH_REQUEST_MALFORMED', 'A WebSocket handshake has no body.');
      return;
    }
    if (verdict.host === '__ping__') {
      this.#answer(this.#context.pages.ping());
      return;
    }
    if (verdict.hops === 'answer') {
      this.#answer(
        method === 'TRACE'
          ? traceAnswer(method, target, request.httpVersion, request.rawHeaders)
          : optionsAnswer,
      );
      return;
    }
    const resolution = this.#context.router.resolve(verdict.host);
    if ('then' in resolution) void resolution.then((found) => this.#resolved(found));
    else this.#resolved(resolution);
  }

  /** Called by http-proxy's chain: sends the request to a backend of its route. */
  forward(): void {
    // The first part of a body stands in the same bytes as the head, parsed right after it: one write instead of two.
    if (this.#sound?.framing.kind === 'none') this.#next();
    else process.nextTick(forwardNow, this);
  }

  forwardNow(): void {
    if (this.#stage === 'routing') this.#next();
  }

  #resolved(resolution: Resolution): void {
    if (this.#stage !== 'routing') return;
    switch (resolution.kind) {
      case 'route':
        this.#route = resolution.route;
        if (this.#tunnelHead === null) {
          this.#context.proxy.web(this.#request, this.#response);
        } else {
          this.#context.proxy.ws(this.#request, this.#connection.socket, this.#tunnelHead);
        }
        return;
      case 'unknown':
        this.#welcomeOr('BERTH_HOST_UNKNOWN');
        return;
      case 'invalid':
        this.#fail('BERTH_FRONTEND_INVALID', resolution.problem, resolution.name);
        return;
      case 'unavailable':
        this.#welcomeOr('BERTH_STORE_UNREACHABLE');
    }
  }

  #welcomeOr(code: HttpErrorCode): void {
    const welcome = this.#context.pages.welcome(this.#host, this.#fields?.accept);
    if (welcome === null) this.#fail(code);
    else this.#answer(welcome);
  }

  #next(): void {
    const route = this.#route;
    if (route === null) return;
    const backend = this.#tries.pick(route, this.#context.random);
    if (backend === null) {
      const { code, detail } = this.#tries.exhausted(route);
      this.#fail(code, detail);
      return;
    }
    const trusted = isIdempotent(this.#request.method ?? '');
    this.#connect(backend, trusted ? Number.POSITIVE_INFINITY : limits.unsafeReuseMs);
  }

  #connect(backend: Backend, maxIdleMs: number): void {
    this.#stage = 'connecting';
    // Each try has its own time; two of them can have moved the same number of bytes.
    this.#activeAt = this.#context.now();
    this.#tries.begunAt = this.#activeAt;
    this.#activity = -1;
    if (this.#tunnelHead !== null) {
      const { connectTimeoutMs } = this.#context.settings;
      // A tunnel takes its connection with it: it is none of the pool's.
      this.#giveUpOpening = openBackend(backend, connectTimeoutMs, this);
      return;
    }
    this.#pool = this.#context.pools.of(backend);
    const connection = this.#pool.acquire(this, maxIdleMs);
    if (connection !== null) this.connected(connection);
  }

  opened(socket: Socket): void {
    this.#giveUpOpening = null;
    socket.on('free', destroyThis);
    this.#send(socket);
  }

  notOpened(failure: Failure): void {
    this.#giveUpOpening = null;
    this.#failed(failure, false);
  }

  connected(connection: BackendConnection): void {
    if (this.#stage !== 'connecting') {
      connection.socket.destroy();
      return;
    }
    this.#connectionToBackend = connection;
    this.#reused = connection.used;
    this.#send(connection.socket);
  }

  notConnected(failure: Failure): void {
    this.#failed(failure, false);
  }

  #send(socket: Socket): void {
    const sound = this.#sound;
    const fields = this.#fields;
    if (sound === null || fields === null) return;
    const { settings, via, handover } = this.#context;
    const request = this.#request;
    const method = request.method ?? '';
    const emptyBody = sound.framing.kind === 'none' && fields.contentLength === null;
    const headers = fieldsToBackend(fields, {
      host: sound.hostField,
      client: this.#connection.view,
      mode: settings.forwarded,
      via: `${request.httpVersion} ${via}`,
      maxForwards: typeof sound.hops === 'object' ? sound.hops.next : null,
      upgrade: this.#tunnelHead !== null,
      keepAlive: settings.httpKeepAlive,
      emptyBody: emptyBody && (methodsWithBody.has(method) || !methodsWithoutFraming.has(method)),
    });
    let outbound: OutboundRequest;
    try {
      outbound = new OutboundRequest({
        agent: handover.lend(socket),
        method,
        path: sound.target,
        headers,
        setHost: false,
        maxHeaderSize: limits.maxHeadBytes,
        insecureHTTPParser: false,
      });
    } catch {
      socket.destroy();
      this.#fail('BERTH_REQUEST_MALFORMED');
      return;
    }
    this.#stage = 'waiting';
    this.#sentAt = this.#context.now();
    this.#outbound = outbound;
    outbound.exchange = this;
    listenToOutbound(outbound);
    this.#body?.sendTo(outbound);
    this.#uploaded();
  }

  #uploaded(): void {
    const connection = this.#connectionToBackend;
    if (connection !== null && this.#body?.done === true) this.#pool?.uploaded(connection);
  }

  bodyData(chunk: Buffer): void {
    this.#body?.take(chunk, this.#outbound);
  }

  bodyEnd(): void {
    this.#body?.end(this.#outbound);
    this.#uploaded();
  }

  outboundDrained(outbound: OutboundRequest): void {
    if (outbound === this.#outbound) this.#body?.resume();
  }

  information(info: InformationEvent): void {
    if (this.#stage !== 'waiting') return;
    if (
      ++this.#interim > limits.maxInterimResponses ||
      !isSound(info) ||
      info.rawHeaders.length > 2 * limits.maxHeadFields
    ) {
      this.#failed(failures.protocol, true);
      return;
    }
    if (info.statusCode === 100) {
      this.#continue();
      return;
    }
    // HTTP/1.0 clients would take it for the answer (RFC 9110 section 15.2).
    if (this.#request.httpVersion === '1.0') return;
    const { kept } = readResponseFields(info.rawHeaders, true);
    this.#connection.socket.write(
      headText(`HTTP/1.1 ${info.statusCode} ${info.statusMessage}`, kept),
      'latin1',
    );
  }

  #continue(): void {
    if (this.#continued || (this.#fields?.expect ?? null) === null) return;
    this.#continued = true;
    this.#response.writeContinue();
  }

  response(inbound: IncomingMessage): void {
    if (this.#stage !== 'waiting') {
      inbound.destroy();
      return;
    }
    this.#inbound = inbound;
    const status = inbound.statusCode ?? 0;
    const fields = readResponseFields(inbound.rawHeaders, status === 204);
    if (
      status < 200 ||
      !isSound(inbound) ||
      fields.problem !== null ||
      fields.count > limits.maxHeadFields
    ) {
      this.#inbound = null;
      this.#failed(failures.protocol, true);
      return;
    }
    listenToFailure(inbound);
    const { deaths } = this.#context;
    const backend = this.#tries.backend;
    const route = this.#route;
    if (backend === null || route === null) return;
    this.#tries.note('answered', this.#context.now());
    if (status >= 500) deaths.answered(route, backend, status, fields.retryAfter);
    if (fields.keepAliveSeconds !== null && this.#connectionToBackend !== null) {
      // A second of margin: closing and sending cross on the way.
      const limit = fields.keepAliveSeconds * 1000 - 1000;
      this.#connectionToBackend.idleLimitMs = Math.min(limits.backendIdleMs, limit);
    }
    const out = fields.kept;
    this.#chunked =
      fields.chunked && status !== 204 && status !== 304 && this.#request.httpVersion === '1.1';
    if (this.#chunked) {
      out.push('Transfer-Encoding', 'chunked');
      if (fields.trailer !== null) out.push('Trailer', fields.trailer);
    }
    this.#pushDebug(out);
    if (this.#mustClose()) out.push('Connection', 'close');
    try {
      this.#response.writeHead(status, inbound.statusMessage ?? '', out);
    } catch {
      // node:http would write none of it, but remembers half of it.
      this.#break('BERTH_BACKEND_PROTOCOL');
      return;
    }
    this.#framed = fields.contentLength !== null || this.#response.chunkedEncoding;
    this.#status = status;
    this.#stage = 'relaying';
    process.nextTick(relayNow, this);
  }

  /** What X-Debug asked for, when it did. */
  #pushDebug(out: string[]): void {
    const backend = this.#tries.backend;
    const route = this.#route;
    if (this.#fields?.debug !== true || backend === null || route === null) return;
    const { settings, now } = this.#context;
    const facts = {
      version: settings.version,
      backendUrl: backend.url,
      backendId: backend.index,
      identifier: route.frontend.identifier,
      frontend: route.frontend.name,
      totalMs: now() - this.#start,
      backendMs: now() - this.#tries.begunAt,
    };
    out.push(...debugFields(facts));
  }

  /** What came in the same bytes as the head is parsed by now: often the whole response, then sent in one piece. */
  relay(): void {
    const inbound = this.#inbound;
    if (this.#stage !== 'relaying' || inbound === null) return;
    const response = this.#response;
    const first: unknown = inbound.read();
    if (inbound.complete && inbound.readableLength === 0) {
      this.#end(inbound, Buffer.isBuffer(first) ? first : null);
      return;
    }
    if (Buffer.isBuffer(first)) this.relayData(first);
    else response.flushHeaders();
    listenToInbound(inbound);
    if (this.#paused) inbound.pause();
  }

  relayData(chunk: Buffer): void {
    if (this.#stage !== 'relaying') return;
    if (this.#response.write(chunk)) return;
    this.#paused = true;
    this.#inbound?.pause();
  }

  relayEnd(): void {
    if (this.#stage === 'relaying' && this.#inbound !== null) this.#end(this.#inbound, null);
  }

  #end(inbound: IncomingMessage, last: Buffer | null): void {
    this.#stage = 'flushing';
    const response = this.#response;
    if (this.#chunked && inbound.rawTrailers.length > 0) {
      const trailers = keptTrailers(inbound.rawTrailers);
      if (trailers !== null) response.addTrailers(trailers);
    }
    if (last === null) response.end();
    else response.end(last);
  }

  /** The client's connection takes bytes again. */
  clientDrained(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#inbound?.resume();
  }

  outboundError(outbound: OutboundRequest, error: unknown): void {
    if (outbound !== this.#outbound || this.#stage === 'over') return;
    if (this.#inbound === null) {
      if (this.#stage === 'waiting') this.#failed(readFailure(error, 'connected'), true);
      return;
    }
    // What came after a complete response harms nobody: the connection is gone.
    if (!this.#inbound.complete) this.#break(readFailure(error, 'connected').code);
  }

  inboundError(inbound: IncomingMessage): void {
    if (inbound === this.#inbound && !inbound.complete) this.#break('BERTH_BACKEND_RESET');
  }

  upgraded(inbound: IncomingMessage, socket: Socket, first: Buffer): void {
    const fields = readResponseFields(inbound.rawHeaders, true);
    if (
      this.#stage !== 'waiting' ||
      this.#tunnelHead === null ||
      inbound.statusCode !== 101 ||
      !isSound(inbound) ||
      fields.count > limits.maxHeadFields ||
      fields.upgrade === null ||
      !hasToken(fields.upgrade, 'websocket')
    ) {
      socket.destroy();
      if (this.#stage === 'waiting') this.#failed(failures.protocol, true);
      return;
    }
    const { now } = this.#context;
    this.#tries.note('answered', this.#context.now());
    const out = fields.kept;
    out.push('Connection', 'Upgrade', 'Upgrade', 'websocket');
    this.#pushDebug(out);
    const client = this.#connection.socket;
    this.#response.detachSocket(client);
    this.#status = 101;
    this.#stage = 'tunnel';
    client.write(
      headText(`HTTP/1.1 101 ${inbound.statusMessage ?? STATUS_CODES[101]}`, out),
      'latin1',
    );
    if (first.length > 0) client.write(first);
    if (this.#tunnelHead.length > 0) socket.write(this.#tunnelHead);
    for (const chunk of this.#connection.takeEarly()) socket.write(chunk);
    this.#tunnel = new Tunnel(client, socket, now());
  }

  /** The client's connection is gone. */
  clientLeft(): void {
    if (this.#stage === 'over') return;
    if (this.#status === 0) this.#status = statusClientLeft;
    this.#close();
  }

  /** The client sent bytes that are no HTTP in the middle of this request. */
  malformed(code: HttpErrorCode): void {
    if (this.#stage !== 'flushing') this.#fail(code);
  }

  /** Ends a tunnel on both sides. */
  breakTunnel(): void {
    this.#tunnel?.break();
  }

  /** Looks for a connection that stands still. @param now monotonic milliseconds */
  sweep(now: number): void {
    const { tcpTimeoutMs, tunnelIdleMs } = this.#context.settings;
    if (this.#tunnel !== null) {
      this.#tunnel.sweep(now, tunnelIdleMs);
      return;
    }
    if (this.#bodyTooSlow(now)) {
      this.#fail('BERTH_REQUEST_TIMEOUT', 'Its body comes too slowly.');
      return;
    }
    const backendSocket: Socket | null | undefined = this.#outbound?.socket;
    const activity =
      activityOf(this.#connection.socket) + (backendSocket ? activityOf(backendSocket) : 0);
    if (activity !== this.#activity) {
      this.#activity = activity;
      this.#activeAt = now;
      return;
    }
    const idle = now - this.#activeAt;
    if (
      this.#stage === 'waiting' &&
      idle >= limits.expectContinueMs &&
      this.#body?.done === false
    ) {
      this.#continue();
    }
    if (idle < tcpTimeoutMs) return;
    switch (this.#stage) {
      case 'waiting':
        if (this.#body?.done === false && this.#outbound?.writableNeedDrain !== true) {
          this.#fail('BERTH_REQUEST_TIMEOUT');
        } else {
          this.#failed(failures.silent, true);
        }
        return;
      case 'relaying':
        this.#break(this.#connection.socket.writableLength > 0 ? null : 'BERTH_BACKEND_TIMEOUT');
        return;
      case 'flushing':
        this.#break(null);
    }
  }

  /** Judged by what came since the body began, so that pauses do no harm; the backend's pauses do not count. */
  #bodyTooSlow(now: number): boolean {
    const since = now - this.#sweptAt;
    this.#sweptAt = now;
    const body = this.#body;
    const { tcpTimeoutMs } = this.#context.settings;
    if (this.#stage !== 'waiting' || body === null || !this.uploading || tcpTimeoutMs === 0) {
      return false;
    }
    const awaited = (this.#fields?.expect ?? null) !== null && !this.#continued;
    if (awaited || this.#outbound?.writableNeedDrain === true) return false;
    this.#bodyMs += Math.min(since, now - this.#sentAt);
    if (this.#bodyMs < tcpTimeoutMs) return false;
    return body.receivedBytes < (limits.minBodyBytesPerSecond * this.#bodyMs) / 1000;
  }

  finished(): void {
    if (this.#stage === 'over') return;
    if (this.#tunnelHead !== null) this.#response.detachSocket(this.#connection.socket);
    const received = this.received;
    this.#close();
    this.#connection.finished(received);
  }

  /** A try came to nothing before an answer began. */
  #failed(failure: Failure, sent: boolean): void {
    const backend = this.#tries.backend;
    const route = this.#route;
    if (backend === null || route === null || this.#stage === 'over') return;
    this.#dropTry();
    this.#body?.pause();
    const state = {
      idempotent: isIdempotent(this.#request.method ?? ''),
      sent,
      replayable: this.#body?.replayable ?? true,
      reused: this.#reused,
    };
    const verdict = this.#tries.failed(failure, state, this.#context.now());
    this.#reused = false;
    if (verdict === 'again') {
      this.#connect(backend, -1);
      return;
    }
    if (failure.death !== null) this.#context.deaths.failed(route, backend, failure.death);
    if (verdict === 'next') this.#next();
    else this.#fail(failure.code);
  }

  /** Lets go of the present try, wherever it stands. */
  #dropTry(): void {
    this.#giveUpOpening?.();
    this.#giveUpOpening = null;
    if (this.#stage === 'connecting') this.#pool?.cancel(this);
    const outbound = this.#outbound;
    this.#outbound = null;
    this.#inbound = null;
    this.#connectionToBackend = null;
    if (outbound === null) return;
    outbound.exchange = null;
    outbound.destroy();
  }

  /** @param frontend name of the one that matched but makes no route */
  #fail(code: HttpErrorCode, detail = '', frontend: string | null = null): void {
    if (this.#stage === 'over') return;
    this.#error = code;
    if (this.#response.headersSent) {
      this.#break(code);
      return;
    }
    this.#dropTry();
    // What is left of the body is read and thrown away, so that the client gets to read its answer.
    this.#body?.resume();
    const answer = this.#context.pages.error(
      {
        code,
        host: this.#host,
        detail,
        frontend: frontend ?? this.#route?.frontend.name ?? null,
        attempts: this.#tries.attempts,
      },
      this.#fields?.accept,
    );
    const title = errorCatalogue[code].title;
    this.#answer(
      answer,
      this.#fields?.debug === true
        ? debugErrorFields(this.#context.settings.version, `${code}: ${title}`)
        : [],
    );
  }

  #answer(answer: LocalAnswer, more: readonly string[] = []): void {
    const response = this.#response;
    const out = [...answer.headers, ...more];
    if (this.#mustClose()) out.push('Connection', 'close');
    this.#status = answer.status;
    this.#stage = 'flushing';
    response.writeHead(answer.status, STATUS_CODES[answer.status] ?? '', out);
    response.end(answer.body);
  }

  /** Whether this response is the last one of its connection. */
  #mustClose(): boolean {
    return (
      this.#context.draining() ||
      this.#tunnelHead !== null ||
      this.#connection.lastAnswer ||
      // The parser gave up on what follows a request for an upgrade.
      this.#request.upgradeOffered === true ||
      !this.received
    );
  }

  /** A response that has begun cannot be taken back: the connection is broken, so that nobody takes it for whole. */
  #break(code: HttpErrorCode | null): void {
    if (this.#stage === 'over') return;
    if (code !== null) this.#error = code;
    this.#close();
    // Where only the end of the connection ends the body, an orderly end would be a lie.
    this.#connection.break(!this.#framed);
  }

  #close(): void {
    // A connection may serve again only when both the request and the response went through whole.
    if (
      this.#stage !== 'tunnel' &&
      !(this.#stage === 'flushing' && this.#outbound?.writableFinished)
    ) {
      this.#dropTry();
    }
    this.#stage = 'over';
    this.#record();
    // An idle connection remembers its last request; that need not remember all of this.
    if (this.#outbound !== null) this.#outbound.exchange = null;
    this.#body?.forget();
  }

  #record(): void {
    const { recorder, now, settings } = this.#context;
    const request = this.#request;
    const fields = this.#fields;
    const route = this.#route;
    const end = now();
    const { view } = this.#connection;
    const secure = view.scheme === 'https';
    const method = request.method ?? '';
    recorder.add(
      boundedRecord({
        startedAt: this.#startedAt,
        client: recordedAddress(fields?.realIp ?? null, view, settings.forwarded),
        protocol: this.isUpgrade && method === 'GET' ? (secure ? 'wss' : 'ws') : view.scheme,
        method,
        target: request.url ?? '',
        httpVersion: request.httpVersion,
        status: this.#status,
        bytes: this.#connection.takeBytes(),
        referer: fields?.referer ?? null,
        userAgent: fields?.userAgent ?? null,
        host: this.#host,
        frontend: route?.frontend.name ?? null,
        identifier: route?.frontend.identifier ?? null,
        backend: this.#tries.backend?.url ?? null,
        totalMs: end - this.#start,
        backendMs: this.#tries.begunAt === 0 ? 0 : end - this.#tries.begunAt,
        error: this.#error,
        attempts: this.#tries.attempts,
      }),
    );
  }
}

const reasonPhrase = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether the start line of a backend's response is HTTP/1 and can be written again; the parser lets more through. */
const isSound = ({
  httpVersion,
  statusMessage,
}: Pick<IncomingMessage, 'httpVersion' | 'statusMessage'>): boolean =>
  (httpVersion === '1.1' || httpVersion === '1.0') && reasonPhrase.test(statusMessage ?? '');

const forwardNow = (exchange: Exchange): void => exchange.forwardNow();
const relayNow = (exchange: Exchange): void => exchange.relay();

function destroyThis(this: Socket): void {
  this.destroy();
}
