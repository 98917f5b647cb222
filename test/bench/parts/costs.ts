import type { EngineName } from '../../../src/shared/model/settings.ts';
import { groundOf, interleave, type Part, pairwise } from '../bench.ts';
import { nameOf, startBerth } from '../berth.ts';
import { type Finding, findingOf } from '../findings.ts';
import { costOf, runLoad } from '../load.ts';
import type { Contender } from '../processes.ts';
import { median } from '../report.ts';
import { buildVariant, variants } from '../variants.ts';
import { smallGet } from '../workloads.ts';

interface Instance {
  readonly engine: EngineName;
  /** What it was built without; null is Berth as it is. */
  readonly without: string | null;
  readonly contender: Contender;
}

/** What the access log, statistics, health and trace make of a small request: Berth, and Berth built without them. */
export const costs: Part = async (bench) => {
  const built = new Map<string | null, string>([[null, 'dist/cli.cjs']]);
  for (const variant of bench.isSmoke ? variants.slice(-1) : variants)
    built.set(variant.name, await buildVariant(variant));
  const instances: Instance[] = [];
  for (const engine of bench.engines) {
    for (const [without, program] of built) {
      const choice = { name: nameOf(engine), engine, program };
      const contender = bench.keep(await startBerth(choice, groundOf(bench)));
      instances.push({ engine, without, contender });
    }
  }
  let failed = 0;
  const run = async ({ contender }: Instance, seconds = bench.seconds): Promise<number> => {
    const load = { path: '/small', connections: 64, seconds };
    const cost = await costOf(contender, () => runLoad(contender.port, load, bench.directory));
    failed += cost.failed;
    return cost.perRequest;
  };
  if (!bench.isSmoke) for (const instance of instances) await run(instance, 1);
  const measured = await interleave(bench.rounds, instances, (instance) => run(instance));
  const findings: Finding[] = [];
  for (const instance of instances) {
    if (instance.without === null) continue;
    const whole = instances.find((one) => one.engine === instance.engine && one.without === null);
    const [all, less] = [(whole && measured.get(whole)) ?? [], measured.get(instance) ?? []];
    const saved = all.map((value, round) => value - (less[round] ?? Number.NaN));
    findings.push(
      findingOf(pairwise(all, less), {
        work: `what it costs: ${instance.without}`,
        subject: nameOf(instance.engine),
        unit: '×',
        aim: null,
        note: `${median(saved).toFixed(1)} µs of ${median(all).toFixed(1)} µs a ${smallGet.name}, built with and without`,
      }),
    );
  }
  return { findings, failed };
};
