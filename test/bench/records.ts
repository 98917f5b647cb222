/**
 * `node build/run.mjs test/bench/records.ts`: what the supervisor spends on a record, in CPU time of one core, best of
 * several rounds. It shares its core with a worker, so that each microsecond here is one of a request.
 */
import { createLineFormat } from '../../src/core/accessLog/lineFormat.ts';
import { createMetrics } from '../../src/core/metrics/index.ts';
import { createTraffic } from '../../src/core/traffic/index.ts';
import { compileFilter, parseFilter } from '../../src/shared/filter/index.ts';
import { accessLogFormats } from '../../src/shared/model/accessLogFormat.ts';
import type { RequestRecord } from '../../src/shared/model/record.ts';
import { aRecord } from '../support/record.ts';

const rounds = 30;
const perRound = 10_000;
const batchSize = 500;
const hosts = 20;

const agent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';
const sent = JSON.stringify(
  Array.from({ length: batchSize }, (_, index) => {
    const host = `app${index % hosts}.dev.local`;
    const url = 'http://127.0.0.1:3000';
    return aRecord({
      host,
      frontend: host,
      target: `/v1/users/${index}/items?page=${index % 7}&sort=name`,
      status: index % 50 === 0 ? 502 : 200,
      totalMs: (index % 90) + 0.25,
      referer: null,
      userAgent: agent,
      attempts: [{ index: 0, url, ms: 3, outcome: 'answered' }],
    });
  }),
);
/** As they come from a worker: no text of theirs was seen before. */
const arrive = (): RequestRecord[] => JSON.parse(sent);

/** Milliseconds of CPU that some work takes. */
function cost(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Milliseconds of the best round; `prepare` is not counted. */
function best<T>(prepare: () => T, work: (prepared: T) => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const prepared = prepare();
    least = Math.min(
      least,
      cost(() => work(prepared)),
    );
  }
  return least;
}

function perRecord(take: (records: RequestRecord[]) => void): string {
  const ms = best(
    () => Array.from({ length: perRound / batchSize }, arrive),
    (batches) => {
      for (const batch of batches) take(batch);
    },
  );
  return `${((ms * 1000) / perRound).toFixed(2)} µs`;
}

const nothing = (): void => {};
const row = (name: string, value: string): void => console.log(`${name.padEnd(64)} ${value}`);

const status = {
  ...{ openConnections: 0, connections: 0, connectionsRefused: 0, recordsDropped: 0 },
  ...{ workers: 1, workerCrashes: 0, storeState: 'live' as const },
};
const clock = { now: () => performance.now(), wallClock: Date.now };

const held = Array.from({ length: perRound / batchSize }, arrive).flat();
for (const text of [
  'status>=500',
  'users',
  'host:app1.* method:GET,POST status:2xx -path:/health',
  '/items\\?page=[3-5]/',
  '/.{63}~/',
  'agent:chrome path:*sort=name dur>20 "users/4"',
]) {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const matches = compileFilter(parsed.filter);
  let count = 0;
  const ms = best(nothing, () => {
    count = 0;
    for (const record of held) if (matches(record)) count++;
  });
  row(`filter 10,000 records: ${text}`, `${ms.toFixed(2)} ms (${count} match)`);
}

const plain = createTraffic(clock);
row(
  'a record into ring and numbers',
  perRecord((records) => plain.add(records, 0)),
);
const metrics = createMetrics({
  status: () => status,
  table: { entries: new Map(), subscribe: () => () => {} },
  states: () => [],
});
row(
  'a record into metrics',
  perRecord((records) => metrics.add(records)),
);
for (const format of accessLogFormats) {
  const { line } = createLineFormat(format);
  row(
    `a record as a line: ${format}`,
    perRecord((records) => void records.map(line).join('')),
  );
}

const crowded = createTraffic(clock);
for (let index = 0; index < 500; index++) {
  crowded.add(
    Array.from({ length: 20 }, (_, n) =>
      aRecord({ host: `host${index}.dev.local`, totalMs: n * n }),
    ),
    0,
  );
}
row(
  'numbers of 500 busy hosts, each second while watched',
  `${best(nothing, () => void crowded.hosts()).toFixed(2)} ms`,
);

const full = createTraffic(clock);
for (let index = 0; index < perRound / batchSize; index++) full.add(arrive(), 0);
const page = await full.recent({ filter: '', limit: batchSize });
row(
  'a batch of 500 records of the live stream as JSON',
  `${best(nothing, () => void JSON.stringify(page)).toFixed(2)} ms`,
);
for (const traffic of [plain, crowded, full]) traffic.close();
