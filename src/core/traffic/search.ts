import type { RecordPredicate } from '../../shared/filter/index.ts';
import type { limits } from '../../shared/limits.ts';
import type { Ring } from './ring.ts';
import type { Bell } from './streams.ts';
import type { Turns } from './turns.ts';

type BoundName =
  | 'maxStreamBatchRecords'
  | 'streamBatchMs'
  | 'streamFilterMs'
  | 'watchPaceMs'
  | 'trafficWatchMs';

/** What is known of the records that came, for those who look at them. */
export interface Heard {
  readonly ring: Ring;
  readonly turns: Pick<Turns, 'run'>;
  /** Rings when records came, were lost, or the capture went on or off. */
  readonly news: Pick<Bell, 'heard'>;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly bounds: { readonly [Name in BoundName & keyof typeof limits]: number };
  /** Records that workers lost while the capture was on. */
  readonly missed: number;
  readonly capturing: boolean;
  /** Id of the newest record, also of one that was lost; 0 before the first. */
  readonly lastId: number;
}

/** Tells of the held records from `floor` to before `place` that match, newest first, until `found` has enough. */
export function search(
  { ring, turns }: Pick<Heard, 'ring' | 'turns'>,
  place: number,
  matches: RecordPredicate,
  ends: AbortSignal,
  found: (place: number) => boolean,
  floor = 0,
): Promise<void> {
  let before = place;
  return turns.run(() => {
    before--;
    const record = before < floor ? undefined : ring.at(before);
    return record !== undefined && (!matches(record) || found(before));
  }, ends);
}
