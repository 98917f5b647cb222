import type { PortVerdict } from '../../../shared/contract/containers.ts';
import { hostCheckOf } from '../../../shared/hostChecks.ts';
import { limits } from '../../../shared/limits.ts';
import type { Container } from '../../../shared/model/container.ts';
import { addressFor, backendUrl, type Way } from './addressFor.ts';
import { type Answer, type Asked, ask } from './ask.ts';
import type { Inside, LookInside } from './inside.ts';
import { asksForTls, deniesHttp, isTls, usualAt, whatSpeaks } from './protocols.ts';
import { isLoopback } from './sockets.ts';
import { stateProblem } from './states.ts';
import type { Surroundings } from './surroundings.ts';
import {
  answers,
  noPort,
  notHttp,
  nothingListens,
  nothingOnMachine,
  refusesHost,
  type Subject,
  silent,
  unreachable,
  verdictOn,
} from './verdicts.ts';

export interface LookOptions {
  readonly container: Container;
  readonly surroundings: Surroundings;
  /** Host that the request names: that of the frontend, or one that it matches. */
  readonly name: string;
  /** Name of the frontend, for commands; `name` where it is left out. */
  readonly frontend?: string;
  /** Null takes what the port speaks. */
  readonly scheme: 'http' | 'https' | null;
  readonly version: string;
  readonly inside: LookInside;
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
}

type Scheme = PortVerdict['scheme'];
type Found = Way & { readonly ok: true };

/**
 * Asks a port of a container for real, with a harmless GET, and says whether a mapping to it would work. Rejects only
 * with the signal's reason.
 */
export async function lookAt(options: LookOptions, port: number): Promise<PortVerdict> {
  const { container, surroundings, scheme, wallClock, signal } = options;
  signal.throwIfAborted();
  const subject = (backend: string | null, as: Scheme): Subject => ({
    container,
    port,
    scheme: as,
    backend,
  });
  const none = subject(null, scheme ?? 'http');
  const state = stateProblem(container, surroundings.engine.kind, wallClock());
  if (state !== null) return verdictOn(none, { kind: 'not-running', ...state });
  const way = addressFor(container, port, surroundings);
  if (!way.ok) {
    const { kind, sentence, fix } = way;
    return verdictOn(none, { kind, sentence, fix });
  }
  const as = (speaks: Scheme): Subject => subject(backendUrl(speaks, way), speaks);
  // On the network of its machine another may answer there: Berth itself, on port 80.
  const own = way.by === 'host-network' ? await options.inside(container) : null;
  const isOthers = own !== null && own.listeners.length > 0 && !listensOn(own, port);
  if (isOthers) return nothingListens(as(scheme ?? 'http'), own, wordOf(options), wallClock());
  return scheme === 'https' ? lookSecurely(options, way, as) : lookPlainly(options, way, as);
}

type As = (scheme: Scheme) => Subject;

async function lookPlainly(options: LookOptions, way: Found, as: As): Promise<PortVerdict> {
  const subject = as('http');
  const asked = await askWay(options, way, 'http');
  if (!mayBeTls(asked)) return judge(options, way, subject, asked);
  const securely = await askWay(options, way, 'https');
  const shakesHands = !noHandshake.has(securely.kind);
  if (shakesHands || (asked.kind === 'garbled' && isTls(asked.bytes))) {
    if (options.scheme === null && shakesHands) return judge(options, way, as('https'), securely);
    return notHttp(subject, 'speaks TLS', 'Map it as https.');
  }
  return judge(options, way, subject, asked);
}

async function lookSecurely(options: LookOptions, way: Found, as: As): Promise<PortVerdict> {
  const subject = as('https');
  const asked = await askWay(options, way, 'https');
  if (asked.kind !== 'no-tls') return judge(options, way, subject, asked);
  const plainly = await askWay(options, way, 'http');
  if (plainly.kind === 'answered') {
    return notHttp(subject, 'speaks plain HTTP, not TLS', 'Map it as http.');
  }
  // A published port takes connections for a server that is not there.
  if (plainly.kind === 'closed') return judge(options, way, subject, plainly);
  return notHttp(subject, 'takes the connection, and its TLS handshake fails');
}

const noHandshake: ReadonlySet<Asked['kind']> = new Set(['no-tls', 'refused', 'unreachable']);

/** Servers that want TLS say so, send an alert of it, or hang up. */
const mayBeTls = (asked: Asked): boolean =>
  asked.kind === 'closed' ||
  (asked.kind === 'garbled' && isTls(asked.bytes)) ||
  (asked.kind === 'answered' && asksForTls(asked.status, asked.body));

