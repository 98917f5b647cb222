import { expect, test } from 'vitest';
import { Reads } from '../../src/proxy/engines/splice/parser/llhttp.ts';
import {
  last,
  mutated,
  pieces,
  randomOf,
  requestCorpus,
  responseCorpus,
} from '../support/differentialInputs.ts';
import { parserDifference } from '../support/differentialParsers.ts';

// The same bytes read whole, in pieces, byte by byte, with bodies counted and parsed, and by the parser of node:http:
// what is refused, every head, every body and every end are the same.

const seed = Number(process.env['BERTH_FUZZ_SEED'] ?? 1);
const runs = Number(process.env['BERTH_FUZZ_RUNS'] ?? 10_000);

test.each([
  ['requests', Reads.requests, requestCorpus, last],
  ['responses', Reads.responses, responseCorpus, ''],
] as const)(
  '%s are read the same in every way',
  (_name, reads, corpus, behind) => {
    for (const text of corpus) {
      const bytes = text + behind;
      expect([bytes, parserDifference(bytes, reads, [Buffer.from(bytes, 'latin1')])]).toEqual([
        bytes,
        null,
      ]);
    }
  },
  60_000,
);

test.each([
  ['requests', Reads.requests, requestCorpus, last],
  ['responses', Reads.responses, responseCorpus, ''],
] as const)(
  'mutated %s are read the same in every way',
  (_name, reads, corpus, behind) => {
    for (let index = 0; index < runs; index++) {
      const random = randomOf(seed, index);
      const text = mutated(random, corpus) + behind;
      const difference = parserDifference(text, reads, pieces(random, text));
      if (difference !== null) expect([index, text, difference]).toBeNull();
    }
  },
  60_000 + runs,
);
