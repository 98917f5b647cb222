import type { NumberedRecord, RecordBatch } from '../../shared/contract/traffic.ts';
import type { RecordPredicate } from '../../shared/filter/index.ts';
import { type Heard, search } from './search.ts';
import { pause } from './streams.ts';

/** Places of the last `count` records before `place` that match. */
async function backlogOf(
  heard: Heard,
  count: number,
  place: number,
  matches: RecordPredicate,
  ends: AbortSignal,
): Promise<number[]> {
  const places: number[] = [];
  await search(heard, place, matches, ends, (found) => {
    places.push(found);
    return places.length < count;
  });
  return places.reverse();
}

/** Each record that matches, from a place and a number of lost ones on, and a backlog before it. */
export async function* followRecords(
  heard: Heard,
  from: { readonly place: number; readonly missed: number; readonly backlog: number },
  matches: RecordPredicate,
  ends: AbortSignal,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { ring, turns, news, now, bounds } = heard;
  // Without a backlog the first look is at once: what comes a moment later belongs to the next batch.
  const backlog =
    from.backlog === 0 ? [] : await backlogOf(heard, from.backlog, from.place, matches, ends);
  const inBacklog = new Set(backlog);
  let place = backlog[0] ?? from.place;
  let missedBefore = from.missed;
  let dropped = 0;
  /** What the reader knows of the capture. */
  let known = true;
  while (!ends.aborted) {
    const begun = now();
    const records: NumberedRecord[] = [];

    const forget = (): void => {
      dropped += Math.max(0, ring.first - place) + heard.missed - missedBefore;
      place = Math.max(place, ring.first);
      missedBefore = heard.missed;
    };
    const look = (): boolean => {
      // Between two slices the ring may have gone on.
      forget();
      const record = ring.at(place);
      if (record === undefined) return false;
      const passes = place < from.place ? inBacklog.has(place) : matches(record);
      const numbered = passes ? ring.numbered(place) : undefined;
      if (numbered !== undefined) records.push(numbered);
      place++;
      return records.length < bounds.maxStreamBatchRecords;
    };
    await turns.run(look, ends, bounds.streamFilterMs);

    const { capturing } = heard;
    const isTold = capturing === known;
    if (records.length > 0 || dropped > 0 || !isTold) {
      const batch = { records, dropped, ...(isTold ? {} : { capture: capturing }) };
      dropped = 0;
      known = capturing;
      yield batch;
    }
    await pause(bounds.streamBatchMs - (now() - begun), ends);
    const isDone =
      place === ring.next && heard.missed === missedBefore && heard.capturing === known;
    if (isDone) await news.heard(ends);
  }
}
