import { errorCatalogue } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import type { Arrival } from './arrival.ts';
import { describeEnd } from './endReason.ts';
import { type CrashHistory, judgeCrash, noCrashes } from './respawn.ts';
import type { WorkerEvents, WorkerProcess } from './workerProcess.ts';

/** What a place tells its pool. */
interface PlaceEvents {
  /** A worker became ready or is gone: who can take connections has changed. */
  changed(): void;
  /** The first worker is ready. */
  settled(): void;
  /** A worker ended unasked; `reason` is half a sentence. */
  crashed(reason: string): void;
  /** A crash loop began. */
  looping(reason: string): void;
  /** Connections that a worker left without having taken them. */
  back(arrivals: readonly Arrival[]): void;
  /** A worker was replaced and shall drain. */
  retired(worker: WorkerProcess): void;
}

/** Keeps one worker running: replaces it when it ends, with growing pauses, and beforehand when it grows too large. */
export interface Place {
  /** The one that serves, when it is ready. */
  readonly serving: WorkerProcess | null;
  /** Every process of this place, also those that start. */
  readonly processes: readonly WorkerProcess[];
  /** Starts no more workers, and gives away those it has. */
  close(): readonly WorkerProcess[];
}

export interface PlaceOptions {
  readonly launch: (events: WorkerEvents) => WorkerProcess;
  readonly events: PlaceEvents;
  /** What a worker says that does not concern its place. */
  readonly relay: Pick<WorkerEvents, 'load' | 'records' | 'learned' | 'asked' | 'certify' | 'said'>;
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
}

export function createPlace({ launch, events, relay, log, now }: PlaceOptions): Place {
  let current: WorkerProcess | null = null;
  let successor: WorkerProcess | null = null;
  let history: CrashHistory = noCrashes;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  function start(): WorkerProcess {
    const worker: WorkerProcess = launch({
      ...relay,
      ready: () => becameReady(worker),
      overMemory: (rssBytes) => overMemory(worker, rssBytes),
      end: (end, back) => {
        ended(worker, describeEnd(end));
        events.back(back);
      },
    });
    return worker;
  }

  function becameReady(worker: WorkerProcess): void {
    if (worker === successor) {
      const replaced = current;
      current = worker;
      successor = null;
      events.changed();
      if (replaced !== null) events.retired(replaced);
    } else if (worker === current) {
      events.changed();
    }
    if (!closed) events.settled();
  }

  function overMemory(worker: WorkerProcess, rssBytes: number): void {
    if (closed || worker !== current || successor !== null) return;
    log(
      'info',
      `worker ${worker.pid} uses ${Math.round(rssBytes / 1e6)} MB and will be replaced when another is ready`,
    );
    successor = start();
  }

  function ended(worker: WorkerProcess, reason: string): void {
    if (closed) return;
    if (worker === successor) {
      successor = null;
      log('warn', `the replacement of a worker did not start: ${reason}`);
      return;
    }
    if (worker !== current) return;
    current = null;
    events.changed();
    if (successor !== null) {
      log('warn', `worker ${worker.pid} ended before its replacement was ready: ${reason}`);
      current = successor;
      successor = null;
      return;
    }
    const verdict = judgeCrash(history, worker.ageMs, now(), limits);
    history = verdict.history;
    log('warn', `worker ${worker.pid} ended: ${reason}; the next starts in ${verdict.delayMs} ms`);
    if (verdict.loopBegins) {
      log('error', `BERTH_CRASH_LOOP: ${errorCatalogue.BERTH_CRASH_LOOP.title}: ${reason}`);
    }
    timer = setTimeout(() => {
      timer = null;
      current = start();
    }, verdict.delayMs);
    events.crashed(reason);
    if (verdict.loopBegins) events.looping(reason);
  }

  const processes = (): readonly WorkerProcess[] =>
    [current, successor].filter((worker) => worker !== null);

  current = start();
  return {
    get serving() {
      return current?.state === 'ready' ? current : null;
    },
    get processes() {
      return processes();
    },
    close: () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      const left = processes();
      current = null;
      successor = null;
      return left;
    },
  };
}
