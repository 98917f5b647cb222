import type { EngineName } from '../../src/shared/model/settings.ts';
import { type Pair, startPair } from './enginePair.ts';
import { type Message, readBody, readHead } from './messageReader.ts';
import type { Script } from './recordingBackend.ts';

/** What came of one connection: what the client got, and which requests the backend saw. */
export interface Outcome {
  readonly answers: readonly string[];
  readonly requests: readonly string[];
}

/** Milliseconds in which everything that stands still is given up. */
const patienceMs = 250;

/** One engine with a backend of its own, that is given one connection's bytes after another. */
export interface Subject extends AsyncDisposable {
  /** @param bytes what the client sends, latin1 @param script how the backend answers */
  outcomeOf(bytes: string, script: Script): Promise<Outcome>;
}

export async function startSubject(engine: EngineName): Promise<Subject> {
  const pair: Pair = await startPair(
    {},
    { settings: { engine, headTimeoutMs: patienceMs, tcpTimeoutMs: patienceMs, retryOnError: 0 } },
  );
  // An answer of our own to a request whose body comes with its head may or may not have to close: both are right.
  pair.harness.frontends.set('*', ['all', pair.backend.url]);
  return {
    async outcomeOf(bytes, script) {
      const before = pair.backend.requests.length;
      pair.backend.script = script;
      const client = await pair.dial();
      client.send(bytes);
      await client.finished();
      client.destroy();
      return {
        answers: answersIn(client.received),
        requests: pair.backend.requests.slice(before).map(told),
      };
    },
    [Symbol.asyncDispose]: () => pair.stop(),
  };
}

// What differs for good between two that stand side by side: times and ports.
const passing = new Set([
  ...['date', 'x-forwarded-port', 'x-debug-backend-url'],
  ...['x-debug-time-total', 'x-debug-time-backend'],
]);

export const told = ({
  start,
  fields,
  body,
  trailers,
}: Omit<Message, 'head' | 'rawBody'>): string =>
  JSON.stringify({
    start,
    fields: fields.filter(([name]) => !passing.has(name.toLowerCase())),
    body,
    trailers,
  });

/** The responses in what a client got, and what is left of one that broke off. */
export function answersIn(received: string): readonly string[] {
  const answers: string[] = [];
  let text = received;
  while (text !== '') {
    const head = readHead(text);
    if (head === null) return [...answers, `cut: ${text}`];
    const status = Number(head.start.slice(9, 12));
    const rest = text.slice(head.end);
    const none = status < 200 || status === 204 || status === 304 || rest.startsWith('HTTP/1.');
    const body = none
      ? { end: head.end, body: '', trailers: [] }
      : readBody(text, head.end, head.fields, true);
    if (body === null || body === 'invalid') {
      const chunked = /\r\ntransfer-encoding:/i.test(`\r\n${head.head}`);
      // How a body that breaks off was cut into chunks is nobody's promise.
      return [
        ...answers,
        `unfinished: ${told({ ...head, body: '', trailers: [] })}${chunked ? '' : rest}`,
      ];
    }
    answers.push(told({ ...head, body: body.body, trailers: body.trailers }));
    text = text.slice(body.end);
  }
  return answers;
}
