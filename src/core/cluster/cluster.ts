import type { Socket } from 'node:net';
import { limits } from '../../shared/limits.ts';
import type { Log, StoreState } from '../../shared/messages.ts';
import type { CertificateAnswer, CertificateQuestion } from '../../shared/model/certificate.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import type { WorkerSettings } from '../../shared/model/settings.ts';
import type { LastGood } from '../instance/lastGood.ts';
import { createChorus } from './chorus.ts';
import type { Counters } from './counters.ts';
import { createDispatcher, type DispatchBounds } from './dispatcher.ts';
import { type Pool, replacedIdleMs, startPool } from './pool.ts';
import { combineStoreStates } from './storeState.ts';
import { startWorkerProcess } from './workerProcess.ts';

/** What a set of workers runs with. */
export interface Crew {
  readonly size: number;
  readonly settings: WorkerSettings;
  readonly bounds: DispatchBounds;
  /** What is known of the store that these settings name. */
  readonly lastGood: LastGood;
}

/** A worker process as status tells of it. */
export interface WorkerStatus {
  readonly pid: number;
  readonly state: 'starting' | 'ready' | 'draining' | 'gone';
  readonly openConnections: number;
}

/** The workers and the connections on their way to them. */
export interface Cluster {
  readonly workers: readonly WorkerStatus[];
  readonly storeState: StoreState;
  /** Monotonic ms since when the first worker sees it so. */
  readonly storeStateSince: number;
  readonly waiting: number;
  accept(listener: number, socket: Socket): void;
  /** Starts the first workers; resolves when each is ready, or has ended and will be tried again. */
  start(crew: Crew): Promise<void>;
  /**
   * Starts new workers and, when all are ready, gives them every further connection and drains the old ones.
   *
   * @returns what resolves when the old ones are gone
   * @throws BerthError BERTH_WORKER_FAILED: a new worker did not start; the old ones serve on
   */
  replace(crew: Crew): Promise<{ readonly drained: Promise<void> }>;
  /** Tells every worker that certificates of these names are others by now; null: all. */
  recertify(names: readonly string[] | null): void;
  /** Drains all workers; resolves when every process is gone. */
  stop(graceMs: number): Promise<void>;
  /** Kills all workers; resolves when every process is gone. */
  kill(): Promise<void>;
}

export interface ClusterOptions {
  /** Path of the worker's bundle. */
  readonly workerFile: string;
  readonly counters: Counters;
  /** Takes a batch of a worker, and how many records that worker lost before it. */
  readonly records: (records: readonly RequestRecord[], dropped: number) => void;
  /** Answers a worker that needs a certificate. Never rejects. */
  readonly certify: (question: CertificateQuestion) => Promise<CertificateAnswer>;
  readonly looping: (reason: string) => void;
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
}

export function createCluster(options: ClusterOptions): Cluster {
  const { workerFile, counters, records, certify, looping, log, now } = options;
  const dispatcher = createDispatcher({ counters, log, now });
  const pools = new Set<Pool>();
  let active: { readonly pool: Pool; readonly bounds: DispatchBounds } | null = null;
  const chorus = createChorus(log, now);
  let heartbeat: NodeJS.Timeout | null = null;

  function launch(crew: Crew): Pool {
    heartbeat ??= setInterval(beat, limits.workerHeartbeatMs);
    const pool: Pool = startPool({
      size: crew.size,
      graceMs: crew.settings.gracefulMs,
      launch: (events) =>
        startWorkerProcess({ file: workerFile, settings: crew.settings, now, log }, events),
      relay: {
        load: dispatcher.pump,
        records: (batch, dropped) => {
          counters.requests += batch.length;
          counters.droppedRecords += dropped;
          records(batch, dropped);
        },
        learned: (news) => crew.lastGood.learn(news),
        asked: (names) => crew.lastGood.recall(names),
        certify,
        said: chorus.say,
      },
      events: {
        changed: () => {
          if (active?.pool === pool) offer();
        },
        crashed: () => {
          counters.crashes++;
        },
        looping,
        back: dispatcher.takeBack,
      },
      log,
      now,
    });
    pools.add(pool);
    return pool;
  }

  function offer(): void {
    if (active !== null) dispatcher.use(active.pool.serving, active.bounds);
  }

  function beat(): void {
    for (const worker of everyProcess()) worker.beat();
  }

  const storeState = (): StoreState =>
    combineStoreStates((active?.pool.processes ?? []).map((worker) => worker.storeState));

  const everyProcess = () => [...pools].flatMap((pool) => pool.processes);

  async function retire(pool: Pool, graceMs: number, idleMs: number): Promise<void> {
    await pool.drain(graceMs, idleMs);
    forget(pool);
  }

  function forget(pool: Pool): void {
    pools.delete(pool);
    if (pools.size > 0 || heartbeat === null) return;
    clearInterval(heartbeat);
    heartbeat = null;
  }

  return {
    get workers() {
      return everyProcess().map((worker) => ({
        pid: worker.pid,
        state: worker.state,
        openConnections: worker.candidate(now()).open,
      }));
    },
    get storeState() {
      return storeState();
    },
    get storeStateSince() {
      const state = storeState();
      const alike = (active?.pool.processes ?? []).filter((worker) => worker.storeState === state);
      return Math.min(now(), ...alike.map((worker) => worker.storeStateSince));
    },
    get waiting() {
      return dispatcher.waiting;
    },
    accept: dispatcher.accept,
    start: async (crew) => {
      const pool = launch(crew);
      active = { pool, bounds: crew.bounds };
      offer();
      await pool.settled;
    },
    replace: async (crew) => {
      const old = active;
      chorus.renew();
      const pool = launch(crew);
      try {
        await pool.complete;
      } catch (error) {
        await pool.kill('it was no longer needed');
        forget(pool);
        throw error;
      }
      active = { pool, bounds: crew.bounds };
      offer();
      if (old === null) return { drained: Promise.resolve() };
      const { gracefulMs } = crew.settings;
      return { drained: retire(old.pool, gracefulMs, replacedIdleMs(gracefulMs)) };
    },
    recertify: (names) => {
      for (const worker of everyProcess()) worker.recertify(names);
    },
    stop: async (graceMs) => {
      dispatcher.close();
      await Promise.all([...pools].map((pool) => retire(pool, graceMs, 0)));
    },
    kill: async () => {
      dispatcher.close();
      await Promise.all(
        [...pools].map(async (pool) => {
          await pool.kill('the supervisor stops');
          forget(pool);
        }),
      );
    },
  };
}
