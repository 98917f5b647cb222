import type { SignalSource } from './world.ts';

/** Conventional exit codes of a process that a signal ended: 128 and its number. */
export const stopCodes = { SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof stopCodes;

/** What the system and the parent have asked for. */
export interface Heard {
  /** The first SIGINT or SIGTERM, or that the parent is gone. */
  readonly stop: Promise<StopSignal | 'disconnect'>;
  /** The second SIGINT or SIGTERM: the exit code to end with at once. */
  readonly killed: Promise<number>;
  /** What SIGHUP and SIGUSR1 do; one at a time, and once more when one came meanwhile. */
  onReload(action: () => Promise<void>, failed: (error: unknown) => void): void;
  onReopen(action: () => Promise<void>, failed: (error: unknown) => void): void;
  /** From now on SIGHUP and SIGUSR1 do nothing; still heard, since their default would end the process. */
  ignoreRequests(): void;
  deafen(): void;
}

/** Listens from now on, until `deafen`. */
export function hear(source: SignalSource): Heard {
  let stop: (signal: StopSignal | 'disconnect') => void = () => undefined;
  let kill: (exitCode: number) => void = () => undefined;
  const stopped = new Promise<StopSignal | 'disconnect'>((resolve) => {
    stop = resolve;
  });
  const killed = new Promise<number>((resolve) => {
    kill = resolve;
  });
  let stops = 0;
  const stopSignal = (signal: StopSignal) => (): void => {
    stops++;
    if (stops === 1) stop(signal);
    else kill(stopCodes[signal]);
  };
  const reload = createRepeatable();
  const reopen = createRepeatable();
  const listeners: readonly [NodeJS.Signals | 'disconnect', () => void][] = [
    ['SIGINT', stopSignal('SIGINT')],
    ['SIGTERM', stopSignal('SIGTERM')],
    ['SIGHUP', reload.ask],
    ['SIGUSR1', reopen.ask],
    ['disconnect', () => stop('disconnect')],
  ];
  for (const [event, listener] of listeners) source.on(event, listener);
  return {
    stop: stopped,
    killed,
    onReload: reload.does,
    onReopen: reopen.does,
    ignoreRequests: () => {
      reload.end();
      reopen.end();
    },
    deafen: () => {
      for (const [event, listener] of listeners) source.off(event, listener);
    },
  };
}

/** Work that may be asked for at any time: never twice at once, and asks during a run make one further run. */
function createRepeatable() {
  let action: (() => Promise<void>) | null = null;
  let failed: (error: unknown) => void = () => undefined;
  let asked = false;
  let running = false;
  const run = async (): Promise<void> => {
    if (running || action === null) return;
    running = true;
    while (asked && action !== null) {
      asked = false;
      await action().catch(failed);
    }
    running = false;
  };
  return {
    ask: (): void => {
      asked = true;
      void run();
    },
    does: (work: () => Promise<void>, onFailure: (error: unknown) => void): void => {
      action = work;
      failed = onFailure;
      void run();
    },
    end: (): void => {
      action = null;
      asked = false;
    },
  };
}
