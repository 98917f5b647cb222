import type { ContainerEngineView, PortVerdict } from '../../../shared/contract/containers.ts';
import { limits } from '../../../shared/limits.ts';
import type { Container } from '../../../shared/model/container.ts';
import { shellWord } from '../../../shared/shellWord.ts';
import type { Answer } from './ask.ts';
import { bindAdvice } from './bindAdvice.ts';
import type { Inside } from './inside.ts';
import { isLoopback, type Listener } from './sockets.ts';
import { age } from './states.ts';

type Scheme = PortVerdict['scheme'];

/** What a verdict is about. */
export interface Subject {
  readonly container: Container;
  readonly port: number;
  readonly scheme: Scheme;
  /** The backend that it would be; null without a way there. */
  readonly backend: string | null;
}

type Finding = Pick<PortVerdict, 'kind' | 'sentence'> &
  Partial<Pick<PortVerdict, 'fix' | 'works' | 'status' | 'ms'>>;

export const verdictOn = ({ port, scheme, backend }: Subject, finding: Finding): PortVerdict => ({
  port,
  scheme,
  backend,
  works: false,
  fix: '',
  status: null,
  ms: null,
  ...finding,
});

/** `web:8080` */
const placeOf = ({ container, port }: Subject): string => `${container.name}:${port}`;

export function answers(subject: Subject, { status, type, location, ms }: Answer): PortVerdict {
  const took = Math.max(1, Math.round(ms));
  const what = location === '' ? wordOf(type) : ` to ${printable(location)}`;
  const over = subject.scheme === 'https' ? ' over TLS' : '';
  return verdictOn(subject, {
    kind: 'answers',
    works: true,
    status,
    ms: took,
    sentence: `${placeOf(subject)} answers ${status}${what}${over} in ${took} ms.`,
    fix: status >= 500 ? 'The mapping works, and what it leads to fails: look into its log.' : '',
  });
}

const words: Readonly<Record<string, string>> = {
  'text/html': ' HTML',
  'application/xhtml+xml': ' HTML',
  'application/json': ' JSON',
  'text/plain': ' text',
  'text/event-stream': ' events',
};

const wordOf = (type: string): string =>
  words[type] ?? (type.endsWith('+json') ? ' JSON' : type === '' ? '' : ` ${printable(type)}`);

/** Something of an answer, on one line. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);

export const silent = (subject: Subject, command: string): PortVerdict =>
  verdictOn(subject, {
    kind: 'silent',
    sentence: `${placeOf(subject)} takes connections and gives no answer within ${limits.reachAnswerMs / 1000} s.`,
    fix: `Its log may say what it waits for: ${command} logs --tail 20 ${shellWord(subject.container.name)}`,
  });

export const unreachable = (subject: Subject, why: string): PortVerdict =>
  verdictOn(subject, {
    kind: 'silent',
    sentence: `${placeOf(subject)} ${why}.`,
    fix: 'Look for a firewall between this machine and the network of the container.',
  });

/**
 * Nothing takes a request there.
 *
 * @param inside null where it cannot be seen
 * @param name of the frontend, as a word of the command that maps another port
 * @param now Unix milliseconds
 */
export function nothingListens(
  subject: Subject,
  inside: Inside | null,
  name: string,
  now: number,
): PortVerdict {
  const { container, port } = subject;
  if (inside === null) {
    return verdictOn(subject, {
      kind: 'nothing-listens',
      sentence: `Nothing takes connections on port ${port} of ${container.name}: nothing listens there, or only on 127.0.0.1 inside${young(container, now)}.`,
      fix: `Check the port. ${bindAdvice([], port)}`,
    });
  }
  const there = inside.listeners.filter((listener) => listener.port === port);
  if (there.length > 0) return loopbackOnly(subject, there, inside.commands);
  const others = portsOf(inside.listeners);
  const open = portsOf(inside.listeners.filter((listener) => !isLoopback(listener)));
  const [only] = open.length === 1 ? open : [];
  return verdictOn(subject, {
    kind: 'nothing-listens',
    sentence:
      others.length === 0
        ? `Nothing listens on port ${port} of ${container.name}, nor on any other${young(container, now)}.`
        : `Nothing listens on port ${port} of ${container.name}; it listens on ${list(others)}.`,
    fix:
      only === undefined
        ? others.length === 0
          ? 'Wait for its server, or start it.'
          : 'Map a port that it listens on.'
        : `berth map ${name} ${shellWord(container.name)}:${only}`,
  });
}

function loopbackOnly(
  subject: Subject,
  there: readonly Listener[],
  commands: readonly string[],
): PortVerdict {
  const { container, port } = subject;
  const where = there.map(({ address }) => (address.includes(':') ? `[${address}]` : address));
  return verdictOn(subject, {
    kind: 'loopback-only',
    sentence: `${container.name} listens on ${list([...new Set(where)])}:${port} alone, which nothing outside of it reaches.`,
    fix: bindAdvice(commands, port),
  });
}

export const nothingOnMachine = (subject: Subject): PortVerdict =>
  verdictOn(subject, {
    kind: 'nothing-listens',
    sentence: `Nothing listens on port ${subject.port} of the machine, whose network ${subject.container.name} uses.`,
    fix: 'Wait for its server, or name the port that it listens on.',
  });

export const notHttp = (subject: Subject, sentence: string, fix = ''): PortVerdict =>
  verdictOn(subject, { kind: 'not-http', sentence: `${placeOf(subject)} ${sentence}.`, fix });

export const refusesHost = (
  subject: Subject,
  { status, ms }: Answer,
  name: string,
  server: string,
  fix: string,
): PortVerdict =>
  verdictOn(subject, {
    kind: 'refuses-host',
    status,
    ms: Math.max(1, Math.round(ms)),
    sentence: `${placeOf(subject)} refuses the host ${name}: ${server} answers ${status}.`,
    fix,
  });

/** A container that exposes none, and nothing was seen to listen inside. */
export const noPort = (container: Container, scheme: Scheme, name: string): PortVerdict => ({
  port: null,
  scheme,
  works: false,
  kind: 'no-port',
  backend: null,
  status: null,
  ms: null,
  sentence: `${container.name} exposes no port.`,
  fix: `Name the port that it listens on: berth map ${name} ${shellWord(container.name)}:PORT`,
});

/** The engine cannot be asked. */
export const engineAway = (
  engine: Pick<ContainerEngineView, 'name' | 'reason' | 'advice'>,
  port: number | null,
  scheme: Scheme,
): PortVerdict => ({
  port,
  scheme,
  works: false,
  kind: 'engine-away',
  backend: null,
  status: null,
  ms: null,
  sentence: engine.reason === '' ? `${engine.name} cannot be asked.` : engine.reason,
  fix: engine.advice,
});

const portsOf = (listeners: readonly Listener[]): readonly number[] =>
  [...new Set(listeners.map(({ port }) => port))].sort((a, b) => a - b);

const maxListed = 6;

/** `80, 443 and 9000` */
function list(items: readonly (string | number)[]): string {
  const shown = items.slice(0, maxListed);
  const more = items.length - shown.length;
  const parts = more > 0 ? [...shown, `${more} more`] : shown;
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** Milliseconds for which a container counts as just started. */
const youngMs = 15_000;

/** A server may still be on its way. */
function young({ startedAt }: Container, now: number): string {
  if (startedAt === null || now - startedAt > youngMs) return '';
  return ` (it started ${age(now - startedAt)} ago)`;
}
