import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Arrival } from './arrival.ts';
import { createPlace, type Place, type PlaceOptions } from './place.ts';
import type { WorkerEvents, WorkerProcess } from './workerProcess.ts';

/** Workers that run with one set of settings. */
export interface Pool {
  /** Those that can take connections. */
  readonly serving: readonly WorkerProcess[];
  /** Every living process, those that start and those that drain included. */
  readonly processes: readonly WorkerProcess[];
  /** Resolves when each place had a worker that was ready, or one that ended. Never rejects. */
  readonly settled: Promise<void>;
  /** Resolves when each place has a worker that is ready; rejects with the end of the first that did not come so far. */
  readonly complete: Promise<void>;
  /**
   * Ends every worker as soon as its requests allow. Resolves when all are gone, which they are soon after `graceMs`. A
   * second call can only hasten it.
   *
   * @param idleMs for how long connections without a request may still bring one
   */
  drain(graceMs: number, idleMs: number): Promise<void>;
  /** Ends every worker now. */
  kill(cause: string): Promise<void>;
}

interface PoolEvents {
  changed(): void;
  crashed(): void;
  looping(reason: string): void;
  back(arrivals: readonly Arrival[]): void;
}

export interface PoolOptions extends Pick<PlaceOptions, 'launch' | 'relay' | 'log' | 'now'> {
  readonly size: number;
  /** Time that a replaced worker has to finish its requests, ms. */
  readonly graceMs: number;
  readonly events: PoolEvents;
}

/**
 * For how long connections of a replaced worker may still bring a request. Nobody waits for such a worker, and a client
 * that connected before the replacement must not find out about it; half of the grace is left to answer.
 */
export const replacedIdleMs = (graceMs: number): number =>
  Math.min(limits.replacedIdleMs, Math.floor(graceMs / 2));

export function startPool(options: PoolOptions): Pool {
  const { size, graceMs, events, launch } = options;
  const processes = new Set<WorkerProcess>();
  const whenEmpty: (() => void)[] = [];
  const firsts: First[] = [];

  const tracked = (workerEvents: WorkerEvents): WorkerProcess => {
    const worker = launch({
      ...workerEvents,
      end: (end, back) => {
        processes.delete(worker);
        workerEvents.end(end, back);
        if (processes.size > 0) return;
        for (const resolve of whenEmpty.splice(0)) resolve();
      },
    });
    processes.add(worker);
    return worker;
  };

  const places: readonly Place[] = Array.from({ length: size }, () => {
    const first = newFirst();
    firsts.push(first);
    return createPlace({
      ...options,
      launch: tracked,
      events: {
        changed: events.changed,
        settled: () => first.succeed(),
        crashed: (reason) => {
          first.fail(reason);
          events.crashed();
        },
        looping: events.looping,
        back: events.back,
        retired: (worker) => worker.drain(graceMs, replacedIdleMs(graceMs)),
      },
    });
  });

  async function end(each: (worker: WorkerProcess) => void): Promise<void> {
    for (const place of places) place.close();
    for (const first of firsts) first.fail('it was stopped');
    for (const worker of processes) each(worker);
    if (processes.size > 0) await new Promise<void>((resolve) => whenEmpty.push(resolve));
  }

  const complete = Promise.all(firsts.map(({ done }) => done)).then(() => {});
  complete.catch(() => {});
  return {
    get serving() {
      return places.map((place) => place.serving).filter((worker) => worker !== null);
    },
    get processes() {
      return [...processes];
    },
    settled: Promise.allSettled(firsts.map(({ done }) => done)).then(() => {}),
    complete,
    drain: (grace, idleMs) => end((worker) => worker.drain(grace, idleMs)),
    kill: (cause) => end((worker) => worker.kill(cause)),
  };
}

/** What became of the first worker in a place. */
interface First {
  readonly done: Promise<void>;
  succeed(): void;
  fail(reason: string): void;
}

function newFirst(): First {
  let succeed = (): void => {};
  let fail = (_reason: string): void => {};
  const done = new Promise<void>((resolve, reject) => {
    succeed = resolve;
    fail = (reason) => reject(new BerthError('BERTH_WORKER_FAILED', reason));
  });
  done.catch(() => {});
  return { done, succeed, fail };
}
