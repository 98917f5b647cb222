import type { IncomingMessage, InformationEvent } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpErrorCode } from '../../../shared/errors.ts';
import { errorCatalogue } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import type { ListenerSpec } from '../../../shared/model/listener.ts';
import type { RouteSource } from '../../../shared/model/record.ts';
import { type AnswerLook, hintOf, lookAtAnswer, mayRefuseHost } from '../../answerLook.ts';
import type { Client } from '../../balance/balancer.ts';
import { type Failure, failures } from '../../failure.ts';
import { needsZeroLength } from '../../framing.ts';
import { examineRequest, type SoundRequest } from '../../guards/request.ts';
import { addedFields } from '../../headers/added.ts';
import { debugErrorFields } from '../../headers/debug.ts';
import { recordedAddress } from '../../headers/forwarded.ts';
import { type RequestFields, readRequestFields } from '../../headers/requestFields.ts';
import { fieldsToBackend } from '../../headers/toBackend.ts';
import type { ResponseFields } from '../../headers/toClient.ts';
import { passageText } from '../../headers/trail.ts';
import { hasLeftMeanwhile } from '../../lateConnection.ts';
import { ownAnswer } from '../../ownAnswer.ts';
import { findTunnel, notElsewhere, tunnelAgreement } from '../../ownTunnel.ts';
import type { LocalAnswer, Problem } from '../../pages/pages.ts';
import { httpsRedirect } from '../../redirect.ts';
import { requestRecord, statusClientLeft } from '../../requestRecord.ts';
import { isIdempotent } from '../../retry.ts';
import type { Resolution, Route } from '../../routing/route.ts';
import { type Progress, TimeLimits } from '../../timeLimits.ts';
import { Tries } from '../../tries.ts';
import { isExcused, unansweredProblem } from '../../unanswered.ts';
import { BackendSide, type BackendSideOwner } from './backendSide.ts';
import { ClientResponse, type ClientResponseOwner } from './clientResponse.ts';
import type { ClientSide, OpenTunnel } from './clientSide.ts';
import type { EngineContext } from './context.ts';
import { HeldAnswer, type HeldAnswerOwner } from './heldAnswer.ts';
import type { ClientEvents, OutboundRequest, RequestMessage, ResponseMessage } from './messages.ts';
import { RequestBody } from './requestBody.ts';

/** How far an exchange has come. */
type Stage =
  /** Being looked at and looked up. */
  | 'routing'
  /** One backend after another is tried; no head of a final response has come. */
  | 'trying'
  /** The response is passed on as it comes. */
  | 'relaying'
  /** All of the response is given to the client's connection. */
  | 'flushing'
  | 'tunnel'
  | 'over';

