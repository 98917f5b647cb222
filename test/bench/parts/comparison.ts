import { onPath } from '../../support/runtimes.ts';
import { type Bench, groundOf, type Part } from '../bench.ts';
import { nameOf } from '../berth.ts';
import { type Entrant, entrants, reference, watchedName } from '../contenders.ts';
import { residentMegabytes } from '../cpu.ts';
import { type Finding, findingOf } from '../findings.ts';
import { costOf, type LoadResult, runLoad } from '../load.ts';
import { runMessages } from '../messages.ts';
import type { Contender } from '../processes.ts';
import { bareName } from '../proxies.ts';
import { ratiosTo, type Sample } from '../report.ts';
import { smallGet, type Workload, workloads } from '../workloads.ts';

export interface ComparisonChoice {
  /** Names of those that take part, beside nginx; null for all. */
  readonly only: readonly string[] | null;
  /** Of workloads; null for all. */
  readonly work: readonly string[] | null;
  /** Gets every single measurement. */
  readonly sample: (sample: Sample) => void;
}

/** Of what V8 compiles. */
const warmSeconds = 1;

/** Berth beside nginx and the other proxies, under each workload. */
export const comparison =
  (choice: ComparisonChoice): Part =>
  async (bench) => {
    const ground = groundOf(bench);
    const chosen = workloads.filter(({ name }) => choice.work?.includes(name) ?? true);
    const field: { entrant: Entrant; contender: Contender }[] = [];
    for (const entrant of entrants(bench.nodes)) {
      const { name, program } = entrant;
      if (name !== reference && choice.only?.includes(name) === false) continue;
      if (program !== null && !onPath(program)) {
        bench.say(`left out: ${name} is not installed`);
        continue;
      }
      field.push({ entrant, contender: bench.keep(await entrant.start(ground)) });
    }
    const takesPart = ({ onlySmall }: Entrant, workload: Workload): boolean =>
      onlySmall !== true || workload === smallGet;
    if (!bench.isSmoke) {
      for (const { entrant, contender } of field)
        for (const workload of chosen)
          if (entrant.program === null && takesPart(entrant, workload))
            await load(bench, contender, workload, warmSeconds);
    }
    /** http-proxy alone leaks a connection for each client that leaves mid-download, until it stands still. */
    const renew = async (place: { entrant: Entrant; contender: Contender }): Promise<void> => {
      if (place.entrant.name !== bareName) return;
      await place.contender.stop();
      place.contender = bench.keep(await place.entrant.start(ground));
      await load(bench, place.contender, smallGet, warmSeconds);
    };
    const samples: Sample[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      for (const workload of chosen) {
        const turns = field.filter(({ entrant }) => takesPart(entrant, workload));
        const turned = round % 2 === 0 ? turns : turns.toReversed();
        const shift = (round >> 1) % turned.length;
        for (const place of [...turned.slice(shift), ...turned.slice(0, shift)]) {
          await renew(place);
          const { entrant, contender } = place;
          const cost = await costOf(contender, () =>
            load(bench, contender, workload, bench.seconds),
          );
          const sample = {
            round,
            workload: workload.name,
            contender: entrant.name,
            value: workload.measure === 'cpu' ? cost.perRequest : cost.p50,
            requestsPerSecond: cost.requestsPerSecond,
            failed: cost.failed,
            residentMegabytes: residentMegabytes(contender.pids()),
          };
          samples.push(sample);
          choice.sample(sample);
        }
      }
      bench.say(`round ${round + 1} of ${bench.rounds} done`);
    }
    return {
      findings: findingsOf(samples, entrants(bench.nodes), bench),
      failed: samples.reduce((sum, { failed }) => sum + failed, 0),
    };
  };

async function load(
  { directory }: Bench,
  contender: Contender,
  workload: Workload,
  seconds: number,
): Promise<LoadResult> {
  return 'messages' in workload.load
    ? await runMessages(contender.port, { ...workload.load, seconds })
    : await runLoad(contender.port, { ...workload.load, seconds }, directory);
}

/** What has a bar: each Berth beside nginx, and one that is watched beside one that is not. */
function findingsOf(
  samples: readonly Sample[],
  all: readonly Entrant[],
  { engines }: Pick<Bench, 'engines'>,
): readonly Finding[] {
  const ratios = (contender: string, workload: Workload, to: string): readonly number[] =>
    ratiosTo(
      samples.filter((one) => one.contender === contender && one.workload === workload.name),
      to,
      samples,
    );
  const unitOf = (workload: Workload): string =>
    workload.measure === 'cpu' ? 'CPU a request' : 'median latency';
  const beside = workloads.flatMap((workload) =>
    all
      .filter(({ engine }) => engine !== undefined)
      .flatMap(({ name }) => {
        const values = ratios(name, workload, reference);
        if (values.length === 0) return [];
        const aim = { ...workload.aim, best: 'least' } as const;
        const note = `${unitOf(workload)}, beside ${reference}`;
        return [findingOf(values, { work: workload.name, subject: name, unit: '×', aim, note })];
      }),
  );
  const watched = engines.flatMap((engine) => {
    const values = ratios(watchedName(engine), smallGet, nameOf(engine));
    if (values.length === 0) return [];
    return [
      findingOf(values, {
        work: 'a subscriber beside the load',
        subject: nameOf(engine),
        unit: '×',
        aim: { bar: 1.05, goal: 1.02, best: 'least' },
        note: `CPU a ${smallGet.name}, with \`logs -f --json\` and without`,
      }),
    ];
  });
  return [...beside, ...watched];
}
