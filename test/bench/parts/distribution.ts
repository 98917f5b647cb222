import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../support/redisServer.ts';
import { type Bench, groundOf, interleave, type Part, pairwise } from '../bench.ts';
import { nameOf, startBerth } from '../berth.ts';
import { type Finding, findingOf } from '../findings.ts';
import { type Cost, costOf, runLoad } from '../load.ts';
import { type NodeRuntime, nodeAt, nodeEnvironment } from '../nodes.ts';
import { type Contender, spawnOn, started } from '../processes.ts';
import { nginx } from '../proxies.ts';

const ways = [
  { way: 'supervisor', name: 'the supervisor sends them' },
  { way: 'roundRobin', name: 'cluster, round-robin' },
  { way: 'shared', name: 'cluster, shared handle' },
  { way: 'reusePort', name: 'reusePort' },
] as const;
const workers = 2;
const readyMs = 500;
const smallPath = '/small';

/** Whether `reusePort` of `net` is known there: Node 23.1 and later. */
const hasReusePort = ({ version: [major, minor] }: NodeRuntime): boolean =>
  major > 23 || (major === 23 && minor >= 1);

/**
 * What a connection costs, and how evenly 64 of them lie on two workers, by who accepts: a bare server that answers by
 * itself, so that the choice is measured and not the proxy.
 */
export const distribution: Part = async (bench) => {
  const own = nodeAt(process.execPath);
  const node = [own, ...bench.nodes].find(hasReusePort) ?? own;
  const field: { readonly name: string; readonly contender: Contender }[] = [];
  for (const { way, name } of ways) {
    if (way === 'reusePort' && !hasReusePort(node)) {
      bench.say('left out: reusePort needs Node 23.1 or later; name one by --node');
      continue;
    }
    field.push({ name, contender: bench.keep(await startServer(bench, way, node)) });
  }
  await delay(readyMs);
  let failed = 0;
  const run = async (contender: Contender, closes: boolean, path = '/'): Promise<Cost> => {
    const load = { path, connections: 64, seconds: bench.seconds, closes };
    const cost = await costOf(contender, () => runLoad(contender.port, load, bench.directory));
    failed += cost.failed;
    return cost;
  };
  if (!bench.isSmoke) for (const { contender } of field) await run(contender, true);
  const closing = await interleave(bench.rounds, field, ({ contender }) => run(contender, true));
  const kept = await interleave(1, field, ({ contender }) => run(contender, false));
  const [present] = field;
  const perConnection = (item: (typeof field)[number] | undefined): readonly number[] =>
    ((item && closing.get(item)) ?? []).map(({ perRequest }) => perRequest);
  const findings = field.flatMap((item): Finding[] => {
    const rates = (closing.get(item) ?? []).map(({ requestsPerSecond }) => requestsPerSecond);
    const shares = (kept.get(item) ?? []).map(({ each }) => {
      const theirs = each.slice(1);
      return (100 * Math.max(...theirs)) / theirs.reduce((sum, cpu) => sum + cpu, 0);
    });
    return [
      findingOf(pairwise(perConnection(item), perConnection(present)), {
        work: 'a connection for a request',
        subject: item.name,
        unit: '×',
        aim: null,
        note: `CPU as a multiple of the present way; ${Math.min(...perConnection(item)).toFixed(0)} µs, ${Math.max(...rates).toFixed(0)}/s, ${node.name}`,
      }),
      findingOf(shares, {
        work: '64 connections on 2 workers',
        subject: item.name,
        unit: '%',
        aim: null,
        note: 'CPU of the busier worker, of both; 50 is even',
      }),
    ];
  });
  return { findings: [...findings, ...(await throughBerth(bench, run))], failed };
};

/** The same of Berth, which has to open no connection to its backend for it, beside nginx. */
async function throughBerth(
  bench: Bench,
  run: (contender: Contender, closes: boolean, path: string) => Promise<Cost>,
): Promise<readonly Finding[]> {
  const ground = { ...groundOf(bench), cores: bench.placement.pair };
  const server = bench.keep(await nginx(ground));
  const field = [{ name: server.name, contender: server }];
  for (const engine of bench.engines) {
    const choice = { name: nameOf(engine), engine, workers };
    field.push({ name: choice.name, contender: bench.keep(await startBerth(choice, ground)) });
  }
  if (!bench.isSmoke) for (const { contender } of field) await run(contender, true, smallPath);
  const costs = await interleave(bench.rounds, field, ({ contender }) =>
    run(contender, true, smallPath),
  );
  const of = (index: number): readonly number[] => {
    const item = field[index];
    return ((item && costs.get(item)) ?? []).map(({ perRequest }) => perRequest);
  };
  return field.slice(1).map(({ name }, index) =>
    findingOf(pairwise(of(index + 1), of(0)), {
      work: 'a connection for a request',
      subject: name,
      unit: '×',
      aim: null,
      note: `CPU, beside nginx; ${Math.min(...of(index + 1)).toFixed(0)} µs with ${workers} workers`,
    }),
  );
}

async function startServer(bench: Bench, way: string, node: NodeRuntime): Promise<Contender> {
  const port = await freePort();
  const child = spawnOn(
    bench.placement.pair,
    node.executable,
    ['test/bench/programs/acceptServer.mjs', way, String(port), String(workers)],
    { stdio: ['ignore', 'ignore', 'inherit'], env: nodeEnvironment() },
  );
  return await started(way, port, child);
}
