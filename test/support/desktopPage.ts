import type { Page } from 'playwright-core';
import type { DesktopCommand } from '../../src/shared/desktop/bridge.ts';
import type { DesktopState, EngineState } from '../../src/shared/desktop/state.ts';
import { eventually } from './eventually.ts';

/** What the page sees at `window.berthDesktop`; tests run in it, where no types of ours are known. */
interface Bridge {
  state(): Promise<DesktopState>;
  command(command: unknown): Promise<void>;
  connect(id: number): void;
}

export const stateOf = (page: Page): Promise<DesktopState> =>
  page.evaluate(() => (window as unknown as { berthDesktop: Bridge }).berthDesktop.state());

/** @returns why it was refused; null when it was done */
export const command = (page: Page, given: DesktopCommand | object): Promise<string | null> =>
  page.evaluate(
    (one) =>
      (window as unknown as { berthDesktop: Bridge }).berthDesktop.command(one).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
    given,
  );

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

/**
 * Calls the instance as the interface does: over a port.
 *
 * @param path as `/instance/hello`
 * @returns what the instance answered, or `closed: ` and why
 */
export const call = (page: Page, path: string, input?: object): Promise<unknown> =>
  page.evaluate(
    async ({ path, input }) => {
      const id = Math.floor(Math.random() * 1e9) + 1;
      const port = await new Promise<MessagePort>((resolve) => {
        const listen = (event: MessageEvent): void => {
          const [given] = event.ports;
          if (event.data?.berthPort !== id || given === undefined) return;
          window.removeEventListener('message', listen);
          resolve(given);
        };
        window.addEventListener('message', listen);
        (window as unknown as { berthDesktop: Bridge }).berthDesktop.connect(id);
      });
      return await new Promise<unknown>((resolve) => {
        port.onmessage = ({ data }) => {
          if (data.kind === 'open') {
            const body = input === undefined ? {} : { b: { json: input } };
            port.postMessage({
              kind: 'text',
              text: JSON.stringify({ i: '1', p: { u: path, ...body } }),
            });
          } else if (data.kind === 'text') {
            port.postMessage({ kind: 'taken' });
            port.postMessage({ kind: 'close' });
            resolve(JSON.parse(data.text).p?.b?.json);
          } else if (data.kind === 'closed') resolve(`closed: ${data.reason}`);
        };
      });
    },
    { path, input },
  );
