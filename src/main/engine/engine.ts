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

/** The proxy beside the desktop: one that it starts, or one that runs already. */
export interface Engine {
  readonly state: EngineState;
  /** Finds the instance that runs, or starts one. Resolves when it runs or has failed, which the state tells. */
  start(): Promise<void>;
  /**
   * Resolves when it has ended. A second call does not wait for its requests.
   *
   * @throws Error with a sentence, where it was started elsewhere and may not be ended
   */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Ends what was started here, soon; leaves what was not. Nothing is started any more. */
  quit(): Promise<void>;
}

/** An instance that runs, or is about to. */
interface Run {
  /** Null where it was started elsewhere. */
  readonly process: EngineProcess | null;
  readonly pid: number;
  /** Aborted when it has ended. */
  readonly over: AbortController;
  client: ControlClient | null;
  /** Whether its end was asked for. */
  isUnwanted: boolean;
}

export function createEngine(parts: EngineParts): Engine {
  let state: EngineState = { kind: 'stopped' };
  let run: Run | null = null;
  let starting: Promise<void> | null = null;
  let isQuitting = false;
  let awaiting = new AbortController();

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
    awaiting.abort();
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
    void awaitOther();
  }

  /** While none runs, one that somebody else starts is taken up. */
  async function awaitOther(): Promise<void> {
    awaiting.abort();
    awaiting = new AbortController();
    const { signal } = awaiting;
    while (!isQuitting) {
      await parts.delay(limits.engineAwaitMs, signal);
      if (signal.aborted || isQuitting) return;
      const client = await parts.connect().catch(() => null);
      if (client === null) continue;
      if (signal.aborted || isQuitting) client.close();
      else takeUp(client);
      return;
    }
  }

  function takeUp(client: ControlClient): void {
    runs(begin(null, client.instance.pid), client);
  }

  function runs(of: Run, client: ControlClient): void {
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
          runs(of, next);
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

  async function find(): Promise<void> {
    become({ kind: 'starting' });
    let client: ControlClient;
    try {
      client = await parts.connect();
    } catch (error) {
      if (isQuitting) return;
      if (isNotRunning(error)) return await launch();
      become({ kind: 'crashed', reason: asError(error).message, lines: [] });
      void awaitOther();
      return;
    }
    if (isQuitting) client.close();
    else takeUp(client);
  }

  async function launch(): Promise<void> {
    const process = parts.fork();
    const begun = begin(process, process.pid);
    const tooLate = new AbortController();
    void parts.delay(limits.engineStartMs, begun.over.signal).then(() => tooLate.abort());
    while (!begun.over.signal.aborted) {
      const client = await parts.connect().catch(() => null);
      if (client !== null) {
        if (begun.over.signal.aborted) client.close();
        else if (client.instance.pid === begun.pid) {
          runs(begun, client);
          return;
        } else {
          await giveWay(begun, client);
          return;
        }
      }
      if (tooLate.signal.aborted && !begun.over.signal.aborted) {
        process.kill();
        const { lines } = await process.ended;
        finish(begun, { kind: 'crashed', reason: 'it did not serve in time', lines });
      }
      await parts.delay(limits.engineLookMs, begun.over.signal);
    }
  }

  /** Somebody else was faster: there is one instance, and it is theirs. */
  async function giveWay(of: Run, client: ControlClient): Promise<void> {
    run = null;
    of.over.abort();
    of.process?.stopNow();
    await of.process?.ended;
    if (isQuitting) client.close();
    else takeUp(client);
  }

  function start(): Promise<void> {
    if (isQuitting || state.kind === 'running') return Promise.resolve();
    awaiting.abort();
    starting ??= (async () => {
      if (run?.isUnwanted) await ended(run);
      if (!isQuitting && run === null) await find();
    })().finally(() => {
      starting = null;
    });
    return starting;
  }

  const ended = (of: Run): Promise<void> =>
    new Promise((resolve) => {
      if (of.over.signal.aborted) resolve();
      else of.over.signal.addEventListener('abort', () => resolve(), { once: true });
    });

  async function stop(): Promise<void> {
    const stopping = run;
    if (stopping === null) {
      awaiting.abort();
      if (state.kind !== 'stopped') become({ kind: 'stopped' });
      void awaitOther();
      return;
    }
    const isSecond = stopping.isUnwanted;
    stopping.isUnwanted = true;
    if (stopping.process !== null) {
      become({ kind: 'stopping' });
      if (isSecond) stopping.process.stopNow();
      else stopping.process.stop();
      await ended(stopping);
      return;
    }
    const pid = stopping.pid;
    const before = state;
    become({ kind: 'stopping' });
    try {
      parts.terminate(pid, isSecond);
    } catch (error) {
      stopping.isUnwanted = isSecond;
      become(before);
      throw error;
    }
    await ended(stopping);
  }

  async function quit(): Promise<void> {
    isQuitting = true;
    awaiting.abort();
    const last = run;
    if (last === null) return;
    if (last.process === null) {
      last.over.abort();
      use(last, null);
      return;
    }
    last.isUnwanted = true;
    become({ kind: 'stopping' });
    last.process.stop();
    await parts.delay(limits.engineQuitMs, last.over.signal);
    if (!last.over.signal.aborted) last.process.stopNow();
    await parts.delay(limits.engineKillMs, last.over.signal);
    if (!last.over.signal.aborted) last.process.kill();
    await ended(last);
  }

  return {
    get state() {
      return state;
    },
    start,
    stop,
    restart: async () => {
      if (run !== null) await (run.isUnwanted ? ended(run) : stop());
      await start();
    },
    quit,
  };
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

const isNotRunning = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'BERTH_NOT_RUNNING';
