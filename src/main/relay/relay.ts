import { type PortSignal, portSignalSchema } from '../../shared/desktop/bridge.ts';
import { limits } from '../../shared/limits.ts';

/** The main process' end of a MessagePort, as Electron has it. */
export interface RelayPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(signal: PortSignal): void;
  start(): void;
  close(): void;
}

/** An open WebSocket to the instance, as `ws` has it. */
export interface RelaySocket {
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  readonly bufferedAmount: number;
  readonly isPaused: boolean;
  send(text: string): void;
  pause(): void;
  resume(): void;
  close(): void;
  terminate(): void;
}

export interface Relay {
  /** Resolves when both sides are closed. */
  readonly closed: Promise<void>;
  /** Ends both sides. */
  close(reason: string): void;
}

/**
 * Passes texts between a page's port and the instance, and reads none of them. What the page has not taken holds up the
 * instance; a page that sends faster than the instance takes, or what is no signal, ends the connection.
 */
export function startRelay(port: RelayPort, open: () => Promise<RelaySocket>): Relay {
  let socket: RelaySocket | null = null;
  let ahead = 0;
  let over = false;
  let settle = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    settle = resolve;
  });

  function close(reason: string): void {
    if (over) return;
    over = true;
    port.postMessage({ kind: 'closed', reason });
    port.close();
    // A paused one would never see the other side's answer to a close.
    if (socket?.isPaused) socket.terminate();
    else socket?.close();
    settle();
  }

  port.on('close', () => close('the page has closed it'));
  port.on('message', ({ data }) => {
    const signal = portSignalSchema.safeParse(data);
    if (!signal.success) close('what the page sent is no signal');
    else if (signal.data.kind === 'text') pass(signal.data.text);
    else if (signal.data.kind === 'taken') taken();
    else close('the page has closed it');
  });
  port.start();

  function pass(text: string): void {
    if (socket === null) close('the page did not wait until it was open');
    else if (Buffer.byteLength(text) > limits.maxControlMessageBytes) {
      close('the page sent too much at a time');
    } else {
      socket.send(text);
      if (socket.bufferedAmount > limits.maxPortBehindBytes) {
        close('the page sends more than the instance takes');
      }
    }
  }

  function taken(): void {
    ahead = Math.max(0, ahead - 1);
    if (socket?.isPaused && ahead < limits.maxPortAhead) socket.resume();
  }

  open().then(
    (opened) => {
      if (over) {
        opened.terminate();
        return;
      }
      socket = opened;
      opened.on('message', (data, isBinary) => {
        if (over) return;
        if (isBinary || !Buffer.isBuffer(data)) {
          close('what the instance sent is no text');
          return;
        }
        port.postMessage({ kind: 'text', text: data.toString('utf8') });
        ahead++;
        if (ahead >= limits.maxPortAhead) opened.pause();
      });
      opened.on('close', () => close('the instance has closed it'));
      port.postMessage({ kind: 'open' });
    },
    (error: unknown) => close(error instanceof Error ? error.message : String(error)),
  );
  return { closed, close };
}
