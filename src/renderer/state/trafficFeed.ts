import type { ControlApi } from '../../client/client.ts';
import { firstOf } from '../../client/firstOf.ts';
import type { TrafficIntake } from './trafficView.ts';

/** Records in the first page, so that something stands there at once, and in each further one. */
const firstPage = 300;
const furtherPage = 1000;
/** Milliseconds between two pages, and after which a stream that failed is asked for again. */
const betweenPagesMs = 30;
const againMs = 2000;

/**
 * Brings the live stream into a view, and what the instance holds from before, from the newest on.
 *
 * @returns ends it
 */
export function followTraffic(api: Pick<ControlApi, 'traffic'>, intake: TrafficIntake): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  void (async () => {
    while (!signal.aborted) {
      try {
        await followOnce(api, intake, signal);
      } catch (error) {
        if (!signal.aborted) console.warn('the live stream ended and is asked for again', error);
      }
      if (!signal.aborted) await pause(againMs);
    }
  })();
  return () => ending.abort();
}

async function followOnce(
  { traffic }: Pick<ControlApi, 'traffic'>,
  intake: TrafficIntake,
  outer: AbortSignal,
): Promise<void> {
  const turn = new AbortController();
  const signal = firstOf(outer, turn.signal);
  try {
    // The stream comes first: between it and the page there is no gap, and what both have has one id.
    const stream = await traffic.follow({ filter: '', backlog: 0 }, { signal });
    const newest = await traffic.recent({ filter: '', limit: firstPage }, { signal });
    void fill(intake.begin(newest.records)).catch((error: unknown) => {
      if (!signal.aborted) console.warn('older requests could not be read', error);
    });
    for await (const { records, dropped } of stream) {
      if (signal.aborted) return;
      intake.add(records, dropped);
    }
  } finally {
    turn.abort();
  }

  async function fill(first: number | null): Promise<void> {
    let before = first;
    while (before !== null) {
      await pause(betweenPagesMs);
      const page = await traffic.recent({ filter: '', limit: furtherPage, before }, { signal });
      if (signal.aborted) return;
      before = intake.addOlder(page.records);
    }
    intake.filled();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
