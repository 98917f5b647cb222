import type { EngineName } from '../../src/shared/model/settings.ts';
import { host } from '../fixtures/smuggling.ts';
import { answersIn, told } from './differential.ts';
import {
  last,
  mutated,
  pieces,
  type Random,
  requestCorpus,
  responseCorpus,
} from './differentialInputs.ts';
import { mayBeRefused } from './differentialParsers.ts';
import { type Harness, startHarness } from './engineHarness.ts';
import { interceptConnections, MemorySocket, memoryAddress } from './memorySocket.ts';
import { type Body, type Head, readBody, readHead } from './messageReader.ts';
import { okay } from './recordingBackend.ts';

// Both engines side by side, each between a client and a recording backend that are in memory: some thousand
// connections a second, and no time limit has to be waited for, since nothing moves any more where one would end it.

/** What one connection is tried with. */
export interface Trial {
  /** What the client sends, in pieces. */
  readonly request: readonly Buffer[];
  /** Each piece comes in a turn of its own, so that what came before it is dealt with; else they are there at once. */
  readonly slowly: boolean;
  /** What the backend answers to `/first`, in pieces; null where it answers everything soundly. */
  readonly response: readonly Buffer[] | null;
  /** The backend ends its connection behind that. */
  readonly ends: boolean;
}

/** What came of a trial. */
interface Result {
  readonly answers: readonly string[];
  readonly requests: readonly string[];
  /** On which connection to the backend each of them came. */
  readonly connections: readonly number[];
  /** What the backend was told by those that did not come whole. */
  readonly unfinished: readonly string[];
  /** The engine has ended the client's connection. */
  readonly closed: boolean;
}

/** The same as it came. */
interface RawResult {
  readonly received: string;
  readonly requests: readonly string[];
  readonly connections: readonly number[];
  readonly unfinished: readonly string[];
  readonly closed: boolean;
}

/** @returns a trial whose requests are mutated */
export function requestTrial(random: Random): Trial {
  return {
    request: pieces(random, mutated(random, requestCorpus) + last),
    slowly: random() < 0.5,
    response: null,
    ends: false,
  };
}

const firsts = ['GET', 'HEAD', 'POST', 'GET 1.0', 'GET 1.1 html'];

/** @returns a trial whose response is mutated */
export function responseTrial(random: Random): Trial {
  const first = firsts[Math.floor(random() * firsts.length)] ?? '';
  const [method, version = '1.1', isPage] = first.split(' ');
  const accept = isPage === undefined ? '' : 'Accept: text/html\r\n';
  const request = `${method} /first HTTP/${version}\r\n${host}${accept}\r\n${last}`;
  return {
    request: [Buffer.from(request)],
    slowly: false,
    response: pieces(random, mutated(random, responseCorpus)),
    ends: random() < 0.5,
  };
}

/** What the backend is told by the first request in `text`; null where it is not whole. */
function requestIn(text: string): Message | null {
  const head = readHead(text);
  if (head === null) return null;
  const body = readBody(text, head.end, head.fields, false);
  return body === null || body === 'invalid' ? null : { ...head, ...body };
}

type Message = Head & Exclude<Body, null | 'invalid'>;

function resultOf({ received, requests, connections, unfinished, closed }: RawResult): Result {
  return {
    answers: answersIn(received),
    requests: requests.map((text) => {
      const message = requestIn(text);
      return message === null ? text : told(message);
    }),
    unfinished: unfinished.map((text) => {
      const head = readHead(text);
      // How much came of a body that breaks off is nobody's promise.
      return head === null ? `cut: ${text}` : told({ ...head, body: '', trailers: [] });
    }),
    connections,
    closed,
  };
}

/** One engine, with one client and one backend at a time. */
class Lane {
  readonly harness: Harness;
  readonly #moved: () => void;
  #client: MemorySocket | null = null;
  /** Connections to the backend, and what came there that is no whole request. */
  readonly #backends = new Map<MemorySocket, string>();
  #received = '';
  #closed = false;
  #requests: string[] = [];
  #connections: number[] = [];
  #trial: Trial | null = null;

  constructor(harness: Harness, moved: () => void) {
    this.harness = harness;
    this.#moved = moved;
  }

  begin(trial: Trial): void {
    this.#trial = trial;
    this.#received = '';
    this.#closed = false;
    this.#requests = [];
    this.#connections = [];
    const client = new MemorySocket({
      heard: (bytes) => {
        this.#moved();
        this.#received += bytes.toString('latin1');
      },
      ended: () => {
        this.#moved();
        this.#closed = true;
      },
    });
    this.#client = client;
    const [listener] = this.harness.settings.listeners;
    if (listener === undefined) throw new Error('no listener');
    client.on('error', () => {});
    this.harness.engine.take(client.asSocket, listener);
    if (trial.slowly) this.#send(client, trial, trial.request, false);
    else for (const piece of trial.request) client.receive(Buffer.from(piece));
  }