async function judge(
  options: LookOptions,
  way: Found,
  subject: Subject,
  asked: Asked,
): Promise<PortVerdict> {
  switch (asked.kind) {
    case 'answered':
      return judgeAnswer(options, way, subject, asked);
    case 'refused':
      return absent(options, way, subject);
    case 'closed':
      // The proxy of a published port takes connections for a server that is not there.
      if (way.by === 'published' && !(await listensOpenly(options, subject.port))) {
        return absent(options, way, subject);
      }
      return notHttp(subject, `ends the connection without an answer${usually(subject.port)}`);
    case 'garbled': {
      const name = whatSpeaks(asked.bytes);
      return notHttp(
        subject,
        name === null
          ? `answers, but not with HTTP${usually(subject.port)}`
          : `speaks ${name}, not HTTP`,
      );
    }
    case 'silent':
      return silent(subject, options.surroundings.engine.kind);
    case 'no-tls':
      return notHttp(subject, 'takes the connection, and its TLS handshake fails');
    case 'unreachable':
      return unreachable(subject, asked.why);
  }
}

async function judgeAnswer(
  options: LookOptions,
  way: Found,
  subject: Subject,
  answer: Answer,
): Promise<PortVerdict> {
  const { name } = options;
  const database = deniesHttp(answer.body);
  if (database !== null) return notHttp(subject, `speaks the protocol of ${database}, not HTTP`);
  const check = hostCheckOf(answer.body, name);
  if (check !== null) return refusesHost(subject, answer, name, check.server, check.fix);
  if (!refusalStatuses.has(answer.status)) return answers(subject, answer);
  // Not known by its words: what it does for other hosts tells.
  const authority = new URL(subject.backend ?? '').host;
  if (await welcomes(options, way, subject.scheme, authority)) {
    return refusesHost(
      subject,
      answer,
      name,
      'the server',
      `Let it answer ${name}, or send it its own address as Host: berth set ${wordOf(options)} --host-header backend`,
    );
  }
  if (await welcomes(options, way, subject.scheme, 'localhost')) {
    return refusesHost(
      subject,
      answer,
      name,
      'the server',
      `Let it answer ${name}, as it does localhost.`,
    );
  }
  return answers(subject, answer);
}

/** Bad request, forbidden, misdirected request: how servers refuse a host. */
const refusalStatuses: ReadonlySet<number> = new Set([400, 403, 421]);

/** Whether the server answers another host better. */
async function welcomes(
  options: LookOptions,
  way: Found,
  scheme: Scheme,
  host: string,
): Promise<boolean> {
  const asked = await askWay({ ...options, name: host }, way, scheme);
  return asked.kind === 'answered' && asked.status < 400;
}

async function absent(options: LookOptions, way: Found, subject: Subject): Promise<PortVerdict> {
  if (way.by === 'host-network') return nothingOnMachine(subject);
  const inside = await options.inside(options.container);
  return nothingListens(subject, inside, wordOf(options), options.wallClock());
}

const listensOn = ({ listeners }: Inside, port: number): boolean =>
  listeners.some((listener) => listener.port === port);

async function listensOpenly({ container, inside }: LookOptions, port: number): Promise<boolean> {
  const seen = await inside(container);
  return seen?.listeners.some((each) => each.port === port && !isLoopback(each)) === true;
}

function usually(port: number): string {
  const name = usualAt(port);
  return name === null ? '' : ` (${port} is the usual port of ${name})`;
}

/** The frontend as a word of a shell: a wildcard is quoted. */
const wordOf = ({ name, frontend = name }: LookOptions): string =>
  frontend.includes('*') ? `'${frontend}'` : frontend;

const askWay = (
  { name, version, signal, now }: LookOptions,
  { host, port }: Found,
  scheme: Scheme,
): Promise<Asked> => ask({ host, port, secure: scheme === 'https', name, version, signal, now });

/**
 * Asks all ports that a container exposes, the published ones first; where it exposes none, those that it listens on.
 * One verdict at least.
 */
export async function lookAtPorts(options: LookOptions): Promise<readonly PortVerdict[]> {
  const { container, inside, scheme } = options;
  const exposed = [...container.ports].sort(
    (a, b) => Number(b.published.length > 0) - Number(a.published.length > 0) || a.port - b.port,
  );
  let ports = exposed.map(({ port }) => port);
  if (ports.length === 0 && container.state === 'running') {
    const seen = await inside(container);
    const numbers = (seen?.listeners ?? []).map(({ port }) => port);
    ports = [...new Set(numbers)].sort((a, b) => a - b);
    if (ports.length === 0) return [noPort(container, scheme ?? 'http', wordOf(options))];
  }
  const [first = 80] = ports;
  if (container.state !== 'running') return [{ ...(await lookAt(options, first)), port: null }];
  return Promise.all(ports.slice(0, limits.maxReachPorts).map((port) => lookAt(options, port)));
}
