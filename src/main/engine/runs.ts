import type { ControlClient } from '../../core/client/index.ts';
import type { EngineState } from '../../shared/desktop/state.ts';
import { limits } from '../../shared/limits.ts';
import { endReason } from './endReason.ts';
import type { EngineProcess } from './engineProcess.ts';

/** What the engine reaches beyond itself. */
export interface EngineParts {
  /** Rejects with BERTH_NOT_RUNNING while nobody listens on the control socket. */
  readonly connect: () => Promise<ControlClient>;
  readonly fork: () => EngineProcess;
  /** Asks the process of an instance that was started elsewhere to end, `now` at once; throws where it may not. */
  readonly terminate: (pid: number, now: boolean) => void;
  readonly isThere: (pid: number) => boolean;
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly changed: (state: EngineState) => void;
  /** There is another connection to the instance, or none. */
  readonly connected: (client: ControlClient | null) => void;
}

/** An instance that runs, or is about to. */
export interface Run {
  /** Null where it was started elsewhere. */
  readonly process: EngineProcess | null;
  readonly pid: number;
  /** Aborted when it has ended. */
  readonly over: AbortController;
  client: ControlClient | null;
  /** Whether its end was asked for. */
  isUnwanted: boolean;
}

/** The instance beside the desktop, followed from its beginning to its end; and then the next one. */
export interface Runs {
  readonly state: EngineState;
  /** Null where none runs. */
  readonly current: Run | null;
  become(state: EngineState): void;
  /** One that was forked, or that runs already. */
  begin(process: EngineProcess | null, pid: number): Run;
  /** It answers. */
  answers(of: Run, client: ControlClient): void;
  /** Takes up one that runs already. */
  takeUp(client: ControlClient): void;
  finish(of: Run, end: EngineState): void;
  /** Lets go of one, so that its end is nobody's news. */
  drop(of: Run): void;
  /** Looks now and then for one that somebody else starts, until one runs or `lookNoMore`. */
  lookOut(): void;
  lookNoMore(): void;
}

export function createRuns(parts: EngineParts): Runs {
  let state: EngineState = { kind: 'stopped' };
  let run: Run | null = null;
  let looking = new AbortController();

  function become(next: EngineState): void {
    state = next;
    parts.changed(next);
  }

  function use(of: Run, client: ControlClient | null): void {
    if (of.client === client) return;
    of.client?.close();
    of.client = client;
    parts.connected(client);
  }

  function begin(process: EngineProcess | null, pid: number): Run {
    looking.abort();
    const begun: Run = {
      process,
      pid,
      over: new AbortController(),
      client: null,
      isUnwanted: false,
    };
    run = begun;
    void process?.ended.then((end) => {
      const isClean = begun.isUnwanted || (end.code === 0 && end.signal === null);
      finish(
        begun,
        isClean
          ? { kind: 'stopped' }
          : { kind: 'crashed', reason: endReason(end), lines: end.lines },
      );
    });
    return begun;
  }

  function finish(of: Run, end: EngineState): void {
    if (of.over.signal.aborted) return;
    of.over.abort();
    use(of, null);
    if (run !== of) return;
    run = null;
    become(end);
    lookOut();
  }

  function lookOut(): void {
    looking.abort();
    looking = new AbortController();
    void look(looking.signal);
  }

  async function look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await parts.delay(limits.engineAwaitMs, signal);
      if (signal.aborted) return;
      const client = await parts.connect().catch(() => null);
      if (client === null) continue;
      if (signal.aborted) client.close();
      else takeUp(client);
      return;
    }
  }

  function takeUp(client: ControlClient): void {
    answers(begin(null, client.instance.pid), client);
  }

  function answers(of: Run, client: ControlClient): void {
    use(of, client);
    if (!of.isUnwanted) {
      become({ kind: 'running', pid: client.instance.pid, attached: of.process === null });
    }
    void follow(of, client);
  }

  /** When a connection ends, its instance may have ended, too. */
  async function follow(of: Run, client: ControlClient): Promise<void> {
    await client.closed;
    if (of.over.signal.aborted || of.client !== client) return;
    use(of, null);
    const late = Date.now() + limits.engineStartMs;
    for (;;) {
      const next = await parts.connect().catch((error: unknown) => asError(error));
      if (of.over.signal.aborted) {
        if (!(next instanceof Error)) next.close();
        return;
      }
      if (!(next instanceof Error)) {
        if (next.instance.pid === of.pid) {
          answers(of, next);
          return;
        }
        if (of.process === null) {
          // Its service manager has started it anew.
          of.over.abort();
          takeUp(next);
          return;
        }
        next.close();
      } else if (of.process === null && isNotRunning(next)) {
        // It closes its doors before the last of its requests is through.
        if (!parts.isThere(of.pid) || Date.now() > late) {
          finish(of, { kind: 'stopped' });
          return;
        }
        if (state.kind !== 'stopping') become({ kind: 'stopping' });
      }
      await parts.delay(limits.engineLookMs, of.over.signal);
    }
  }

  return {
    get state() {
      return state;
    },
    get current() {
      return run;
    },
    become,
    begin,
    answers,
    takeUp,
    finish,
    drop: (of) => {
      of.over.abort();
      use(of, null);
      if (run === of) run = null;
    },
    lookOut,
    lookNoMore: () => looking.abort(),
  };
}

/** Resolves when a run is over. */
export const endOf = (of: Run): Promise<void> =>
  new Promise((resolve) => {
    if (of.over.signal.aborted) resolve();
    else of.over.signal.addEventListener('abort', () => resolve(), { once: true });
  });

export const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

export const isNotRunning = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'BERTH_NOT_RUNNING';
