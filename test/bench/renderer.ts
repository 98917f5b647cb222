/**
 * `npm run bench:ui`: the traffic page in Chromium beside a load of 1,000 requests a second. Tells frames per second, the
 * longest task of the page and its heap after a collection at the beginning, in the middle and at the end. With `--cpu` it
 * tells instead what a request costs the proxy while the page is open, as a multiple of what it costs without one. On a
 * shared machine a bad figure may be somebody else's: measure again. Nothing here fails on a figure.
 */
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { connectControl } from '../../src/core/client/index.ts';
import { startBerth } from '../support/berthProcess.ts';
import { launchChromium } from '../support/browser.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { openInterface } from '../support/interfacePage.ts';
import { startPacedLoad } from '../support/pacedLoad.ts';
import { onPath } from '../support/runtimes.ts';
import { measurePageCost, withoutPage, withPage } from './pageCost.ts';
import { compare, comparisonLine, summarise, table } from './report.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    filter: { type: 'string', default: '' },
    cpu: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '12' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(`usage: npm run bench:ui -- [--rate N] [--seconds N] [--filter TEXT]
       npm run bench:ui -- --cpu [--rounds N] [--rate N] [--seconds N]

The traffic page in Chromium beside 1,000 requests a second (--rate): its frames, tasks and heap over 60 seconds.
--cpu: CPU of supervisor and workers for a request, in pairs of 5 seconds with the page open and without one. Needs Linux.`);
  process.exit(0);
}
const rate = Number(values.rate);
const seconds = Number(values.seconds ?? (values.cpu ? '5' : '60'));
if (!onPath('chromium')) {
  console.log('skipped: this needs chromium (apt-get install chromium).');
  process.exit(0);
}

const host = 'app.test';
const paths = ['/', '/cart?step=2', '/v1/orders', '/assets/app.js', '/v1/users/42?expand=orders'];
const target = (serial: number): string => paths[serial % paths.length] ?? '/';

await using backend = await startEchoBackend();
await using berth = await startBerth({ config: { control: { port: 0 } } });
const client = await connectControl({ socket: berth.controlSocket });
await client.api.hosts.add({ name: host, backends: [backend.url] });
const browser = await launchChromium();
const ui = await openInterface(browser, berth, { viewport: { width: 1180, height: 760 } });
await ui.go(
  `/traffic${values.filter === '' ? '' : `?filter=${encodeURIComponent(values.filter)}`}`,
);
const cdp = await ui.page.context().newCDPSession(ui.page);

// The ring is full before anything is measured, so that what is measured lasts.
await load(10_500, 4000);
await (values.cpu ? tellCost() : tellFrames());

await ui[Symbol.asyncDispose]();
await browser.close();
client.close();

/** What a request costs the proxy with the page open, beside what it costs without one. */
async function tellCost(): Promise<void> {
  await using paced = await startPacedLoad({ port: berth.port, host, connections: 32, target });
  const rounds = Number(values.rounds);
  const samples = await measurePageCost({ berth, ui, load: paced, rate, rounds, seconds });
  console.log(
    table(
      summarise(samples, withoutPage, () => 'µs'),
      withoutPage,
    ),
  );
  for (const one of compare(samples, withPage, withoutPage)) {
    console.log(`\n${comparisonLine(one)}`);
  }
  console.log(
    `\n${cpus().length} cores, Node ${process.version}; ${rounds} rounds of ${seconds} s`,
  );
}

/** Frames, tasks and heap while requests come. */
async function tellFrames(): Promise<void> {
  await delay(3000);
  const idle = await measure(ui.page, () => delay(5000));
  const heaps = [await heapMegabytes(cdp)];
  let isOver = false;
  await using paced = await startPacedLoad({ port: berth.port, host, connections: 32, target });
  const sending = paced.run(rate, () => isOver);
  const halves = [];
  for (let half = 0; half < 2; half++) {
    halves.push(await measure(ui.page, () => delay((seconds / 2) * 1000)));
    heaps.push(await heapMegabytes(cdp));
  }
  isOver = true;
  await sending;
  const counts = await ui.page.getByTestId('counts').innerText();
  const leftOut = await ui.page.getByText(/left out/).allInnerTexts();

  console.log(
    `${rate} requests/s for ${seconds} s, ${cpus().length} cores, Chromium ${browser.version()}, software rendering${values.filter === '' ? '' : `, filter ${values.filter}`}`,
  );
  console.log(
    `answered ${paced.answered} (${(paced.answered / seconds).toFixed(0)} a second), failed ${paced.failed}; shown ${counts}; ${leftOut.join() || 'none left out'}`,
  );
  console.log(`idle          ${frameLine(idle)}`);
  for (const [at, one] of halves.entries()) console.log(`half ${at + 1}        ${frameLine(one)}`);
  console.log(
    `heap          ${heaps.map((mb) => `${mb.toFixed(1)} MB`).join(' → ')} (begin, middle, end; after a collection)`,
  );
}

/** What the page did for a while. */
interface Frames {
  readonly perSecond: number;
  /** Milliseconds between two frames. */
  readonly p99: number;
  readonly longest: number;
  /** Tasks over 50 ms, and milliseconds of the longest; the observer tells of none that is shorter. */
  readonly longTasks: number;
  readonly longestTask: number;
  /** Milliseconds of CPU that the page's main thread takes in a second. */
  readonly busy: number;
}

async function measure(page: Page, wait: () => Promise<unknown>): Promise<Frames> {
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await taskSeconds();
  const begun = performance.now();
  await page.evaluate(`
    globalThis.frames_ = { times: [], tasks: [], isOver: false };
    globalThis.observer_ = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) frames_.tasks.push(duration);
    });
    observer_.observe({ type: 'longtask' });
    requestAnimationFrame(function next(at) {
      frames_.times.push(at);
      if (!frames_.isOver) requestAnimationFrame(next);
    });
  `);
  await wait();
  const { times, tasks } = await page.evaluate<{ times: number[]; tasks: number[] }>(
    `frames_.isOver = true, observer_.disconnect(), frames_`,
  );
  const busy = ((await taskSeconds()) - before) / ((performance.now() - begun) / 1000);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  gaps.sort((a, b) => a - b);
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return {
    perSecond: (gaps.length / span) * 1000,
    p99: gaps[Math.floor(gaps.length * 0.99)] ?? 0,
    longest: gaps.at(-1) ?? 0,
    longTasks: tasks.length,
    longestTask: Math.max(0, ...tasks),
    busy: busy * 1000,
  };
}

async function taskSeconds(): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

async function heapMegabytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

/** So many requests, as fast as they are answered up to `perSecond`. */
async function load(count: number, perSecond: number): Promise<void> {
  const some = await startPacedLoad({
    port: berth.port,
    host,
    connections: 16,
    target,
  });
  await some.run(perSecond, () => some.answered >= count);
  await some[Symbol.asyncDispose]();
}

function frameLine({ perSecond, p99, longest, longTasks, longestTask, busy }: Frames): string {
  const tasks =
    longTasks === 0
      ? 'no task over 50 ms'
      : `${longTasks} tasks over 50 ms, the longest ${longestTask.toFixed(0)} ms`;
  return `${perSecond.toFixed(1)} frames/s, between two p99 ${p99.toFixed(0)} ms, most ${longest.toFixed(0)} ms; ${tasks}; main thread ${busy.toFixed(0)} ms of CPU a second`;
}
