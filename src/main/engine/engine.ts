import type { ControlClient } from '../../core/client/index.ts';
import type { EngineState } from '../../shared/desktop/state.ts';
import { limits } from '../../shared/limits.ts';
import { asError, createRuns, type EngineParts, endOf, isNotRunning, type Run } from './runs.ts';

/** The proxy beside the desktop: one that it starts, or one that runs already. */
export interface Engine {
  readonly state: EngineState;
  /** Resolves when none is being looked for or started: at once, mostly. */
  readonly settled: Promise<void>;
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

export function createEngine(parts: EngineParts): Engine {
  const runs = createRuns(parts);
  let starting: Promise<void> | null = null;
  /** Whether one is to run: a stop may come while it is looked for. */
  let isWanted = false;
  let isQuitting = false;

  async function find(): Promise<void> {
    runs.become({ kind: 'starting' });
    const client = await parts.connect().catch((error: unknown) => asError(error));
    if (!isWanted) {
      if (!(client instanceof Error)) client.close();
    } else if (!(client instanceof Error)) runs.takeUp(client);
    else if (isNotRunning(client)) await launch();
    else {
      runs.become({ kind: 'crashed', reason: client.message, lines: [] });
      runs.lookOut();
    }
  }

  async function launch(): Promise<void> {
    const process = parts.fork();
    const begun = runs.begin(process, process.pid);
    const tooLate = new AbortController();
    void parts.delay(limits.engineStartMs, begun.over.signal).then(() => tooLate.abort());
    while (!begun.over.signal.aborted) {
      const client = await parts.connect().catch(() => null);
      if (client !== null) {
        if (begun.over.signal.aborted) client.close();
        else if (client.instance.pid === begun.pid) {
          runs.answers(begun, client);
          return;
        } else {
          await giveWay(begun, client);
          return;
        }
      }
      if (tooLate.signal.aborted && !begun.over.signal.aborted) {
        process.kill();
        const { lines } = await process.ended;
        runs.finish(begun, { kind: 'crashed', reason: 'it did not serve in time', lines });
      }
      await parts.delay(limits.engineLookMs, begun.over.signal);
    }
  }

  /** Somebody else was faster: there is one instance, and it is theirs. */
  async function giveWay(of: Run, client: ControlClient): Promise<void> {
    runs.drop(of);
    of.process?.stopNow();
    await of.process?.ended;
    if (isWanted) runs.takeUp(client);
    else client.close();
  }

  function start(): Promise<void> {
    if (isQuitting || runs.state.kind === 'running') return Promise.resolve();
    isWanted = true;
    runs.lookNoMore();
    starting ??= (async () => {
      if (runs.current?.isUnwanted) await endOf(runs.current);
      if (isWanted && runs.current === null) await find();
    })().finally(() => {
      starting = null;
    });
    return starting;
  }

  async function stop(): Promise<void> {
    isWanted = false;
    const { current } = runs;
    if (current === null) {
      if (runs.state.kind !== 'stopped') runs.become({ kind: 'stopped' });
      runs.lookOut();
      return;
    }
    const isSecond = current.isUnwanted;
    const before = runs.state;
    current.isUnwanted = true;
    runs.become({ kind: 'stopping' });
    try {
      if (current.process === null) parts.terminate(current.pid, isSecond);
      else if (isSecond) current.process.stopNow();
      else current.process.stop();
    } catch (error) {
      current.isUnwanted = isSecond;
      runs.become(before);
      throw error;
    }
    await endOf(current);
  }

  async function quit(): Promise<void> {
    isQuitting = true;
    isWanted = false;
    runs.lookNoMore();
    const last = runs.current;
    if (last === null) return;
    if (last.process === null) {
      runs.drop(last);
      return;
    }
    last.isUnwanted = true;
    runs.become({ kind: 'stopping' });
    const { signal } = last.over;
    last.process.stop();
    await parts.delay(limits.engineQuitMs, signal);
    if (!signal.aborted) last.process.stopNow();
    await parts.delay(limits.engineKillMs, signal);
    if (!signal.aborted) last.process.kill();
    await endOf(last);
    runs.lookNoMore();
  }

  return {
    get state() {
      return runs.state;
    },
    get settled() {
      return starting ?? Promise.resolve();
    },
    start,
    stop,
    restart: async () => {
      const { current } = runs;
      if (current !== null) await (current.isUnwanted ? endOf(current) : stop());
      await start();
    },
    quit,
  };
}