  result(): RawResult {
    return {
      received: this.#received,
      requests: this.#requests,
      connections: this.#connections,
      unfinished: [...this.#backends.values()].filter((text) => text !== ''),
      closed: this.#closed,
    };
  }

  /** Client and backends leave. */
  end(): void {
    this.#trial = null;
    this.#client?.destroy();
    for (const backend of this.#backends.keys()) backend.destroy();
    this.#backends.clear();
    const { records, problems, failed, answered } = this.harness;
    for (const list of [records, problems, failed, answered]) (list as unknown[]).length = 0;
  }

  /** A connection to the backend. */
  accept(onread: ConstructorParameters<typeof MemorySocket>[1]): MemorySocket {
    const number = this.#backends.size;
    const backend: MemorySocket = new MemorySocket(
      {
        heard: (bytes) => {
          this.#moved();
          let text = (this.#backends.get(backend) ?? '') + bytes.toString('latin1');
          for (let next = requestIn(text); next !== null; next = requestIn(text)) {
            this.#requests.push(text.slice(0, next.end));
            this.#connections.push(number);
            text = text.slice(next.end);
            const [, target = ''] = next.start.split(' ');
            setImmediate(() => this.#answer(backend, target));
          }
          this.#backends.set(backend, text);
        },
        ended: () => this.#moved(),
      },
      onread,
    );
    this.#backends.set(backend, '');
    return backend;
  }

  #answer(backend: MemorySocket, target: string): void {
    const trial = this.#trial;
    if (trial === null) return;
    this.#moved();
    if (trial.response === null || target !== '/first') {
      backend.receive(Buffer.from(okay(target.slice(0, 20)), 'latin1'));
      return;
    }
    this.#send(backend, trial, trial.response, trial.ends);
  }

  /** Piece after piece, as one read after another would bring them. */
  #send(to: MemorySocket, trial: Trial, parts: readonly Buffer[], ends: boolean, at = 0): void {
    if (this.#trial !== trial) return;
    this.#moved();
    const next = parts[at];
    if (next !== undefined) to.receive(Buffer.from(next));
    if (at + 1 < parts.length) setImmediate(() => this.#send(to, trial, parts, ends, at + 1));
    else if (ends) to.receive(null);
  }
}

type Results = Readonly<Record<EngineName, Result>>;

interface Difference {
  readonly trial: Trial;
  readonly results: Results;
}

export interface MemoryEngines extends AsyncDisposable {
  /** How many trials are made at a time. */
  readonly lanes: number;
  /** Makes trials, at most as many as there are lanes. @returns those of which the engines made something else */
  differences(trials: readonly Trial[]): Promise<readonly Difference[]>;
}

/** Turns of the event loop in which nothing moves before nothing will. */
const quietTurns = 6;
/** Turns after which whatever still moves will never come to an end. */
const mostTurns = 100_000;

/** Nothing differs, not even what may: most of the time nobody has to take messages apart. */
const isSame = (one: RawResult, other: RawResult): boolean =>
  one.received === other.received &&
  one.closed === other.closed &&
  one.requests.join() === other.requests.join() &&
  one.connections.join() === other.connections.join() &&
  one.unfinished.join() === other.unfinished.join();

/** What has to be the same of a result. */
function promised(result: Result, { response, ends }: Trial): string {
  const { answers, requests, connections, closed } = result;
  if (response === null) return JSON.stringify([answers, requests, connections, closed]);
  // What follows a whole response in the same read is told from an answer to the next request; what comes later is not,
  // by anybody. So where a response comes in pieces, what counts is what became of it.
  const final = answers.findIndex(
    (answer) => !/^(?:unfinished: )?\{"start":"HTTP\/1.1 1/.test(answer),
  );
  if (response.length > 1) return JSON.stringify([answers.slice(0, final + 1), requests[0]]);
  // One that keeps a connection on which it half hears an end sends the next request twice, which is right as well.
  return JSON.stringify([answers, ends ? requests[0] : [requests, connections], closed]);
}

/** Whether a request that is refused in the midst of its body has begun at the backend by then depends on the time. */
const mayStandBeside = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === 0 || other.length === 0 || JSON.stringify(one) === JSON.stringify(other);

/**
 * Differences that are known, and why:
 * - node:http says nothing of what is wrong behind the head of a request that offers another protocol: the request is
 *   given up when its time is over, while the splice engine refuses it at once.
 * - The parser of some Nodes refuses a chunk with an extension whose value is quoted: what came before it is the same.
 * - Behind a whole response node:http skips empty lines, and drops what could begin another one, when both come in the
 *   same read, and uses the connection again; the splice engine does not.
 * - node:http writes the head of a request that expects 100 as UTF-8, so that bytes beyond ASCII become two.
 */
function isKnown(
  { request, response }: Trial,
  { splice, 'http-proxy': reference }: Results,
): boolean {
  const text = Buffer.concat(request).toString('latin1');
  const last = splice.answers.at(-1) ?? '';
  if (mayBeRefused(text) || mayBeRefused(Buffer.concat(response ?? []).toString('latin1'))) {
    return splice.requests[0] === reference.requests[0] || reference.requests.length === 0;
  }
  const inAscii = (result: Result): string =>
    JSON.stringify(result).replaceAll(/[\x80-\xff]+/g, '?');
  if (/\nexpect:/i.test(text) && /[\x80-\xff]/.test(text)) {
    return inAscii(splice) === inAscii(reference);
  }
  const isDoubted = splice.connections.join() === '0,1' && reference.connections.join() === '0,0';
  if (
    isDoubted &&
    /(?:[\r\n]|H|HT|HTT|HTTP[^\n]*)$/.test(Buffer.concat(response ?? []).toString('latin1'))
  ) {
    const connections: readonly number[] = [];
    return (
      JSON.stringify({ ...splice, connections }) === JSON.stringify({ ...reference, connections })
    );
  }
  return (
    /\nupgrade:/i.test(text) &&
    !reference.closed &&
    last.includes('BERTH_REQUEST_MALFORMED') &&
    JSON.stringify(splice.answers.slice(0, -1)) === JSON.stringify(reference.answers) &&
    JSON.stringify(splice.requests) === JSON.stringify(reference.requests)
  );
}

export async function startMemoryEngines(lanes = 32): Promise<MemoryEngines> {
  let moves = 0;
  const moved = (): void => {
    moves++;
  };
  let ports = 0;
  const byPort = new Map<number, Lane>();
  const startLane = async (engine: EngineName): Promise<Lane> => {
    ports++;
    const port = ports;
    const harness = await startHarness({
      frontends: { '*': ['all', `http://${memoryAddress}:${port}`] },
      settings: { engine, retryOnError: 0 },
      pretendedPort: 80,
    });
    const lane = new Lane(harness, moved);
    byPort.set(port, lane);
    return lane;
  };
  const pairs: Readonly<Record<EngineName, Lane>>[] = [];
  for (let i = 0; i < lanes; i++) {
    const pair = { splice: await startLane('splice'), 'http-proxy': await startLane('http-proxy') };
    pairs.push(pair);
  }
  const all = [...byPort.values()];
  const release = interceptConnections((port, onread) => {
    const lane = byPort.get(port);
    if (lane === undefined) throw new Error('no such backend');
    moved();
    return lane.accept(onread);
  });
  const quiet = async (): Promise<void> => {
    for (let turns = 0, all = 0, seen = moves; turns < quietTurns; turns++, all++) {
      if (all > mostTurns) throw new Error('something moves without end');
      await new Promise<void>((done) => setImmediate(done));
      if (moves !== seen) turns = -1;
      seen = moves;
    }
  };
  return {
    lanes,
    async differences(trials) {
      const tried = trials.slice(0, lanes).map((trial, i) => ({ trial, pair: pairs[i] }));
      for (const { trial, pair } of tried) {
        pair?.splice.begin(trial);
        pair?.['http-proxy'].begin(trial);
      }
      await quiet();
      const found: Difference[] = [];
      for (const { trial, pair } of tried) {
        if (pair === undefined) continue;
        const [splice, reference] = [pair.splice.result(), pair['http-proxy'].result()];
        if (isSame(splice, reference)) continue;
        const results = { splice: resultOf(splice), 'http-proxy': resultOf(reference) };
        const same =
          promised(results.splice, trial) === promised(results['http-proxy'], trial) &&
          mayStandBeside(results.splice.unfinished, results['http-proxy'].unfinished);
        if (!same && !isKnown(trial, results)) found.push({ trial, results });
      }
      for (const lane of all) lane.end();
      await quiet();
      for (const { harness } of all) {
        if (harness.engine.openConnections > 0) throw new Error('a client is still served');
      }
      return found;
    },
    async [Symbol.asyncDispose]() {
      for (const { harness } of all) await harness.stop();
      release();
    },
  };
}
