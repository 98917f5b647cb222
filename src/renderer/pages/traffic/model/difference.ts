import type { Replayed } from '../../../../shared/contract/traffic.ts';
import { duration } from '../../../ui/format.ts';

/** As `+3 ms` or `−1.2 s`; empty for what nobody would call a difference. */
export function differenceWords(before: number, after: number): string {
  const difference = after - before;
  if (Math.abs(difference) < 0.05) return '';
  return `${difference < 0 ? '−' : '+'}${duration(Math.abs(difference))}`;
}

/** How long a replay took: as the proxy measures it, where its record is known; else as it was from outside. */
export const replayMs = ({ record, ms }: Pick<Replayed, 'record' | 'ms'>): number =>
  record?.totalMs ?? ms;
