import { z } from 'zod';
import type { NumberedRecord } from '../../shared/contract/traffic.ts';
import { limits } from '../../shared/limits.ts';
import { createPreference } from './preferences.ts';
import { createStore, type Readable, type Store } from './store.ts';
import { type ColumnChoice, columnBounds, columnIds, usualColumns } from './trafficColumns.ts';
import { createReplays, type Replays } from './trafficReplay.ts';
import { createTrafficView, type TrafficIntake, type TrafficView } from './trafficView.ts';

/** Why rows stand still: a person paused, scrolled away, reads one of them, or saves all. */
type HoldReason = 'paused' | 'scrolled' | 'reading' | 'saving';

/** The parts of a request that is shown in full, in the order in which they stand. */
export const detailParts = ['overview', 'replay'] as const;
export type DetailPart = (typeof detailParts)[number];

interface SavedFilter {
  readonly name: string;
  readonly filter: string;
}

/** The traffic page, also while another one is shown. */
export interface TrafficState {
  readonly view: TrafficView;
  readonly intake: TrafficIntake;
  readonly holds: Readable<ReadonlySet<HoldReason>>;
  hold(reason: HoldReason): void;
  release(...reasons: readonly HoldReason[]): void;
  /** Id of the row that the keyboard is on. */
  readonly chosen: Store<number | null>;
  /** The record that is shown in full; it stays when its row goes. */
  readonly opened: Store<NumberedRecord | null>;
  /** The part of it that a person chose to see; null until then. */
  readonly part: Store<DetailPart | null>;
  readonly replays: Replays;
  readonly columns: Store<ColumnChoice>;
  readonly saved: Store<readonly SavedFilter[]>;
}

/** Filters that a person keeps, and characters of a name. */
export const savedFilterBounds = { filters: 50, nameChars: 60 } as const;
/** Milliseconds of a frame that may go into holding records against a filter. */
const filterSliceMs = 4;
/** Pixels of a row, as the table has it, and rows at the least. */
const rowHeight = 28;
const leastRows = 20;

const columnsSchema = z.strictObject({
  hidden: z.array(z.enum(columnIds)),
  widths: z.partialRecord(
    z.enum(columnIds),
    z.number().int().min(columnBounds.min).max(columnBounds.max),
  ),
});

const savedSchema = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(savedFilterBounds.nameChars),
      filter: z.string().min(1).max(limits.maxFilterChars),
    }),
  )
  .max(savedFilterBounds.filters);

export function createTrafficState(): TrafficState {
  const view = createTrafficView({
    bounds: { maxRecords: limits.maxHeldRecords, maxChars: limits.maxHeldRecordChars },
    // No table is higher than the screen.
    rows: Math.min(
      limits.maxWatchedRows,
      Math.max(leastRows, Math.ceil(window.screen.height / rowHeight)),
    ),
    now: () => performance.now(),
    soon: (task) => requestAnimationFrame(task),
    sliceMs: filterSliceMs,
  });
  const holds = createStore<ReadonlySet<HoldReason>>(new Set());
  const setHolds = (next: ReadonlySet<HoldReason>): void => {
    if (next.size === holds.get().size) return;
    holds.set(next);
    if (next.size > 0) view.hold();
    else view.release();
  };
  return {
    view,
    intake: view,
    holds,
    hold: (reason) => setHolds(new Set([...holds.get(), reason])),
    release: (...reasons) =>
      setHolds(new Set([...holds.get()].filter((reason) => !reasons.includes(reason)))),
    chosen: createStore<number | null>(null),
    opened: createStore<NumberedRecord | null>(null),
    part: createStore<DetailPart | null>(null),
    replays: createReplays(),
    columns: createPreference<ColumnChoice>('traffic.columns.1', columnsSchema, usualColumns),
    saved: createPreference<readonly SavedFilter[]>('traffic.filters.1', savedSchema, []),
  };
}
