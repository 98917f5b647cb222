import type { ControlApi } from '../../client/client.ts';
import { firstOf } from '../../client/firstOf.ts';
import type { TrafficIntake } from './trafficView.ts';

/** Records in the first page of those that stand still, and in each further one. */
const firstPage = 300;
const furtherPage = 2000;
/** Milliseconds between two pages, and after which a stream that failed is asked for again. */
const betweenPagesMs = 10;
const againMs = 2000;

/**
 * Brings into a view what stands at the top, and while rows stand still, all that the instance holds, from the newest on.
 *
 * @returns ends it
 */
export function followTraffic(
  { traffic }: Pick<ControlApi, 'traffic'>,
  intake: TrafficIntake,
): () => void {
  const ending = new AbortController();
  const { signal } = ending;

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      const asking = new AbortController();
      const turn = firstOf(signal, asking.signal);
      const forget = intake.asked.subscribe(() => asking.abort());
      try {
        const { filter, after } = intake.asked.get();
        const input = { filter, after, rows: intake.rows, since: intake.begin() };
        for await (const news of await traffic.watch(input, { signal: turn })) {
          if (turn.aborted) break;
          intake.add(news);
        }
      } catch (error) {
        if (!turn.aborted) console.warn('the live stream ended and is asked for again', error);
      }
      forget();
      const isAskedAnew = asking.signal.aborted;
      asking.abort();
      if (!signal.aborted && !isAskedAnew) await pause(againMs);
    }
  }

  let isFilling = false;
  async function fill(): Promise<void> {
    if (isFilling) return;
    isFilling = true;
    try {
      for (let limit = firstPage; !signal.aborted; limit = furtherPage) {
        const missing = intake.missing();
        if (missing === null) break;
        const { before } = missing;
        const { records } = await traffic.recent({ filter: '', limit, before }, { signal });
        if (!signal.aborted) missing.take(records, records.length < limit);
        await pause(betweenPagesMs);
      }
    } catch (error) {
      if (!signal.aborted) console.warn('older requests could not be read', error);
      await pause(againMs);
    } finally {
      isFilling = false;
    }
  }

  const forget = intake.picture.subscribe(() => void fill());
  void watch();
  return () => {
    forget();
    ending.abort();
    intake.lost();
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
