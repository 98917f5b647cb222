import type { Page } from 'playwright-core';
import type { DesktopCommand } from '../../src/shared/desktop/bridge.ts';
import type { DesktopState, EngineState } from '../../src/shared/desktop/state.ts';
import { callInstance, giveCommand, readState } from '../page/bridge.ts';
import { eventually } from './eventually.ts';

export const stateOf = (page: Page): Promise<DesktopState> => page.evaluate(readState);

/** @returns why it was refused; null when it was done */
export const command = (page: Page, given: DesktopCommand | object): Promise<string | null> =>
  page.evaluate(giveCommand, given);

/**
 * Calls the instance as the interface does: over a port.
 *
 * @param path as `/instance/hello`
 * @returns what the instance answered, or `closed: ` and why
 */
export const call = (page: Page, path: string, input?: object): Promise<unknown> =>
  page.evaluate(callInstance, { path, input });

/** Waits until the proxy is in that state. */
export async function engineIs<Kind extends EngineState['kind']>(
  page: Page,
  kind: Kind,
  deadlineMs?: number,
): Promise<EngineState & { kind: Kind }> {
  let last: EngineState = { kind: 'stopped' };
  await eventually(
    `the proxy is ${kind}`,
    async () => {
      last = (await stateOf(page)).engine;
      return last.kind === kind;
    },
    deadlineMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; it is ${JSON.stringify(last)}`);
  });
  return last as EngineState & { kind: Kind };
}
