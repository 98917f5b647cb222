import type { Page } from 'playwright-core';
import { focusedStop, markStops } from '../page/layout.ts';

/** There may be more to reach than there was at first: what is known comes bit by bit. */
const maxPresses = 300;

/** Presses Tab until it comes round. @returns what it did not reach, and what it reached unseen */
export async function reachedByTab(page: Page): Promise<readonly string[]> {
  const count = await page.evaluate(markStops);
  const left = new Set(Array.from({ length: count }, (_, at) => String(at + 1)));
  const troubles: string[] = [];
  for (let presses = 0; presses < maxPresses && left.size > 0; presses++) {
    await page.keyboard.press('Tab');
    const { stop, trouble } = await page.evaluate(focusedStop);
    if (trouble !== null) troubles.push(trouble);
    if (stop !== null) left.delete(stop);
  }
  for (const stop of left) {
    // What went meanwhile, as the line of a process that ended, was not to be reached.
    const missed = await page
      .locator(`[data-stop="${stop}"]`)
      .evaluateAll(([element]) => element?.outerHTML ?? null);
    if (missed !== null) troubles.push(`not reached: ${missed.slice(0, 200)}`);
  }
  return troubles;
}
