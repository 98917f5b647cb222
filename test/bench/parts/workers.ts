import { groundOf, interleave, type Part, pairwise } from '../bench.ts';
import { nameOf, startBerth } from '../berth.ts';
import { type Finding, findingOf } from '../findings.ts';
import { type Cost, costOf, runLoad } from '../load.ts';
import type { Contender } from '../processes.ts';

/**
 * What two workers on two cores do of what one does. Where the load has cores of its own, that is counted; else it needs
 * a core of those, and is worked out from what a request costs with two workers and with one.
 */
export const workers: Part = async (bench) => {
  const { pair, pairIsAlone } = bench.placement;
  const ground = groundOf(bench);
  const findings: Finding[] = [];
  let failed = 0;
  const load = {
    path: '/small',
    connections: 64,
    seconds: bench.seconds,
    threads: pairIsAlone ? 2 : 1,
  };
  for (const engine of bench.engines) {
    const name = nameOf(engine);
    const one = bench.keep(await startBerth({ name, engine }, ground));
    const two = bench.keep(
      await startBerth({ name, engine, workers: 2 }, { ...ground, cores: pair }),
    );
    const run = async (contender: Contender): Promise<Cost> => {
      const cost = await costOf(contender, () => runLoad(contender.port, load, bench.directory));
      failed += cost.failed;
      return cost;
    };
    if (!bench.isSmoke) for (const contender of [one, two]) await run(contender);
    const costs = await interleave(bench.rounds, [one, two], run);
    const of = (contender: Contender, read: (cost: Cost) => number): readonly number[] =>
      (costs.get(contender) ?? []).map(read);
    const rates = pairwise(
      of(two, ({ requestsPerSecond }) => requestsPerSecond),
      of(one, ({ requestsPerSecond }) => requestsPerSecond),
    );
    const worked = pairwise(
      of(one, ({ perRequest }) => 2 * perRequest),
      of(two, ({ perRequest }) => perRequest),
    );
    const shares = of(two, ({ each }) => {
      const own = each.slice(1);
      return Math.max(...own) / own.reduce((sum, cpu) => sum + cpu, 0);
    });
    const busier = `the busier worker did ${(100 * Math.max(...shares)).toFixed(0)} % at most`;
    findings.push(
      findingOf(pairIsAlone ? rates : worked, {
        work: '2 workers on 2 cores',
        subject: name,
        unit: '×',
        aim: { bar: 1.8, goal: 1.95, best: 'most' },
        note: pairIsAlone
          ? `requests/s; ${busier}`
          : `2 × cost with one : with two, since the load needs a core; ${busier}`,
      }),
    );
  }
  return { findings, failed };
};
