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
import { isWebSocketHandshake } from '../../guards/upgrade.ts';
import { addedFields } from '../../headers/added.ts';
import { debugErrorFields } from '../../headers/debug.ts';
import { recordedAddress } from '../../headers/forwarded.ts';
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
import { activityOf } from '../common/activity.ts';
import { Tunnel } from '../common/tunnel.ts';
import type { ResponseHead } from './backendConnection.ts';
import { BackendSide, type BackendSideOwner } from './backendSide.ts';
import { ClientResponse } from './clientResponse.ts';
import type { ClientSide } from './clientSide.ts';
import type { EngineContext } from './context.ts';
import { readFields } from './parser/head.ts';
import type { Request } from './request.ts';
import { RequestBody } from './requestBody.ts';
import type { ResponseText } from './responseText.ts';

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

const forbiddenInTarget = /[^\x21-\xff]/;
const nothing = Buffer.alloc(0);

/** What is known of an answer that waits until it is whole. */
interface HeldAnswer {
  readonly head: ResponseHead;
  readonly fields: ResponseText;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** One request of a client: found a backend, forwarded, answered, recorded. */
export class Exchange implements BackendSideOwner, Client {
  /** The client wants to go on with WebSocket. */
  readonly isUpgrade: boolean;
  readonly #context: EngineContext;
  readonly #connection: ClientSide;
  readonly #request: Request;
  readonly #response: ClientResponse;
  readonly #startedAt: number;
  readonly #start: number;
  readonly #tries: Tries;
  readonly #backend: BackendSide;
  readonly #time: TimeLimits;
  readonly #body: RequestBody;
  #stage: Stage = 'routing';
  #received = false;
  /** The client's connection takes no more of the response for now. */
  #held = false;
  #sound: SoundRequest | null = null;
  #host = '';
  #route: Route | null = null;
  #lookup: RouteSource | null = null;
  #error: HttpErrorCode | null = null;
  #tunnel: Tunnel | null = null;
  /** At an answer that may refuse the host. */
  #look: AnswerLook | null = null;
  /** The head of the answer that is held back. */
  #heldAnswer: HeldAnswer | null = null;

  constructor(context: EngineContext, connection: ClientSide, request: Request) {
    const { method, httpVersion, fields } = request;
    this.#context = context;
    this.#connection = connection;
    this.#request = request;
    this.isUpgrade = isWebSocketHandshake(method, httpVersion, fields.connection, fields.upgrade);
    this.#startedAt = context.wallClock();
    this.#start = context.now();
    this.#response = new ClientResponse(
      connection.socket,
      context,
      httpVersion === '1.0',
      method === 'HEAD',
    );
    this.#response.awaitsContinue = fields.expect !== null;
    this.#tries = new Tries(context.settings.retryOnError);
    this.#backend = new BackendSide(context, this);
    this.#body = new RequestBody(connection);
    this.#time = new TimeLimits(context.settings.tcpTimeoutMs, this.#start);
  }

  get uploading(): boolean {
    return !this.#received;
  }

  get holds(): boolean {
    return this.#look !== null || this.#connection.socket.writableLength > 0;
  }

  /** All of the response is on its way to the client. */
  get isFlushing(): boolean {
    return this.#stage === 'flushing';
  }

