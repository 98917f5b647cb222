import { afterAll, beforeAll, expect, test } from 'vitest';
import { host } from '../fixtures/smuggling.ts';
import { last, randomOf, requestCorpus, responseCorpus } from '../support/differentialInputs.ts';
import {
  type MemoryEngines,
  requestTrial,
  responseTrial,
  startMemoryEngines,
  type Trial,
} from '../support/differentialMemory.ts';

// Both engines side by side in memory: the same bytes of clients and of backends, whole and in pieces, are refused by
// both or by none, and clients and backends are told the same by both. `npm run fuzz` tries millions.

const seed = Number(process.env['BERTH_FUZZ_SEED'] ?? 1);
const runs = Number(process.env['BERTH_FUZZ_RUNS'] ?? 3000);

let engines: MemoryEngines;
beforeAll(async () => {
  engines = await startMemoryEngines();
});
afterAll(() => engines[Symbol.asyncDispose]());

test.each([
  ['requests', requestTrial],
  ['responses', responseTrial],
] as const)(
  'mutated %s meet the same fate in both engines',
  async (_name, trialOf) => {
    for (let index = 0; index < runs; index += engines.lanes) {
      const trials = Array.from({ length: engines.lanes }, (_, lane) =>
        trialOf(randomOf(seed, index + lane)),
      );
      expect(await engines.differences(trials)).toEqual([]);
    }
  },
  60_000 + runs * 10,
);

test('a body that looks like a response with a wrong length comes to an end', async () => {
  // To a client without chunks it goes on to the end of the connection, and holds what could be a head.
  const body = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r 2\r\n\r\nok';
  const trial = {
    request: [Buffer.from(`GET /first HTTP/1.0\r\n${host}\r\n${last}`)],
    slowly: false,
    response: [Buffer.from(`HTTP/1.0 200 OK\r\n\r\n${body}`)],
    ends: true,
  };
  expect(await engines.differences([trial])).toEqual([]);
});

test.each([
  ['an empty line', '\r\n'],
  ['an empty line without CR', '\n'],
  ['what could begin another', 'H'],
  ['what is no response', 'x'],
  ['another response', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
])('%s behind a whole response meets the same fate in both engines', async (_name, behind) => {
  const trials = ['Content-Length: 2\r\n\r\nok', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'].map(
    (rest) => ({
      request: [Buffer.from(`GET /first HTTP/1.1\r\n${host}\r\n${last}`)],
      slowly: false,
      response: [Buffer.from(`HTTP/1.1 200 OK\r\n${rest}${behind}`)],
      ends: false,
    }),
  );
  expect(await engines.differences(trials)).toEqual([]);
});

/** In two pieces, cut at every place. */
const cuts = (text: string): readonly (readonly [Buffer, Buffer])[] => {
  const bytes = Buffer.from(text, 'latin1');
  return Array.from({ length: bytes.length - 1 }, (_, i) => [
    bytes.subarray(0, i + 1),
    bytes.subarray(i + 1),
  ]);
};

const requests: readonly Trial[] = requestCorpus.flatMap((text) =>
  cuts(text).map(([before, after]) => ({
    request: [before, Buffer.concat([after, Buffer.from(last)])],
    slowly: true,
    response: null,
    ends: false,
  })),
);
const responses: readonly Trial[] = ['GET', 'HEAD', 'POST'].flatMap((method, i) => {
  const request = [Buffer.from(`${method} /first HTTP/1.1\r\n${host}\r\n${last}`)];
  return responseCorpus.flatMap((text) =>
    cuts(text).map((response, at) => ({
      request,
      slowly: false,
      response,
      ends: (at + i) % 2 === 0,
    })),
  );
});

test.each([
  ['requests', requests],
  ['responses', responses],
] as const)(
  'wherever %s of the corpus are cut in two, they meet the same fate in both engines',
  async (_name, trials) => {
    for (let index = 0; index < trials.length; index += engines.lanes) {
      expect(await engines.differences(trials.slice(index, index + engines.lanes))).toEqual([]);
    }
  },
  60_000 + (requests.length + responses.length) * 10,
);
