import { performance } from 'node:perf_hooks';
import { limits } from '../shared/limits.ts';
import { counted } from './render/units.ts';
import type { Output } from './world.ts';

/** A line on a terminal that says how far long work is; nothing where there is no terminal. */
export interface Progress {
  /** @param total null where it is not known */
  show(doing: string, done: number, total: number | null): void;
  /** Takes the line away. */
  clear(): void;
}

const startOfLine = '\r\u001b[K';

/** @param output standard error: what is shown is talk */
export function createProgress(output: Output, isWanted: boolean): Progress {
  const isShown = isWanted && output.isTTY === true;
  let last = Number.NEGATIVE_INFINITY;
  let isDirty = false;
  return {
    show(doing, done, total) {
      const now = performance.now();
      if (!isShown || now - last < limits.progressMs) return;
      last = now;
      isDirty = true;
      const of = total === null ? '' : ` of ${counted(total, 'host')}`;
      const what = total === null ? counted(done, 'host') : String(done);
      output.write(`${startOfLine}${doing}: ${what}${of}`);
    },
    clear() {
      if (isDirty) output.write(startOfLine);
      isDirty = false;
    },
  };
}
