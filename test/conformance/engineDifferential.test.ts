import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineNames } from '../../src/shared/model/settings.ts';
import { canary, forwarded, host, refused } from '../fixtures/smuggling.ts';
import { type Outcome, type Subject, startSubject } from '../support/differential.ts';
import { okay, type Script } from '../support/recordingBackend.ts';

// The same bytes through both engines, each in front of a backend of its own: what one refuses the other refuses, and
// what backends and clients see is the same. BERTH_FUZZ_RUNS says how many inputs are tried.

/** The same inputs in every run, unless told otherwise. */
const seed = Number(process.env['BERTH_FUZZ_SEED'] ?? 1);
const runs = Number(process.env['BERTH_FUZZ_RUNS'] ?? 200);
/** Pairs of engines that work side by side: an input that ends by a time limit holds up its own pair only. */
const lanes = 16;

let subjects: Subject[][] = [];
beforeAll(async () => {
  subjects = await Promise.all(
    Array.from({ length: lanes }, () => Promise.all(engineNames.map(startSubject))),
  );
});
afterAll(async () => {
  for (const subject of subjects.flat()) await subject[Symbol.asyncDispose]();
});

const last = canary.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');

const sound = [
  `GET /a?b=c HTTP/1.1\r\n${host}Accept: */*\r\nUser-Agent: x\r\nCookie: a=b\r\n\r\n`,
  `HEAD /a HTTP/1.1\r\n${host}\r\n`,
  `OPTIONS * HTTP/1.1\r\n${host}Max-Forwards: 3\r\n\r\n`,
  `POST /a HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`,
  `PUT /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3;e=1\r\nabc\r\n0\r\nX-T: 1\r\n\r\n`,
  `GET http://app.dev.local/x HTTP/1.1\r\n${host}\r\n`,
  `GET /a HTTP/1.0\r\n${host}Connection: keep-alive\r\n\r\n`,
  `GET /a HTTP/1.1\r\n${host}Connection: x-gone, keep-alive\r\nX-Gone: 1\r\nTE: trailers\r\nVia: 1.1 other\r\n\r\n`,
  `POST /a HTTP/1.1\r\n${host}Content-Length: 2\r\nExpect: 100-continue\r\n\r\nok`,
  `GET /a HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
  `CONNECT app.dev.local:80 HTTP/1.1\r\n${host}\r\nGET /in HTTP/1.1\r\n${host}X-Berth-Trail: berth-x/a#0\r\n\r\n`,
  `DELETE /a HTTP/1.1\r\n${host}X-Debug: 1\r\nX-Forwarded-For: 1.2.3.4\r\nX-Real-IP: 4.3.2.1\r\n\r\n`,
];

/** Runs `compare` over the inputs, as many at a time as there are lanes. */
async function inLanes<Input>(
  inputs: readonly Input[],
  outcome: (subject: Subject, input: Input) => Promise<Outcome>,
): Promise<readonly { input: Input; outcomes: readonly Outcome[] }[]> {
  const differing: { input: Input; outcomes: readonly Outcome[] }[] = [];
  const waiting = inputs.slice();
  await Promise.all(
    subjects.map(async (pair) => {
      for (let input = waiting.pop(); input !== undefined; input = waiting.pop()) {
        const given = input;
        let outcomes: readonly Outcome[] = [];
        // Two looks: where a time limit ends an input, what came in time may differ once.
        for (let look = 0; look < 2; look++) {
          outcomes = await Promise.all(pair.map((subject) => outcome(subject, given)));
          if (JSON.stringify(outcomes[0]) === JSON.stringify(outcomes[1])) break;
        }
        if (JSON.stringify(outcomes[0]) !== JSON.stringify(outcomes[1])) {
          differing.push({ input: given, outcomes });
        }
      }
    }),
  );
  return differing;
}

const answering: Script = { request: ({ target }) => okay(target.slice(0, 20)) };
const requestOutcome = (subject: Subject, bytes: string): Promise<Outcome> =>
  subject.outcomeOf(bytes, answering);

const tokens = [
  ...[
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    ' ',
    '\t',
    '\0',
    ':',
    ',',
    ';',
    '0',
    '1',
    'f',
    'x',
    '"',
    '#',
    '/',
  ],
  ...['Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n', host],
  ...['Upgrade: websocket\r\nConnection: upgrade\r\n', '0\r\n\r\n'],
  ...['\x7f', '\x80', '\xff', '\x0b', '\x0c', 'HTTP/1.1', 'HTTP/1.0', '*', '//', '..', '%00'],
];

const kinds = [
  'field',
  'field',
  'field',
  'insert',
  'insert',
  'replace',
  'delete',
  'repeat',
  'splice',
];