  get address(): string {
    const { view } = this.#connection;
    return recordedAddress(this.#request.fields.realIp, view, this.#context.settings.forwarded);
  }

  get cookie(): string | null {
    return this.#request.fields.cookie;
  }

  /** A part of the body, as soon as there is a head. */
  bodyData(parts: readonly Buffer[]): void {
    this.#body.take(parts);
  }

  /** The request is whole. */
  bodyEnd(trailers: readonly string[]): void {
    this.#received = true;
    this.#body.end(trailers);
    this.#backend.uploaded();
  }

  /** What came in the same bytes as the head was handed over. @param broken what follows is no HTTP */
  begin(broken: HttpErrorCode | null): void {
    const request = this.#request;
    const { method, url, httpVersion, fields } = request;
    const verdict = examineRequest(method, url, httpVersion, fields, this.#context.via);
    if (!verdict.ok) {
      this.#host = verdict.host;
      this.#connection.closeAfterCurrent();
      this.#fail(verdict.code, verdict.detail);
      return;
    }
    this.#sound = verdict;
    this.#host = verdict.host;
    if (broken !== null || forbiddenInTarget.test(verdict.target)) {
      this.#connection.closeAfterCurrent();
      this.#fail(broken ?? 'BERTH_REQUEST_MALFORMED');
      return;
    }
    if (this.isUpgrade && verdict.framing.kind !== 'none') {
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
    this.#stage = 'flushing';
    this.#response.status = 200;
    // What follows bypasses the queue of this socket where it is encrypted: first all of this is with the system.
    this.#connection.socket.write(tunnelAgreement, 'latin1', (error) => {
      if (this.#stage !== 'flushing' || error) return;
      this.#close(this.#context.now());
      this.#connection.tunnelTo(listener);
    });
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
    const { settings, httpsPort } = this.#context;
    if (route.options.paused) {
      const { name } = route.frontend;
      this.#fail('BERTH_HOST_PAUSED', `${name} is paused: nothing is sent to its backends.`);
      return;
    }
    const redirect =
      this.#sound !== null && route.options.redirectToHttps
        ? httpsRedirect(
            this.#sound,
            this.#request.fields,
            this.#connection.view,
            settings.forwarded,
            httpsPort,
          )
        : null;
    if (redirect !== null) this.#answer(redirect);
    else this.#next();
  }

  #welcomeOr(code: HttpErrorCode): void {
    const sound = this.#sound;
    if (sound === null) return;
    const { pages } = this.#context;
    const { scheme } = this.#connection.view;
    const welcome = pages.welcome(
      { scheme, method: this.#request.method, ...sound },
      this.#request.fields.accept,
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
    const trusted = isIdempotent(this.#request.method);
    this.#connect(backend, trusted ? Number.POSITIVE_INFINITY : limits.unsafeReuseMs);
  }

  #connect(backend: Backend, maxIdleMs: number): void {
    const now = this.#context.now();
    this.#stage = 'trying';
    this.#tries.begin(now);
    this.#time.tryBegins(now);
    this.#backend.connect(backend, maxIdleMs, now);
  }

  ready(sentAt: number): void {
    const sound = this.#sound;
    if (sound === null) return;
    if (hasLeftMeanwhile(this.#tries, this.#route, this.#context.router, sentAt)) {
      this.failed(failures.gone, false);
      return;
    }
    const { method, httpVersion, fields } = this.#request;
    const { backend } = this.#tries;
    const isRenamed = this.#route?.options.hostHeader === 'backend';
    const lines = this.#connection.outbound.text({
      fields,
      httpVersion,
      host: sound.host,
      hostField: sound.hostField,
      backendHost: isRenamed ? (backend?.authority ?? null) : null,
      backend: backend?.index ?? 0,
      maxForwards: typeof sound.hops === 'object' ? sound.hops.next : null,
      isUpgrade: this.isUpgrade,
      emptyBody: needsZeroLength(method, sound.framing.kind === 'none', fields.contentLength),
    });
    this.#time.sends(sentAt);
    this.#tries.sent(sentAt, this.#backend.connectMs);
    const head = `${method} ${sound.target} HTTP/1.1\r\n${lines}`;
    this.#backend.send({ method, head, chunked: sound.framing.kind === 'chunked' }, this.#body);
  }

  interim(head: ResponseHead, fields: ResponseText): void {
    this.#response.interim(head, fields);
  }

  answered(
    head: ResponseHead,
    fields: ResponseText,
    parts: readonly Buffer[],
    trailers: readonly string[] | null,
  ): void {
    this.#stage = 'relaying';
    const backend = this.#tries.backend;
    const route = this.#route;
    if (backend === null || route === null) return;
    const { statusCode } = head;
    this.#tries.note('answered', this.#context.now());
    if (statusCode >= 500) {
      this.#context.deaths.answered(route, backend, statusCode, fields.facts.retryAfter);
    }
    if (mayRefuseHost(statusCode, fields.facts)) this.#look = this.#lookAt(route, fields);
    if (this.#look?.holds !== true) {
      this.#pass(head, fields, parts, trailers);
      return;
    }
    this.#heldAnswer = { head, fields, since: this.#context.now() };
    this.#hold(parts);
    if (trailers !== null) this.#endHeld(trailers);
  }

  #lookAt({ options }: Route, answered: ResponseText): AnswerLook | null {
    if (this.isUpgrade) return null;
    const { method, url: target, fields: request } = this.#request;
    const { hostHeader } = options;
    const kept = readFields(`${answered.lines}\r\n`, 0);
    const answer = { kept, contentLength: answered.facts.contentLength };
    return lookAtAnswer({ method, host: this.#host, target, hostHeader, request, answer });
  }

  /** Keeps what came, or passes it on with what was kept when that grows too much. */
  #hold(parts: readonly Buffer[]): void {
    let fits = true;
    for (const part of parts) fits = this.#look?.add(part) === true && fits;
    if (!fits) this.#releaseHeld(null);
  }

  #endHeld(trailers: readonly string[]): void {
    if (this.#heldAnswer !== null) this.#judgeHeld(trailers);
    else if (this.#stage === 'relaying') this.#relayed(this.#response.relay([], trailers), true);
  }

  /** The answer is whole: a person gets an explanation where it refuses the host, all others what it is. */
  #judgeHeld(trailers: readonly string[]): void {
    const held = this.#heldAnswer;
    const look = this.#look;
    const route = this.#route;
    const backend = this.#tries.backend;
    if (held === null || look === null || route === null || backend === null) return;
    const check = look.refusal();
    if (check === null) {
      this.#releaseHeld(trailers);
      return;
    }
    this.#heldAnswer = null;
    const { pages } = this.#context;
    const answer = pages.hostRefused({
      check,
      status: held.head.statusCode,
      host: this.#host,
      frontend: route.frontend.name,
      said: look.text,
      isHtml: look.isHtml,
    });
    this.#answer(answer, this.#addedFields(route, backend));
  }

  /** @param trailers of an answer that is whole; null where more will come */
  #releaseHeld(trailers: readonly string[] | null): void {
    const held = this.#heldAnswer;
    if (held === null || this.#stage !== 'relaying') return;
    this.#heldAnswer = null;
    this.#pass(held.head, held.fields, this.#look?.parts ?? [], trailers);
  }

  #pass(
    head: ResponseHead,
    fields: ResponseText,
    parts: readonly Buffer[],
    trailers: readonly string[] | null,
  ): void {
    const backend = this.#tries.backend;
    const route = this.#route;
    if (backend === null || route === null) return;
    const { statusCode } = head;
    if (this.#look?.holds === false) for (const part of parts) this.#look.add(part);
    // After a refusal, a client that awaited 100 may hold that it never sent a body: what follows is ambiguous.
    const close = this.#mustClose() || (this.#response.awaitsContinue && statusCode >= 400);
    const more = this.#addedFields(route, backend);
    const taken = this.#response.begin(head, fields, more, close, parts, trailers);
    if (taken === null) this.#break('BERTH_BACKEND_PROTOCOL');
    else this.#relayed(taken, trailers !== null);
  }

  data(parts: readonly Buffer[]): void {
    if (this.#heldAnswer !== null) {
      this.#hold(parts);
      return;
    }
    if (this.#look?.holds === false) for (const part of parts) this.#look.add(part);
    this.#relayed(this.#response.relay(parts, null), false);
  }

  whole(parts: readonly Buffer[], trailers: readonly string[]): void {
    if (this.#heldAnswer !== null) {
      this.#hold(parts);
      this.#endHeld(trailers);
      return;
    }
    if (this.#look?.holds === false) for (const part of parts) this.#look.add(part);
    this.#relayed(this.#response.relay(parts, trailers), true);
  }

  #relayed(taken: boolean, whole: boolean): void {
    if (this.#stage !== 'relaying') return;
    if (whole) {
      this.#flush();
      return;
    }
    if (taken) return;
    this.#held = true;
    this.#backend.pause();
  }

  #flush(): void {
    this.#stage = 'flushing';
    const { socket } = this.#connection;
    if (socket.writableLength === 0) this.#finished();
    else socket.write(nothing, () => this.#finished());
  }

  #addedFields(route: Route, backend: Backend): string[] {
    return addedFields(route, backend, {
      fields: this.#request.fields,
      secure: this.#connection.view.scheme === 'https',
      version: this.#context.settings.version,
      start: this.#start,
      begunAt: this.#tries.begunAt,
      now: this.#context.now,
    });
  }

  broke(code: HttpErrorCode): void {
    this.#releaseHeld(null);
    if (!this.#response.begun) this.#tries.note(code, this.#context.now());
    this.#fail(code);
  }

  /** The client's connection takes bytes again. */
  clientDrained(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#backend.resume();
  }

  switched(head: ResponseHead, fields: ResponseText, socket: Socket, first: Buffer): void {
    const now = this.#context.now();
    const backend = this.#tries.backend;
    const route = this.#route;
    if (backend === null || route === null) return;
    this.#tries.note('answered', now);
    this.#stage = 'tunnel';
    const client = this.#connection.socket;
    this.#response.switch(head, fields, this.#addedFields(route, backend));
    if (first.length > 0) client.write(first);
    for (const chunk of this.#connection.detach()) socket.write(chunk);
    this.#tunnel = new Tunnel(client, socket, now);
  }

  /** The client's connection is gone. */
  clientLeft(): void {
    if (this.#stage === 'over') return;
    if (this.#response.status === 0) this.#response.status = statusClientLeft;
    this.#close(this.#context.now());
  }

  /** The client sent bytes that are no HTTP in the middle of this request. */
  malformed(code: HttpErrorCode): void {
    this.#connection.closeAfterCurrent();
    if (this.#stage !== 'flushing') this.#fail(code);
  }

  /** Ends a tunnel on both sides. */
  breakTunnel(): void {
    this.#tunnel?.break();
  }

  /** Looks for a connection that stands still. @param now monotonic milliseconds */
  sweep(now: number): void {
    if (this.#heldAnswer !== null && now - this.#heldAnswer.since >= limits.heldAnswerMs) {
      this.#releaseHeld(null);
    }
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
    const client = this.#connection.socket;
    return {
      phase: backend.waiting
        ? 'waiting'
        : stage === 'relaying' || stage === 'flushing'
          ? stage
          : 'other',
      activity: activityOf(client) + backend.activity,
      uploading: this.uploading,
      unsent: !this.#body.done,
      receivedBytes: this.#body.receivedBytes,
      awaitsContinue: this.#response.awaitsContinue,
      backendIsFull: backend.full,
      clientIsFull: client.writableLength > 0,
    };
  }

  failed(failure: Failure, sent: boolean): void {
    const backend = this.#tries.backend;
    const route = this.#route;
    if (backend === null || route === null || this.#stage === 'over') return;
    const state = {
      idempotent: isIdempotent(this.#request.method),
      sent,
      replayable: this.#body.replayable,
      reused: this.#backend.reused,
    };
    this.#backend.drop();
    this.#body.leave();
    const verdict = this.#tries.failed(failure, state, this.#context.now());
    if (verdict === 'again') {
      this.#connect(backend, -1);
      return;
    }
    const excused = isExcused(route.options, failure, this.#context.wallClock());
    if (failure.death !== null && !excused) {
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
        method: this.#request.method,
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
    const { fields } = this.#request;
    const answer = this.#context.pages.error(
      {
        code,
        host: this.#host,
        detail,
        frontend: frontend ?? this.#route?.frontend.name ?? null,
        attempts: this.#tries.attempts,
        ...(container === undefined ? {} : { container }),
      },
      fields.accept,
    );
    const line = `${code}: ${errorCatalogue[code].title}`;
    const { version } = this.#context.settings;
    this.#answer(answer, fields.debug ? debugErrorFields(version, line) : []);
  }

  #answer(answer: LocalAnswer, more: readonly string[] = []): void {
    // What is left of the body is read and thrown away, so that the client gets to read its answer.
    this.#body.discard();
    this.#response.answer(answer, more, this.#mustClose() || this.#response.awaitsContinue);
    this.#flush();
  }

  /** Whether this response is the last one of its connection. */
  #mustClose(): boolean {
    const { keepAlive, upgradeOffered } = this.#request;
    return this.#connection.lastAnswer || !this.#received || !keepAlive || upgradeOffered;
  }

  #finished(): void {
    if (this.#stage === 'over') return;
    const close = this.#response.closes || !this.#received;
    const now = this.#context.now();
    this.#close(now);
    this.#connection.finished(close, now);
  }

  /** A response that has begun cannot be taken back: the connection is broken, so that nobody takes it for whole. */
  #break(code: HttpErrorCode | null): void {
    if (this.#stage === 'over') return;
    if (code !== null) this.#error = code;
    this.#close(this.#context.now());
    // Where only the end of the connection ends the body, an orderly end would be a lie.
    this.#connection.break(!this.#response.framed);
  }

  get #hint(): string | null {
    const check = this.#look?.refusal() ?? null;
    return check === null ? null : hintOf(check);
  }

  /** @param now monotonic milliseconds */
  #close(now: number): void {
    this.#backend.drop();
    this.#stage = 'over';
    this.#tries.over();
    const { recorder, settings } = this.#context;
    recorder.add(
      requestRecord({
        startedAt: this.#startedAt,
        start: this.#start,
        end: now,
        view: this.#connection.view,
        mode: settings.forwarded,
        line: this.#request,
        fields: this.#request.fields,
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
  }
}
