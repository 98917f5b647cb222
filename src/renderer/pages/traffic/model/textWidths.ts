import type { RequestRecord } from '../../../../shared/model/record.ts';
import type { WantedWidths } from '../../../state/trafficColumns.ts';
import { backendText } from './backendText.ts';

/** Characters that the texts of rows have, as far as they have been seen. */
export interface TextWidths {
  /** The filter that they were seen with. */
  readonly filter: string;
  readonly host: number;
  readonly longestHost: number;
  readonly path: number;
  readonly backend: number;
}

/** Rows that are looked at. */
export const rowsLookedAt = 100;
/** Characters by which widths grow, so that few new rows move anything. */
const step = 4;
const most = { host: 64, path: 160, backend: 24 } as const;

export const noTexts = (filter: string): TextWidths => ({
  filter,
  host: 0,
  longestHost: 0,
  path: 0,
  backend: 0,
});

/**
 * Widths with these rows: they never shrink while the filter is the same, so that nothing moves back and forth. Nine
 * texts in ten are to fit, so that one makes no room for itself alone. The same object where nothing grew.
 */
export function grownBy(before: TextWidths, rows: readonly RequestRecord[]): TextWidths {
  const hosts = rows.map(({ host }) => host.length);
  const next = {
    filter: before.filter,
    host: grown(before.host, usual(hosts), most.host),
    longestHost: grown(before.longestHost, Math.max(0, ...hosts), most.host),
    path: grown(before.path, usual(rows.map(({ target }) => target.length)), most.path),
    backend: grown(
      before.backend,
      usual(rows.map((record) => backendText(record).length)),
      most.backend,
    ),
  };
  const isSame = (['host', 'longestHost', 'path', 'backend'] as const).every(
    (text) => next[text] === before[text],
  );
  return isSame ? before : next;
}

/** Of ten lengths, the second longest. */
const usual = (lengths: readonly number[]): number =>
  lengths.toSorted((a, b) => a - b)[Math.ceil(lengths.length * 0.9) - 1] ?? 0;

const grown = (before: number, chars: number, limit: number): number =>
  Math.min(limit, Math.max(before, Math.ceil(chars / step) * step));

/** Pixels at both sides of a cell together. */
const padding = 17;

/** @param charWidth pixels of one character of the mono font */
export const inPixels = (
  { host, longestHost, path, backend }: TextWidths,
  charWidth: number,
): WantedWidths => ({
  host: Math.ceil(host * charWidth) + padding,
  longestHost: Math.ceil(longestHost * charWidth) + padding,
  path: Math.ceil(path * charWidth) + padding,
  backend: Math.ceil(backend * charWidth) + padding,
});
