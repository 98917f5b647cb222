import type { Style } from './style.ts';

/** What lines are made for. */
export interface Page {
  readonly style: Style;
  /** Columns of the terminal, or null where lines may be as long as they are. */
  readonly width: number | null;
}
