import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineNames } from '../../src/shared/model/settings.ts';
import { host } from '../fixtures/smuggling.ts';
import { type Outcome, type Subject, startSubject } from '../support/differential.ts';
import {
  last,
  mutated,
  pick,
  randomOf,
  requestCorpus,
  responseCorpus,
} from '../support/differentialInputs.ts';
import { okay, type Script } from '../support/recordingBackend.ts';

// The same bytes through both engines, each in front of a backend of its own: what one refuses the other refuses, and
// what backends and clients see is the same. On real sockets, where time limits end what stands still; many more inputs
// are tried in memory. BERTH_FUZZ_RUNS says how many, BERTH_FUZZ_SEED which.

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
/**
 * node:http says nothing of what is wrong behind the head of a request that offers another protocol: it ends with its
 * time, while the splice engine refuses it at once.
 */
function isKnown(bytes: string, outcomes: readonly Outcome[]): boolean {
  const [ends, others] = [
    outcomes.map(({ answers }) => answers.at(-1) ?? ''),
    outcomes.map(({ answers, requests }) => JSON.stringify([answers.slice(0, -1), requests])),
  ];
  return (
    /\nupgrade:/i.test(bytes) &&
    ends.some((end) => end.includes('BERTH_REQUEST_MALFORMED')) &&
    ends.some((end) => end.includes('BERTH_REQUEST_TIMEOUT')) &&
    others[0] === others[1]
  );
}

const requestOutcome = (subject: Subject, bytes: string): Promise<Outcome> =>
  subject.outcomeOf(bytes, answering);

test('requests of the corpus meet the same fate in both engines', async () => {
  expect(
    await inLanes(
      requestCorpus.map((bytes) => bytes + last),
      requestOutcome,
    ),
  ).toEqual([]);
}, 60_000);

test(
  'mutated requests meet the same fate in both engines',
  async () => {
    const inputs = Array.from(
      { length: runs },
      (_, index) => mutated(randomOf(seed, index), requestCorpus) + last,
    );
    const differing = await inLanes(inputs, requestOutcome);
    expect(differing.filter(({ input, outcomes }) => !isKnown(input, outcomes))).toEqual([]);
  },
  60_000 + runs * 100,
);

test(
  'mutated responses are passed on or refused alike by both engines',
  async () => {
    const inputs = Array.from({ length: runs }, (_, index) => {
      const random = randomOf(seed, index);
      const request = pick(random, ['GET', 'HEAD', 'POST', 'GET 1.0', 'GET 1.1 html']);
      return { bytes: mutated(random, responseCorpus), request };
    });
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
