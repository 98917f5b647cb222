import { setTimeout as delay } from 'node:timers/promises';
import type { BerthProcess } from '../support/berthProcess.ts';
import type { InterfacePage } from '../support/interfacePage.ts';
import type { PacedLoad } from '../support/pacedLoad.ts';
import { cpuMicroseconds, processTree, residentMegabytes } from './cpu.ts';
import type { Sample } from './report.ts';

export const withPage = 'berth with its traffic page open';
export const withoutPage = 'berth with no page open';

export interface PageCostOptions {
  readonly berth: BerthProcess;
  /** Shows the interface of that instance, at first. */
  readonly ui: InterfacePage;
  readonly load: PacedLoad;
  /** Requests a second. */
  readonly rate: number;
  /** Pairs of a measurement with the page and one without. */
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** Seconds under load before a measurement: what a page asks for when it opens has been answered by then. */
const settleSeconds = 2;

/**
 * What a request costs the supervisor and its workers while a browser shows it, and while none does, and the supervisor
 * alone, which is who makes what is shown: workers have nothing to do with it but the browser beside them. The browser's
 * own processes do not count. Which of the two comes first changes from round to round.
 */
export async function measurePageCost(options: PageCostOptions): Promise<readonly Sample[]> {
  const { berth, ui, load, rate, rounds, seconds } = options;
  const address = `${new URL(ui.page.url()).origin}/#/traffic`;
  const samples: Sample[] = [];

  const show = async (contender: string): Promise<void> => {
    await ui.page.goto('about:blank');
    if (contender !== withPage) return;
    await ui.page.goto(address);
    await ui.page.getByRole('gridcell').first().waitFor();
  };
  const rowsShown = async (): Promise<string> => await ui.page.getByTestId('counts').innerText();

  let isOver = false;
  const sending = load.run(rate, () => isOver);
  try {
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? [withPage, withoutPage] : [withoutPage, withPage];
      for (const contender of order) {
        await show(contender);
        await delay(settleSeconds * 1000);
        const before = { answered: load.answered, failed: load.failed };
        const pids = processTree(berth.pid);
        const cpu = cpuMicroseconds(pids);
        const supervisorCpu = cpuMicroseconds([berth.pid]);
        const begun = performance.now();
        await delay(seconds * 1000);
        const used = cpuMicroseconds(pids) - cpu;
        const supervisorUsed = cpuMicroseconds([berth.pid]) - supervisorCpu;
        const requests = load.answered - before.answered;
        if (contender === withPage && (await rowsShown()) === '') throw new Error('no rows shown');
        const shared = {
          round,
          contender,
          requestsPerSecond: requests / ((performance.now() - begun) / 1000),
          failed: load.failed - before.failed,
          residentMegabytes: residentMegabytes(pids),
        };
        const workload = `${rate} requests/s`;
        samples.push({ ...shared, workload, value: used / requests });
        samples.push({
          ...shared,
          workload: `${workload}, the supervisor alone`,
          value: supervisorUsed / requests,
        });
      }
      console.error(`round ${round + 1} of ${rounds} done`);
    }
  } finally {
    isOver = true;
    await sending;
  }
  return samples;
}
