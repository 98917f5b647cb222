/**
 * `npm run fuzz -- [--minutes N] [--seed N] [--from N] [--reads N]`: reads mutated messages in every way, and puts them
 * through both engines side by side in memory, as test/conformance/engineDifferential*.test.ts do, until the time is
 * over. Every difference is printed with the number of its input; a run with the same seed comes to the same inputs.
 * `--reads` says how many are read for each one that is forwarded. `NODE_OPTIONS=--max-semi-space-size=64` makes it
 * faster by a third.
 */
import { parseArgs } from 'node:util';
import { Reads } from '../src/proxy/engines/splice/parser/llhttp.ts';
import {
  last,
  mutated,
  pieces,
  randomOf,
  requestCorpus,
  responseCorpus,
} from './support/differentialInputs.ts';
import { requestTrial, responseTrial, startMemoryEngines } from './support/differentialMemory.ts';
import { parserDifference } from './support/differentialParsers.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    reads: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const until = performance.now() + Number(values.minutes) * 60_000;
const mostDifferences = 20;
/** Inputs of each kind between two looks at the clock. */
const forwardShare = 1024;
const readShare = Number(values.reads) * forwardShare;
const sayEveryMs = 30_000;
const mib = 2 ** 20;
// Most of what is tried ends in an error, and nobody reads its stack.
Error.stackTraceLimit = 0;

let differences = 0;
const report = (kind: string, index: number, found: unknown): void => {
  differences++;
  console.log(`difference in ${kind}, --seed ${seed} --from ${index}: ${JSON.stringify(found)}`);
};

const readings = [
  { kind: 'requests read', reads: Reads.requests, corpus: requestCorpus, behind: last },
  { kind: 'responses read', reads: Reads.responses, corpus: responseCorpus, behind: '' },
] as const;
const trials = [
  { kind: 'requests forwarded', trialOf: requestTrial },
  { kind: 'responses forwarded', trialOf: responseTrial },
] as const;

const began = performance.now();
const from = Number(values.from);
let read = 0;
let forwarded = 0;
const said = (): string => {
  const seconds = Math.round((performance.now() - began) / 1000);
  const heap = Math.round(process.memoryUsage().heapUsed / mib);
  return `${seconds} s, --seed ${seed}: ${read} requests and ${read} responses read, ${forwarded} and ${forwarded} forwarded; ${differences} differences; heap ${heap} MiB`;
};

await using engines = await startMemoryEngines();
let sayAt = began + sayEveryMs;
while (performance.now() < until && differences < mostDifferences) {
  for (const { kind, reads, corpus, behind } of readings) {
    for (let i = from + read; i < from + read + readShare; i++) {
      const random = randomOf(seed, i);
      const text = mutated(random, corpus) + behind;
      const found = parserDifference(text, reads, pieces(random, text));
      if (found !== null) report(kind, i, { text, ...found });
    }
  }
  for (const { kind, trialOf } of trials) {
    const end = from + forwarded + forwardShare;
    for (let i = from + forwarded; i < end; i += engines.lanes) {
      const given = Array.from({ length: engines.lanes }, (_, lane) =>
        trialOf(randomOf(seed, i + lane)),
      );
      for (const { trial, results } of await engines.differences(given)) {
        const at = i + given.indexOf(trial);
        const [request, response] = [trial.request, trial.response ?? []].map((parts) =>
          parts.map((part) => part.toString('latin1')),
        );
        report(kind, at, { request, response, ends: trial.ends, results });
      }
    }
  }
  read += readShare;
  forwarded += forwardShare;
  if (performance.now() < sayAt) continue;
  sayAt += sayEveryMs;
  console.log(said());
}
console.log(said());
process.exitCode = differences === 0 ? 0 : 1;
