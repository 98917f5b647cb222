/**
 * `npm run bench`: paired, interleaved runs of Berth and of the proxies that are installed, in front of one backend.
 * Only ratios within a round mean anything on a shared machine. Nothing here fails on a figure.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { onPath } from '../support/runtimes.ts';
import {
  bareHttpProxy,
  bareName,
  berthName,
  type Contender,
  contenders,
  startBackend,
  watchedName,
} from './contenders.ts';
import { cpuMicroseconds, residentMegabytes } from './cpu.ts';
import { runLoad } from './load.ts';
import { compare, comparisonLine, type Sample, summarise, table } from './report.ts';
import { workloads as allWorkloads } from './workloads.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string' },
    work: { type: 'string', default: '' },
    smoke: { type: 'boolean', default: false },
    json: { type: 'string', default: '.cache/bench.json' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) {
  console.log(`usage: npm run bench -- [--rounds N] [--seconds N] [--only NAME,NAME] [--work TEXT] [--json FILE] [--smoke]

Compares the CPU that Berth, nginx, haproxy, caddy and http-proxy alone use for a request.
Needs Linux, wrk and nginx (apt-get install wrk nginx-light haproxy caddy); haproxy and caddy are left out when absent.
What a live subscriber costs ("berth watched") is told below the table, as a multiple of berth in the same round.
--smoke runs one short round and checks that no request failed.`);
  process.exit(0);
}

const absent = ['wrk', 'nginx'].filter((program) => !onPath(program));
if (process.platform !== 'linux' || absent.length > 0) {
  console.log(
    `skipped: the benchmark needs Linux, wrk and nginx${absent.length > 0 ? ` (not found: ${absent.join(', ')})` : ''}.`,
  );
  process.exit(0);
}

const rounds = options.smoke ? 1 : atLeastOne('rounds', options.rounds);
const seconds = options.smoke ? 1 : atLeastOne('seconds', options.seconds);
const wanted = options.only?.split(',') ?? (options.smoke ? ['nginx', 'berth'] : null);
const workloads = allWorkloads.filter(({ name }) => name.includes(options.work));
const reference = 'nginx';
const unitOf = (name: string): string =>
  workloads.find((workload) => workload.name === name)?.measure === 'latency' ? 'ms' : 'µs';

function atLeastOne(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number from 1, not ${JSON.stringify(text)}.`);
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), 'berth-bench-'));
const running: Contender[] = [];
const samples: Sample[] = [];
try {
  const backend = await startBackend(directory);
  running.push(backend);
  const field: Contender[] = [];
  for (const { name, program, start } of contenders) {
    if (wanted !== null && name !== reference && !wanted.includes(name)) continue;
    if (program !== null && !onPath(program)) {
      console.log(`left out: ${name} is not installed`);
      continue;
    }
    const contender = await start(directory, backend.port);
    running.push(contender);
    field.push(contender);
  }
  for (const contender of field) {
    for (const { load } of workloads)
      await runLoad(contender.port, { ...load, seconds: 1 }, directory);
  }
  /** http-proxy alone leaks a connection for each client that leaves mid-download, until it stands still. */
  const renewed = async (contender: Contender): Promise<Contender> => {
    if (contender.name !== bareName) return contender;
    await contender.stop();
    const next = await bareHttpProxy(directory, backend.port);
    running[running.indexOf(contender)] = next;
    await runLoad(next.port, { path: '/small', connections: 8, seconds: 1 }, directory);
    return next;
  };
  for (let round = 0; round < rounds; round++) {
    for (const workload of workloads) {
      for (let turn = 0; turn < field.length; turn++) {
        // Every other round goes the other way, so that neighbours come first and second equally often.
        const step = round % 2 === 0 ? turn : field.length - 1 - turn;
        const place = (step + (round >> 1)) % field.length;
        const present = field[place];
        if (present === undefined) continue;
        const contender = await renewed(present);
        field[place] = contender;
        const pids = contender.pids();
        const before = cpuMicroseconds(pids);
        const result = await runLoad(contender.port, { ...workload.load, seconds }, directory);
        const cpu = cpuMicroseconds(pids) - before;
        samples.push({
          round,
          workload: workload.name,
          contender: contender.name,
          value: workload.measure === 'cpu' ? cpu / result.requests : result.p50,
          requestsPerSecond: result.requests / result.seconds,
          failed: result.failed,
          residentMegabytes: residentMegabytes(pids),
        });
      }
    }
    console.error(`round ${round + 1} of ${rounds} done`);
  }
} finally {
  for (const contender of running.reverse()) await contender.stop();
  rmSync(directory, { recursive: true, force: true });
}

const rows = summarise(samples, reference, unitOf);
const order = (name: string): number => workloads.findIndex((workload) => workload.name === name);
rows.sort((a, b) => order(a.workload) - order(b.workload));
console.log(table(rows, reference));
const compared = compare(samples, watchedName, berthName);
if (compared.length > 0) console.log(`\n${compared.map(comparisonLine).join('\n')}`);
const machine = {
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  kernel: release(),
  arch: arch(),
};
mkdirSync(dirname(options.json), { recursive: true });
const report = { machine, rounds, seconds, rows, compared };
writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
console.log(
  `\n${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${rounds} rounds of ${seconds} s; JSON in ${options.json}`,
);
if (options.smoke) {
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  if (failed > 0) {
    console.error(`${failed} requests failed`);
    process.exit(1);
  }
}