// Expect is not among them: node:http writes a head that has it as UTF-8, and so changes bytes beyond ASCII. Neither is
// `Max-Forwards: 0`: how an answer of our own ends depends on how much of the body has come.
const fields = [
  ...['', 'x', ' ', '0', '3', '03', '-1', '3, 3', '99999999999'].map(
    (n) => `Content-Length: ${n}\r\n`,
  ),
  ...['chunked', 'Chunked', 'gzip', 'gzip, chunked', 'identity', ''].map(
    (coding) => `Transfer-Encoding: ${coding}\r\n`,
  ),
  ...['close', 'keep-alive', 'upgrade', 'x-a', 'close, x-a', 'content-length', 'host', ','].map(
    (option) => `Connection: ${option}\r\n`,
  ),
  ...['websocket', 'h2c', 'websocket, h2c'].map((name) => `Upgrade: ${name}\r\n`),
  ...['app.dev.local', 'app.dev.local:80', 'APP.dev.local.', 'b', '', 'a@b', '[::1]'].map(
    (name) => `Host: ${name}\r\n`,
  ),
  ...['X-A: 1\r\n', 'x-a:2\r\n', 'X-A:\r\n', 'X_A: 1\r\n', 'x-debug-error: 1\r\n'],
  ...[
    'TE: trailers\r\n',
    'Trailer: X\r\n',
    'Keep-Alive: timeout=1\r\n',
    'Proxy-X: 1\r\n',
    'Proxy: 1\r\n',
  ],
  'Max-Forwards: 9\r\n',
  ...[
    'Via: 1.1 berth-a1b2c3\r\n',
    'Via: 1.1 x\r\n',
    'X-Debug: 1\r\n',
    'Cookie: a\r\n',
    'Accept: text/html\r\n',
  ],
  ...[
    'X-Forwarded-For: 1.1.1.1\r\n',
    'X-Real-IP: x\r\n',

    'Date: x\r\n',
  ],
];

/** A text of the corpus with a few changes. */
const mutated = (corpus: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      base: fc.constantFrom(...corpus),
      other: fc.constantFrom(...corpus),
      edits: fc.array(
        fc.record({
          at: fc.nat(9999),
          kind: fc.constantFrom(...kinds),
          token: fc.oneof(
            fc.constantFrom(...tokens),
            fc.nat(255).map((code) => String.fromCharCode(code)),
          ),
          length: fc.integer({ min: 1, max: 6 }),
          field: fc.constantFrom(...fields),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    })
    .map(({ base, other, edits }) => {
      let text = base;
      for (const { at: place, kind, token, length, field } of edits) {
        const share = place / 10_000;
        const at = Math.floor(share * text.length);
        const [before, part, after] = [
          text.slice(0, at),
          text.slice(at, at + length),
          text.slice(at + length),
        ];
        const line = text.indexOf('\r\n') + 2;
        if (kind === 'field') text = text.slice(0, line) + field + text.slice(line);
        else if (kind === 'insert') text = before + token + part + after;
        else if (kind === 'replace') text = before + token + after;
        else if (kind === 'delete') text = before + after;
        else if (kind === 'repeat') text = before + part + part + after;
        else text = before + other.slice(Math.floor(share * other.length));
      }
      return text;
    });

test('requests of the corpus meet the same fate in both engines', async () => {
  const corpus = [
    ...sound,
    ...Object.values(refused),
    ...Object.values(forwarded).map(([bytes]) => bytes),
  ];
  expect(
    await inLanes(
      corpus.map((bytes) => bytes + last),
      requestOutcome,
    ),
  ).toEqual([]);
}, 60_000);

test(
  'mutated requests meet the same fate in both engines',
  async () => {
    const corpus = [
      ...sound,
      ...Object.values(refused),
      ...Object.values(forwarded).map(([bytes]) => bytes),
    ];
    const inputs = fc.sample(mutated(corpus), { numRuns: runs, seed }).map((bytes) => bytes + last);
    expect(await inLanes(inputs, requestOutcome)).toEqual([]);
  },
  60_000 + runs * 100,
);

const responses = [
  okay('plain'),
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nX-T: 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\nuntil the end',
  'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: "a"\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 200 OK\r\nConnection: x-gone\r\nX-Gone: 1\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 4\r\nDate: x\r\n\r\nbusy',
  'HTTP/1.1 403 Forbidden\r\nContent-Length: 19\r\n\r\nInvalid Host header',
  'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nInvalid \r\nb\r\nHost header\r\n0\r\nX-T: 1\r\n\r\n',
  'HTTP/1.1 403 Forbidden\r\n\r\nInvalid Host header',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nabc',
];

test(
  'mutated responses are passed on or refused alike by both engines',
  async () => {
    const inputs = fc.sample(
      fc.record({
        bytes: mutated(responses),
        request: fc.constantFrom('GET', 'HEAD', 'POST', 'GET 1.0', 'GET 1.1 html'),
      }),
      { numRuns: runs, seed },
    );
    const differing = await inLanes(inputs, async (subject, { bytes, request }) => {
      const [method, version = '1.1', isPage] = request.split(' ');
      const accept = isPage === undefined ? '' : 'Accept: text/html\r\n';
      const outcome = await subject.outcomeOf(
        `${method} /first HTTP/${version}\r\n${host}${accept}\r\n${last}`,
        {
          request({ target, connection }) {
            if (target !== '/first') return okay('last');
            connection.socket.end(bytes, 'latin1');
            return undefined;
          },
        },
      );
      // One that keeps a connection on which it half hears an end sends the next request twice, which is right as well.
      return { answers: outcome.answers, requests: outcome.requests.slice(0, 1) };
    });
    expect(differing).toEqual([]);
  },
  60_000 + runs * 100,
);
