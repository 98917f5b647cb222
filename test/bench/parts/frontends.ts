import type { EngineName } from '../../../src/shared/model/settings.ts';
import { type Bench, groundOf, interleave, type Part, pairwise } from '../bench.ts';
import { nameOf, startBerth } from '../berth.ts';
import { residentMegabytes } from '../cpu.ts';
import { type Finding, findingOf } from '../findings.ts';
import { costOf, runLoad } from '../load.ts';
import type { Contender } from '../processes.ts';
import { calm, startStore } from '../stores.ts';
import { smallGet } from '../workloads.ts';

const few = 10;
const many = (bench: Bench): number => (bench.isSmoke ? 20_000 : 1_000_000);
/** Through hosts that were not asked for before; each but the last fills what is bounded. */
const walkCount = 3;
/** Seconds of each walk. */
const walkSeconds = (bench: Bench): number => (bench.isSmoke ? 1 : 3);

interface Instance {
  readonly engine: EngineName;
  readonly frontends: number;
  readonly contender: Contender;
}

/** What a request to a host that is known costs when the store has ten frontends, and when it has a million. */
export const frontends: Part = async (bench) => {
  const sizes = [few, many(bench)];
  const instances: Instance[] = [];
  for (const size of sizes) {
    const { port } = await startStore(bench, size);
    for (const engine of bench.engines) {
      const choice = { name: nameOf(engine), engine, redis: port };
      const contender = bench.keep(await startBerth(choice, groundOf(bench)));
      if (!(await calm(contender)))
        bench.say(
          `${choice.name} is still busy, with ${size} frontends: its figures are too large`,
        );
      instances.push({ engine, frontends: size, contender });
    }
  }
  const load = { path: '/small', connections: 64 };
  let failed = 0;
  const run = async ({ contender }: Instance, seconds = bench.seconds): Promise<number> => {
    const cost = await costOf(contender, () =>
      runLoad(contender.port, { ...load, seconds }, bench.directory),
    );
    failed += cost.failed;
    return cost.perRequest;
  };
  if (!bench.isSmoke) for (const instance of instances) await run(instance, 1);
  const costs = await interleave(bench.rounds, instances, (instance) => run(instance));

  const findings: Finding[] = [];
  for (const engine of bench.engines) {
    const own = (size: number): Instance => {
      const found = instances.find((one) => one.engine === engine && one.frontends === size);
      if (found === undefined) throw new Error(`no ${engine} with ${size} frontends`);
      return found;
    };
    const [small, large] = [own(few), own(many(bench))];
    findings.push(
      findingOf(pairwise(costs.get(large) ?? [], costs.get(small) ?? []), {
        work: `${few} → ${large.frontends} frontends`,
        subject: nameOf(engine),
        unit: '×',
        aim: { bar: 1.1, goal: 1.02, best: 'least' },
        note: `CPU of a hot ${smallGet.name}`,
      }),
    );
    const workerOf = ({ contender }: Instance): number =>
      residentMegabytes(contender.pids().slice(1));
    const hot = workerOf(large);
    const walks: { readonly hosts: number; readonly megabytes: number }[] = [];
    let next = 0;
    for (let walk = 0; walk < walkCount; walk++) {
      const result = await runLoad(
        large.contender.port,
        {
          ...load,
          seconds: walkSeconds(bench),
          hosts: { after: next, last: large.frontends },
        },
        bench.directory,
      );
      failed += result.failed;
      // Those that were asked for at the end count as not answered.
      next += result.requests + load.connections;
      walks.push({ hosts: next, megabytes: workerOf(large) });
    }
    const [before, last] = walks.slice(-2);
    if (before === undefined || last === undefined) throw new Error('no walk was made');
    if (last.hosts > large.frontends)
      bench.say(`walked beyond the ${large.frontends} frontends there are`);
    const steps = walks.map(({ hosts, megabytes }) => `${megabytes.toFixed(0)} MB after ${hosts}`);
    findings.push(
      findingOf([last.megabytes / before.megabytes], {
        work: 'RSS when more hosts are asked for',
        subject: nameOf(engine),
        unit: '×',
        aim: { bar: 1.1, goal: 1.02, best: 'least' },
        note: `worker: ${hot.toFixed(0)} MB at one host, ${steps.join(', ')}; ${workerOf(small).toFixed(0)} MB with ${few} frontends`,
      }),
    );
  }
  return { findings, failed };
};
