/**
 * `npm run bench`: paired, interleaved runs of Berth and of the proxies that are installed, in front of one backend.
 * Only ratios within a round mean anything on a shared machine. Nothing here fails on a figure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineNames } from '../../src/shared/model/settings.ts';
import { onPath } from '../support/runtimes.ts';
import { startBackends } from './backends.ts';
import type { Bench, Part } from './bench.ts';
import { nameOf } from './berth.ts';
import { reference } from './contenders.ts';
import { type Finding, findingCells, verdictOf } from './findings.ts';
import { type NodeRuntime, nodeAt } from './nodes.ts';
import { changes } from './parts/changes.ts';
import { comparison } from './parts/comparison.ts';
import { costs } from './parts/costs.ts';
import { distribution } from './parts/distribution.ts';
import { frontends } from './parts/frontends.ts';
import { idle } from './parts/idle.ts';
import { workers } from './parts/workers.ts';
import { moveTo, planPlacement, unpinned } from './placement.ts';
import { type Sample, summarise, table, textTable } from './report.ts';
import { workloads } from './workloads.ts';

const partNames = [
  'comparison',
  'idle',
  'frontends',
  'changes',
  'workers',
  'costs',
  'distribution',
] as const;
type PartName = (typeof partNames)[number];

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    parts: { type: 'string' },
    only: { type: 'string' },
    work: { type: 'string', default: '' },
    node: { type: 'string', multiple: true, default: [] },
    'no-pin': { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    exchange: { type: 'boolean', default: false },
    json: { type: 'string', default: '.cache/bench.json' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) {
  console.log(`usage: npm run bench -- [--rounds N] [--seconds N] [--parts NAME,NAME] [--only NAME,NAME] [--work TEXT]
                        [--node PATH,PATH] [--no-pin] [--json FILE] [--smoke] [--exchange]

Measures what a request costs Berth, with each engine, beside nginx, haproxy, caddy and http-proxy alone, and prints
whether the bar and the goal of each figure are met.
Needs Linux, wrk and nginx (apt-get install wrk nginx-light haproxy caddy redis-server); what else is absent is left out.

--parts     of ${partNames.join(', ')}; all
--only      of the proxies that are compared, by their names in the table; --work: workloads whose name has this text
--node      runs Berth with these too: any Node, or an Electron
--no-pin    leaves cores to the system; else each proxy has one core, and the load another
--smoke     one short round that checks that no request failed
--exchange  only what an exchange costs the splice engine without sockets`);
  process.exit(0);
}

if (options.exchange) {
  for (const work of ['small', '64k', 'post']) {
    const script = ['build/run.mjs', 'test/bench/exchange.ts', '--work', work];
    const { status } = spawnSync(process.execPath, script, { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
  process.exit(0);
}

const absent = ['wrk', 'nginx'].filter((program) => !onPath(program));
if (process.platform !== 'linux' || absent.length > 0) {
  console.log(
    `skipped: the benchmark needs Linux, wrk and nginx${absent.length > 0 ? ` (not found: ${absent.join(', ')})` : ''}.`,
  );
  process.exit(0);
}

const list = (text: string): readonly string[] => text.split(',').filter((name) => name !== '');
const isPartName = (name: string): name is PartName => partNames.some((known) => known === name);

function wrong(message: string): never {
  console.error(message);
  process.exit(2);
}

function atLeastOne(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  return wrong(`--${name} takes a whole number from 1, not ${JSON.stringify(text)}.`);
}

function chosenParts(): readonly PartName[] {
  if (options.parts === undefined) {
    const isNarrow = options.only !== undefined || options.work !== '';
    return isNarrow ? ['comparison'] : partNames;
  }
  const named = list(options.parts);
  const known = named.filter(isPartName);
  if (known.length === named.length && known.length > 0) return known;
  return wrong(
    `--parts takes some of ${partNames.join(', ')}, not ${JSON.stringify(options.parts)}.`,
  );
}

function nodeOf(executable: string): NodeRuntime {
  try {
    return nodeAt(executable);
  } catch (error) {
    return wrong(`--node: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const parts = chosenParts();
const rounds = options.smoke ? 1 : atLeastOne('rounds', options.rounds);
const seconds = options.smoke ? 1 : atLeastOne('seconds', options.seconds);
const nodes = options.node.flatMap(list).map(nodeOf);
const placement = options['no-pin'] ? unpinned : planPlacement();
const smokeWork = ['GET 200 B', 'GET 1 MB', 'POST 16 KB', 'WebSocket message'];
const work = workloads
  .map(({ name }) => name)
  .filter((name) => name.includes(options.work) && (!options.smoke || smokeWork.includes(name)));
const only = options.smoke ? engineNames.map(nameOf) : null;

const memory = '/dev/shm';
const directory = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'berth-bench-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
// Each process that is started is ended with this one.
process.setMaxListeners(100);
moveTo(placement.load);

const begun = performance.now();
const samples: Sample[] = [];
const findings: Finding[] = [];
let failed = 0;
let isBroken = false;
const say = (text: string): void => {
  console.error(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${text}`);
};

const all: Readonly<Record<PartName, { readonly part: Part; readonly needs: string | null }>> = {
  comparison: {
    part: comparison({
      only: options.only === undefined ? only : list(options.only),
      work,
      sample: (sample) => samples.push(sample),
    }),
    needs: null,
  },
  idle: { part: idle, needs: null },
  frontends: { part: frontends, needs: 'redis-server' },
  changes: { part: changes, needs: 'redis-server' },
  workers: { part: workers, needs: null },
  costs: { part: costs, needs: null },
  distribution: { part: distribution, needs: null },
};

async function run(name: PartName): Promise<void> {
  const { part, needs } = all[name];
  if (needs !== null && !onPath(needs)) {
    console.log(`left out: ${name}, since ${needs} is not installed`);
    return;
  }
  say(name);
  const kept: { stop(): Promise<unknown> }[] = [];
  const bench: Bench = {
    ...{ directory, backends, placement, nodes, rounds, seconds, say },
    engines: options.smoke && name !== 'comparison' ? ['splice'] : engineNames,
    isSmoke: options.smoke,
    keep: (started) => {
      kept.push(started);
      return started;
    },
  };
  try {
    const outcome = await part(bench);
    findings.push(...outcome.findings);
    failed += outcome.failed;
    if (outcome.failed > 0) say(`${name}: ${outcome.failed} requests failed`);
  } catch (error) {
    isBroken = true;
    console.error(`${name} could not be measured:`, error);
  } finally {
    for (const started of kept.reverse()) await started.stop();
  }
}

const backends = await startBackends(directory);
try {
  // What a smoke measures does not count: its parts need not wait for one another.
  if (options.smoke) await Promise.all(parts.map(run));
  else for (const name of parts) await run(name);
} finally {
  await backends.stop();
}

const unitOf = (name: string): string =>
  workloads.find((workload) => workload.name === name)?.measure === 'latency' ? 'ms' : 'µs';
const rows = summarise(samples, reference, unitOf);
const order = (name: string): number => workloads.findIndex((workload) => workload.name === name);
rows.sort((a, b) => order(a.workload) - order(b.workload));
if (rows.length > 0) console.log(`${table(rows, reference)}\n`);
if (options.smoke) console.log('A smoke: everything ran at once, and no figure counts.\n');
if (findings.length > 0) console.log(textTable(findingCells(findings), 2, 4));

const machine = {
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  kernel: release(),
  arch: arch(),
};
const judged = findings.map((finding) => ({ ...finding, verdict: verdictOf(finding) }));
mkdirSync(dirname(options.json), { recursive: true });
const report = { machine, placement, rounds, seconds, rows, findings: judged };
writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
const missed = judged.filter(({ verdict }) => verdict === 'missed').length;
const barred = judged.filter(({ aim }) => aim !== null).length;
const pinnedTo =
  placement.proxy === null
    ? 'nothing pinned'
    : `proxies on core ${placement.proxy}, the load on ${placement.load}`;
console.log(
  `\n${barred - missed} of ${barred} bars met. ${machine.cpu}, ${machine.cores} cores (${pinnedTo}), Node ${machine.node};` +
    ` ${rounds} rounds of ${seconds} s, ${((performance.now() - begun) / 60_000).toFixed(1)} minutes; JSON in ${options.json}`,
);
if (options.smoke && failed > 0) console.error(`${failed} requests failed`);
process.exit(isBroken || (options.smoke && failed > 0) ? 1 : 0);
