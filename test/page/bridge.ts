/** What tests run in the desktop's page. Each function is sent there as text: it can use nothing outside of itself. */
import type { DesktopBridge } from '../../src/shared/desktop/bridge.ts';
import type { DesktopState } from '../../src/shared/desktop/state.ts';

declare global {
  interface Window {
    readonly berthDesktop: Omit<DesktopBridge, 'command'> & {
      command(given: unknown): Promise<void>;
    };
  }
}

export const readState = (): Promise<DesktopState> => window.berthDesktop.state();

/** @returns why it was refused; null when it was done */
export const giveCommand = (given: object): Promise<string | null> =>
  window.berthDesktop.command(given).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

/** Calls the instance over a port of its own; resolves to its answer, or `closed: ` and why. */
export async function callInstance({
  path,
  input,
}: {
  readonly path: string;
  readonly input: object | undefined;
}): Promise<unknown> {
  const id = Math.floor(Math.random() * 1e9) + 1;
  const port = await new Promise<MessagePort>((resolve) => {
    const listen = (event: MessageEvent): void => {
      const [given] = event.ports;
      if (event.data?.berthPort !== id || given === undefined) return;
      window.removeEventListener('message', listen);
      resolve(given);
    };
    window.addEventListener('message', listen);
    window.berthDesktop.connect(id);
  });
  return await new Promise<unknown>((resolve) => {
    port.onmessage = ({ data }) => {
      if (data.kind === 'open') {
        const body = input === undefined ? {} : { b: { json: input } };
        const text = JSON.stringify({ i: '1', p: { u: path, ...body } });
        port.postMessage({ kind: 'text', text });
      } else if (data.kind === 'text') {
        port.postMessage({ kind: 'taken' });
        port.postMessage({ kind: 'close' });
        resolve(JSON.parse(data.text).p?.b?.json);
      } else if (data.kind === 'closed') resolve(`closed: ${data.reason}`);
    };
  });
}