/** One request of a client: found a backend, forwarded, answered, recorded. */
export class Exchange
  implements ClientEvents, BackendSideOwner, ClientResponseOwner, HeldAnswerOwner, Client
{
  readonly #context: EngineContext;
  readonly #connection: ClientSide;
  readonly #request: RequestMessage;
  readonly #message: ResponseMessage;
  readonly #response: ClientResponse;
  /** Bytes that followed a WebSocket handshake; null for a plain request. */
  readonly #tunnelHead: Buffer | null;
  readonly #startedAt: number;
  readonly #start: number;
  #stage: Stage = 'routing';
  #fields: RequestFields | null = null;
  #sound: SoundRequest | null = null;
  #host = '';
  #route: Route | null = null;
  #lookup: RouteSource | null = null;
  #error: HttpErrorCode | null = null;

  readonly #tries: Tries;
  readonly #backend: BackendSide;
  readonly #time: TimeLimits;
  #body: RequestBody | null = null;
  #tunnel: OpenTunnel | null = null;
  /** At an answer that may refuse the host. */
  #look: AnswerLook | null = null;
  #held: HeldAnswer | null = null;

  constructor(
    context: EngineContext,
    connection: ClientSide,
    request: RequestMessage,
    response: ResponseMessage,
    tunnelHead: Buffer | null,
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#request = request;
    this.#message = response;
    this.#response = new ClientResponse(response, request.grammar === '1.0', this);
    this.#tunnelHead = tunnelHead;
    this.#startedAt = context.wallClock();
    this.#start = context.now();
    this.#tries = new Tries(context.settings.retryOnError);
    this.#backend = new BackendSide(context, this);
    this.#time = new TimeLimits(context.settings.tcpTimeoutMs, this.#start);
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

  get address(): string {
    const { view } = this.#connection;
    return recordedAddress(this.#fields?.realIp ?? null, view, this.#context.settings.forwarded);
  }

  get cookie(): string | null {
    return this.#fields?.cookie ?? null;
  }

  begin(): void {
    const request = this.#request;
    const message = this.#message;
    if (this.#tunnelHead !== null) {
      message.shouldKeepAlive = false;
      message.assignSocket(this.#connection.socket);
    }
    const method = request.method ?? '';
    const target = request.url ?? '';
    const fields = readRequestFields(request.rawHeaders, request.grammar === '1.0');
    this.#fields = fields;
    this.#response.awaitsContinue = fields.expect !== null;
    const verdict =
      request.refusal ?? examineRequest(method, target, request.grammar, fields, this.#context.via);
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
    if (verdict.form === 'tunnel') {
      this.#enterTunnel(verdict);
      return;
    }
    const own = ownAnswer(verdict, request, this.#context.pages);
    if (own !== null) {
      this.#answer(own);
      return;
    }
    const resolution = this.#context.router.resolve(verdict.host);
    if ('then' in resolution) void resolution.then((found) => this.#resolved(found));
    else this.#resolved(resolution);
  }

  /** CONNECT: the client goes on as if it had connected to one of our listeners. */
  #enterTunnel(asked: SoundRequest): void {
    const { settings, router } = this.#context;
    findTunnel(asked, settings, router, this.#connection.mayTunnel, (verdict, found) => {
      if (this.#stage !== 'routing') return;
      if (found?.kind === 'route') {
        this.#route = found.route;
        this.#lookup = found.source;
      }
      if (verdict.ok) this.#tunnelTo(verdict.listener);
      else this.#fail(verdict.code, verdict.detail);
    });
  }

  #tunnelTo(listener: ListenerSpec): void {
    const { socket } = this.#connection;
    this.#stage = 'flushing';
    this.#message.detachSocket(socket);
    this.#response.status = 200;
    // What follows bypasses the queue of this socket where it is encrypted: first all of this is with the system.
    socket.write(tunnelAgreement, 'latin1', (error) => {
      if (this.#stage !== 'flushing' || error) return;
      this.#close();
      this.#connection.tunnelTo(listener, this.#tunnelHead === null ? [] : [this.#tunnelHead]);
    });
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
        this.#lookup = resolution.source;
        this.#routed(resolution.route);
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

  #routed(route: Route): void {
    const { proxy, settings, httpsPort } = this.#context;
    if (route.options.paused) {
      const { name } = route.frontend;
      this.#fail('BERTH_HOST_PAUSED', `${name} is paused: nothing is sent to its backends.`);
      return;
    }
    const redirect =
      this.#sound !== null && this.#fields !== null && route.options.redirectToHttps
        ? httpsRedirect(
            this.#sound,
            this.#fields,
            this.#connection.view,
            settings.forwarded,
            httpsPort,
          )
        : null;
    if (redirect !== null) this.#answer(redirect);
    else this.#message.forwardBy(proxy, this.#tunnelHead);
  }

  #welcomeOr(code: HttpErrorCode): void {
    const sound = this.#sound;
    if (sound === null) return;
    const { pages } = this.#context;
    const { scheme } = this.#connection.view;
    const welcome = pages.welcome(
      { scheme, method: this.#request.method ?? '', ...sound },
      this.#fields?.accept,
    );
    if (welcome !== null) this.#answer(welcome);
    else this.#fail(code, code === 'BERTH_HOST_UNKNOWN' ? notElsewhere(sound) : '');
  }

  #next(): void {
    const route = this.#route;
    if (route === null) return;
    const backend = this.#tries.choose(route, this.#context.balancer, this);
    if (backend === null) {
      const { code, detail } = this.#tries.exhausted(route);
      this.#unanswered(route, code, detail);
      return;
    }
    const trusted = isIdempotent(this.#request.method ?? '');
    this.#connect(backend, trusted ? Number.POSITIVE_INFINITY : limits.unsafeReuseMs);
  }

  #connect(backend: Backend, maxIdleMs: number): void {
    const now = this.#context.now();
    this.#stage = 'trying';
    this.#tries.begin(now);
    this.#time.tryBegins(now);
    this.#backend.connect(backend, maxIdleMs);
  }

  ready(): void {
    const sound = this.#sound;
    const fields = this.#fields;
    const body = this.#body;
    if (sound === null || fields === null || body === null) return;
    const { settings, via, now } = this.#context;
    if (hasLeftMeanwhile(this.#tries, this.#route, this.#context.router, now())) {
      this.#backend.refuse();
      this.failed(failures.gone, false);
      return;
    }
    const hostHeader = this.#route?.options.hostHeader;
    const request = this.#request;
    const method = request.method ?? '';
    const headers = fieldsToBackend(fields, {
      host: sound.hostField,
      backendHost: hostHeader === 'backend' ? (this.#tries.backend?.authority ?? null) : null,
      client: this.#connection.view,
      mode: settings.forwarded,
      via: `${request.httpVersion} ${via}`,
      passage: passageText({
        instance: via,
        host: sound.host,
        backend: this.#tries.backend?.index ?? 0,
      }),
      maxForwards: typeof sound.hops === 'object' ? sound.hops.next : null,
      upgrade: this.#tunnelHead !== null,
      keepAlive: settings.httpKeepAlive,
      emptyBody: needsZeroLength(method, sound.framing.kind === 'none', fields.contentLength),
    });
    const sentAt = now();
    this.#time.sends(sentAt);
    this.#tries.sent(sentAt, this.#backend.connectMs);
    if (!this.#backend.send({ method, path: sound.target, headers }, body)) {
      this.#fail('BERTH_REQUEST_MALFORMED');
    }
  }

  bodyData(chunk: Buffer): void {
    this.#body?.take(chunk, this.#backend.outbound);
  }

  bodyEnd(): void {
    this.#body?.end(this.#backend.outbound);
    this.#backend.uploaded();
  }

  interim(info: InformationEvent): void {
    this.#response.interim(info);
  }

  answered(outbound: OutboundRequest, inbound: IncomingMessage, fields: ResponseFields): void {
    this.#stage = 'relaying';
    // What stands in the same bytes as the head is parsed before: a body that is broken there can still be a 502.
    process.nextTick(relayNow, this, outbound, inbound, fields);
  }

  #addedFields(route: Route, backend: Backend): string[] {
    return addedFields(route, backend, {
      fields: this.#fields,
      secure: this.#connection.view.scheme === 'https',
      version: this.#context.settings.version,
      start: this.#start,
      begunAt: this.#tries.begunAt,
      now: this.#context.now,
    });
  }

  relay(outbound: OutboundRequest, inbound: IncomingMessage, fields: ResponseFields): void {
    const backend = this.#tries.backend;
    const route = this.#route;
    if (this.#stage !== 'relaying' || backend === null || route === null) return;
    const status = inbound.statusCode ?? 0;
    this.#tries.note('answered', this.#context.now());
    if (status >= 500) this.#context.deaths.answered(route, backend, status, fields.retryAfter);
    if (mayRefuseHost(status, fields)) this.#look = this.#lookAt(route, fields);
    if (this.#look?.holds === true) {
      this.#held = new HeldAnswer(outbound, inbound, fields, this.#look, this.#context.now(), this);
      this.#held.begin();
      return;
    }
    this.#response.look = this.#look;
    if (this.#begin(outbound, inbound, fields)) this.#response.relay();
  }

  #lookAt({ options }: Route, answer: ResponseFields): AnswerLook | null {
    const request = this.#fields;
    if (this.isUpgrade || request === null) return null;
    const { method = '', url: target = '' } = this.#request;
    const { hostHeader } = options;
    return lookAtAnswer({ method, host: this.#host, target, hostHeader, request, answer });
  }

  /** The answer that was held back is whole: a person gets an explanation where it refuses the host. */
  heldWhole({ look, inbound }: HeldAnswer): void {
    const check = look.refusal();
    const route = this.#route;
    const backend = this.#tries.backend;
    if (check === null || route === null || backend === null) {
      this.heldTooMuch();
      return;
    }
    this.#held = null;
    const answer = this.#context.pages.hostRefused({
      check,
      status: inbound.statusCode ?? 0,
      host: this.#host,
      frontend: route.frontend.name,
      said: look.text,
      isHtml: look.isHtml,
    });
    this.#answer(answer, this.#addedFields(route, backend));
  }

  /** What was held back goes on, and what follows it as it comes. */
  heldTooMuch(): void {
    const held = this.#held;
    this.#held = null;
    if (held === null || this.#stage !== 'relaying') return;
    if (!this.#begin(held.outbound, held.inbound, held.fields)) return;
    if (held.look.parts.length === 0) this.#response.flushHead();
    for (const part of held.look.parts) this.#response.data(part);
    if (held.isWhole) this.#response.end();
  }

  /** @returns false when it cannot be written */
  #begin(outbound: OutboundRequest, inbound: IncomingMessage, fields: ResponseFields): boolean {
    const backend = this.#tries.backend;
    const route = this.#route;
    if (backend === null || route === null) return false;
    const status = inbound.statusCode ?? 0;
    const more = this.#addedFields(route, backend);
    if (this.#mustClose()) more.push('Connection', 'close');
    // Without a word, node:http closes where 100 was awaited and never sent. After a refusal that is right: the client
    // may hold that it never sent a body, which makes what follows ambiguous.
    else if (this.#response.awaitsContinue && status < 400 && this.#message.shouldKeepAlive) {
      more.push('Connection', 'keep-alive');
    }
    if (this.#response.begin(outbound, inbound, fields, more)) return true;
    this.#break('BERTH_BACKEND_PROTOCOL');
    return false;
  }

  relayed(): void {
    this.#stage = 'flushing';
  }

  broke(code: HttpErrorCode): void {
    if (this.#held !== null) {
      this.heldTooMuch();
      // node:http holds the first part back for a moment, in which the connection would be gone.
      this.#connection.socket.uncork();
    }
    if (!this.#response.begun) this.#tries.note(code, this.#context.now());
    this.#fail(code);
  }

  /** The client's connection takes bytes again. */
  clientDrained(): void {
    this.#response.drained();
  }

  switched(inbound: IncomingMessage, fields: ResponseFields, socket: Socket, first: Buffer): void {
    const now = this.#context.now();
    const backend = this.#tries.backend;
    const route = this.#route;
    if (backend === null || route === null) return;
    const accept = inbound.headers['sec-websocket-accept'];
    if (!this.#message.isAgreement(typeof accept === 'string' ? accept : undefined)) {
      socket.destroy();
      this.#fail('BERTH_BACKEND_PROTOCOL');
      return;
    }
    this.#tries.note('answered', now);
    this.#stage = 'tunnel';
    this.#response.switch(inbound, fields, this.#addedFields(route, backend));
    if (this.#tunnelHead !== null && this.#tunnelHead.length > 0) socket.write(this.#tunnelHead);
    for (const chunk of this.#connection.takeEarly()) socket.write(chunk);
    this.#tunnel = this.#connection.tunnel(socket, first, now);
  }

  /** The client's connection is gone. */
  clientLeft(): void {
    if (this.#stage === 'over') return;
    if (this.#response.status === 0) this.#response.status = statusClientLeft;
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
    if (this.#held !== null && now - this.#held.since >= limits.heldAnswerMs) this.heldTooMuch();
    if (this.#tunnel !== null) {
      this.#tunnel.sweep(now, this.#context.settings.tunnelIdleMs);
      return;
    }
    switch (this.#time.look(this.#progress(), now)) {
      case 'in-time':
        return;
      case 'continue':
        this.#response.continue();
        return;
      case 'slow-body':
        this.#fail('BERTH_REQUEST_TIMEOUT', 'Its body comes too slowly.');
        return;
      case 'silent-client':
        this.#fail('BERTH_REQUEST_TIMEOUT');
        return;
      case 'silent-backend':
        if (this.#stage === 'trying') this.failed(failures.silent, true);
        else this.#break('BERTH_BACKEND_TIMEOUT');
        return;
      case 'full-client':
        this.#break(null);
    }
  }

  #progress(): Progress {
    const stage = this.#stage;
    const backend = this.#backend;
    const client = this.#connection;
    return {
      phase: backend.waiting
        ? 'waiting'
        : stage === 'relaying' || stage === 'flushing'
          ? stage
          : 'other',
      activity: client.activity + backend.activity,
      uploading: this.uploading,
      unsent: this.#body?.done === false,
      receivedBytes: this.#body?.receivedBytes ?? 0,
      awaitsContinue: this.#response.awaitsContinue,
      backendIsFull: backend.full,
      clientIsFull: client.full,
    };
  }

  finished(): void {
    if (this.#stage === 'over') return;
    if (this.#tunnelHead !== null) this.#message.detachSocket(this.#connection.socket);
    const received = this.received;
    this.#close();
    this.#connection.finished(received);
  }

  failed(failure: Failure, sent: boolean): void {
    const backend = this.#tries.backend;
    const route = this.#route;
    if (backend === null || route === null || this.#stage === 'over') return;
    const state = {
      idempotent: isIdempotent(this.#request.method ?? ''),
      sent,
      replayable: this.#body?.replayable ?? true,
      reused: this.#backend.reused,
    };
    this.#backend.drop();
    this.#body?.pause();
    const verdict = this.#tries.failed(failure, state, this.#context.now());
    if (verdict === 'again') {
      this.#connect(backend, -1);
      return;
    }
    if (failure.death !== null && !isExcused(route.options, failure, this.#context.wallClock())) {
      this.#context.deaths.failed(route, backend, failure.death);
    }
    if (verdict === 'next') this.#next();
    else this.#unanswered(route, failure.code);
  }

  /** No backend answered. */
  #unanswered({ options }: Route, code: HttpErrorCode, detail = ''): void {
    const problem = unansweredProblem(
      options,
      {
        ...{ code, detail },
        method: this.#request.method ?? '',
        isUpgrade: this.isUpgrade,
        target: this.#sound?.target ?? null,
        attempts: this.#tries.attempts,
      },
      this.#context.wallClock(),
    );
    this.#fail(problem.code, problem.detail, null, problem.container);
  }

  /** @param frontend name of the one that matched but makes no route */
  #fail(
    code: HttpErrorCode,
    detail = '',
    frontend: string | null = null,
    container?: Problem['container'],
  ): void {
    if (this.#stage === 'over') return;
    this.#error = code;
    if (this.#response.begun) {
      this.#break(code);
      return;
    }
    this.#backend.drop();
    // What is left of the body is read and thrown away, so that the client gets to read its answer.
    this.#body?.resume();
    const answer = this.#context.pages.error(
      {
        code,
        host: this.#host,
        detail,
        frontend: frontend ?? this.#route?.frontend.name ?? null,
        attempts: this.#tries.attempts,
        ...(container === undefined ? {} : { container }),
      },
      this.#fields?.accept,
    );
    const debug = this.#fields?.debug === true;
    const line = `${code}: ${errorCatalogue[code].title}`;
    this.#answer(answer, debug ? debugErrorFields(this.#context.settings.version, line) : []);
  }

  #answer(answer: LocalAnswer, more: string[] = []): void {
    if (this.#mustClose()) more.push('Connection', 'close');
    this.#stage = 'flushing';
    this.#response.answer(answer, more);
  }

  /** Whether this response is the last one of its connection. */
  #mustClose(): boolean {
    return (
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
    this.#connection.break(!this.#response.framed);
  }

  get #hint(): string | null {
    const check = this.#look?.refusal() ?? null;
    return check === null ? null : hintOf(check);
  }

  #close(): void {
    // A connection may serve again only when both the request and the response went through whole.
    const whole = this.#stage === 'flushing' && this.#backend.sentAll;
    if (this.#stage === 'tunnel' || whole) this.#backend.forget();
    else this.#backend.drop();
    this.#stage = 'over';
    this.#tries.over();
    const { recorder, now, settings } = this.#context;
    recorder.add(
      requestRecord({
        startedAt: this.#startedAt,
        start: this.#start,
        end: now(),
        view: this.#connection.view,
        mode: settings.forwarded,
        line: this.#request,
        fields: this.#fields,
        isUpgrade: this.isUpgrade,
        host: this.#host,
        route: this.#route,
        lookup: this.#lookup,
        tries: this.#tries,
        status: this.#response.status,
        bytes: this.#connection.takeBytes(),
        error: this.#error,
        hint: this.#hint,
      }),
    );
    this.#body?.forget();
  }
}

const forwardNow = (exchange: Exchange): void => exchange.forwardNow();
const relayNow = (
  exchange: Exchange,
  outbound: OutboundRequest,
  inbound: IncomingMessage,
  fields: ResponseFields,
): void => exchange.relay(outbound, inbound, fields);
