import type { Redis } from 'ioredis';
import type { EngineName } from '../../../src/shared/model/settings.ts';
import { type Bench, groundOf, interleave, type Part, pairwise } from '../bench.ts';
import { nameOf, startBerth } from '../berth.ts';
import { watchChanges } from '../changeWatch.ts';
import { type Finding, findingOf } from '../findings.ts';
import { benchHost, type Cost, costOf, type LoadResult, runLoad } from '../load.ts';
import { median, quantile } from '../report.ts';
import { calm, startStore } from '../stores.ts';

const changesPerSecond = 1000;
/** Hosts whose backend changes, `h1.localhost` and on; every tenth change is one of the host that is asked for. */
const changed = 1000;
const tickMs = 5;

/** What requests cost, and when a change is seen, while a thousand backends change each second. */
export const changes: Part = async (bench) => {
  const findings: Finding[] = [];
  let failed = 0;
  for (const engine of bench.engines) {
    // One at a time: an instance that has nothing to do follows the changes too.
    const outcome = await changesOf(engine, bench);
    findings.push(...outcome.findings);
    failed += outcome.failed;
  }
  return { findings, failed };
};

async function changesOf(
  engine: EngineName,
  bench: Bench,
): Promise<{ readonly findings: readonly Finding[]; readonly failed: number }> {
  const { pairIsAlone } = bench.placement;
  const store = await startStore(bench, changed);
  const choice = { name: nameOf(engine), engine, redis: store.port };
  const contender = bench.keep(await startBerth(choice, groundOf(bench)));
  await calm(contender);
  const waits: number[] = [];
  const rates: number[] = [];
  const load = { path: '/small', connections: 64, seconds: bench.seconds };
  const quiet = (): Promise<Cost> =>
    costOf(contender, () => runLoad(contender.port, load, bench.directory));
  const beside = (): Promise<Cost> =>
    costOf(contender, async (): Promise<LoadResult> => {
      const changer = startChanges(store.client, bench.backends.http);
      const watch = await watchChanges(contender.port, store.client, bench.backends);
      const result = await runLoad(contender.port, load, bench.directory);
      waits.push(...(await watch.stop()));
      rates.push(await changer.stop());
      return { ...result, requests: result.requests + watch.answered };
    });
  // Known to the worker: what changes is dropped there.
  const known = { ...load, connections: 8, seconds: 1, hosts: { after: 0, last: changed } };
  await runLoad(contender.port, known, bench.directory);
  if (!bench.isSmoke) await quiet();
  const costs = await interleave(bench.rounds, [quiet, beside], (run) => run());
  await contender.stop();

  const of = (run: typeof quiet, read: (cost: Cost) => number): readonly number[] =>
    (costs.get(run) ?? []).map(read);
  const both = (read: (cost: Cost) => number): readonly number[] =>
    pairwise(of(beside, read), of(quiet, read));
  const requestsPerSecond = both((cost) => cost.requestsPerSecond);
  const requestsPerCpu = both((cost) => 1 / cost.perRequest);
  const ofWorker = both(({ each, requests }) => (each[1] ?? Number.NaN) / requests);
  const ofSupervisor = (run: typeof quiet): string =>
    (median(of(run, ({ each, seconds }) => (each[0] ?? Number.NaN) / seconds)) / 1000).toFixed(0);
  const work = `${changesPerSecond} backend changes a second`;
  const subject = nameOf(engine);
  const parts = [
    pairIsAlone
      ? 'requests/s'
      : `requests for its CPU, since stores need the load's core; requests/s × ${median(requestsPerSecond).toFixed(2)}`,
    `worker × ${median(ofWorker).toFixed(2)} a request`,
    `supervisor ${ofSupervisor(quiet)} → ${ofSupervisor(beside)} ms/s`,
    `${Math.min(...rates).toFixed(0)} changes/s`,
  ];
  const seen = (share: number): number => quantile(waits, share);
  return {
    failed: [...of(quiet, (cost) => cost.failed), ...of(beside, (cost) => cost.failed)].reduce(
      (sum, count) => sum + count,
      0,
    ),
    findings: [
      findingOf(pairIsAlone ? requestsPerSecond : requestsPerCpu, {
        ...{ work, subject, unit: '×' },
        aim: { bar: 0.95, goal: 0.98, best: 'most' },
        note: parts.join('; '),
      }),
      findingOf([seen(0.99)], {
        ...{ work: 'change seen by a request, p99', subject, unit: 'ms' },
        aim: { bar: 10, goal: 3, best: 'least' },
        note: `p50 ${seen(0.5).toFixed(2)} ms, at most ${seen(1).toFixed(2)} ms, of ${waits.length}`,
      }),
    ],
  };
}

/** Sets backends anew, to the same server by one of two names. `stop` gives the changes a second. */
function startChanges(store: Redis, port: number): { stop(): Promise<number> } {
  const begun = performance.now();
  let sent = 0;
  const [plain, other] = [`http://127.0.0.1:${port}`, `http://localhost:${port}`] as const;
  const timer = setInterval(() => {
    const due = ((performance.now() - begun) / 1000) * changesPerSecond;
    const pipeline = store.pipeline();
    for (; sent < due; sent++) {
      const isHot = sent % 10 === 0;
      const host = isHot ? benchHost : `h${(sent % changed) + 1}.localhost`;
      // The one that is asked for changes to what it was: no answer may fail.
      const url = isHot || Math.floor(sent / changed) % 2 === 0 ? plain : other;
      pipeline.lset(`frontend:${host}`, 1, url);
    }
    void pipeline.exec();
  }, tickMs);
  return {
    stop: async () => {
      clearInterval(timer);
      const seconds = (performance.now() - begun) / 1000;
      await store.ping();
      return sent / seconds;
    },
  };
}
