import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Config } from '../shared/config/config.ts';
import { BerthError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import type { Log, StoreState } from '../shared/messages.ts';
import type { ListenerSpec } from '../shared/model/listener.ts';
import { type AccessLog, openAccessLog } from './accessLog/file.ts';
import { rotationWarning } from './accessLog/rotation.ts';
import { type Crew, createCluster, type WorkerStatus } from './cluster/cluster.ts';
import { type Counters, newCounters } from './cluster/counters.ts';
import { type DescriptorBudget, descriptorBudget, openFileLimit } from './cluster/descriptors.ts';
import type { Directories } from './directories.ts';
import { type LastGood, lastGoodOf } from './lastGood.ts';
import { openPort } from './listen/bind.ts';
import { createListeners } from './listen/listeners.ts';
import { findPortOwner } from './listen/portOwner.ts';
import {
  becomeUser,
  handOver,
  identityCalls,
  type PrivilegePlan,
  planPrivileges,
  systemAccounts,
} from './privileges.ts';
import { createReloads } from './reloads.ts';
import { readServed, type Served, servingNothing } from './served.ts';
import { createStoreHost, type StoreProposal } from './storeHost.ts';
import { workerSettings } from './workerSettings.ts';

/** An instance: its ports, its workers, its store, its log. */
export interface Supervisor {
  readonly listeners: readonly ListenerSpec[];
  /** Where the embedded store listens on TCP, or null. */
  readonly embedded: { readonly host: string; readonly port: number } | null;
  /** Where the access log is written: a default that cannot be may have moved. */
  readonly accessLog: string;
  readonly storeState: StoreState;
  readonly workers: readonly WorkerStatus[];
  readonly counters: Readonly<Counters>;
  /**
   * Goes over to another configuration without failing a request; certificates and error pages are read again. Calls
   * during a reload make one further reload, with the last configuration.
   *
   * @throws BerthError when that is not possible; then everything is as it was
   */
  reload(config: Config): Promise<void>;
  /** Opens the access log anew, after a rotation. */
  reopenLogs(): Promise<void>;
  /** Takes no more connections, lets requests finish for `gracefulWait` seconds, writes the log to its end. */
  stop(): Promise<void>;
  /** Ends every worker now. */
  kill(): void;
}

export interface SupervisorOptions {
  readonly config: Config;
  readonly directories: Directories;
  /** Path of the worker's bundle. */
  readonly workerFile: string;
  readonly log: Log;
  /** Gives up the start, where that may take long. */
  readonly signal: AbortSignal;
  /** Hears that a crash loop began, with its reason. */
  readonly onCrashLoop?: (reason: string) => void;
}

/**
 * Starts an instance: binds every port, gives up root's rights, opens log and store, starts the workers.
 *
 * @returns when each worker is ready, or has ended and will be tried again; the store may be away
 * @throws BerthError, or the reason of `signal`; then nothing is left open
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { directories, workerFile, log } = options;
  const now = (): number => performance.now();
  const instanceId = randomBytes(6).toString('hex');
  const counters = newCounters();
  const openFiles = openFileLimit();
  let config = options.config;
  const privileges = planPrivileges(config, process.getuid?.() === 0, systemAccounts);

  let accessLog: AccessLog | null = null;
  const cluster = createCluster({
    workerFile,
    counters,
    records: (records) => accessLog?.write(records),
    looping: (reason) => options.onCrashLoop?.(reason),
    log,
    now,
  });
  const listeners = createListeners({
    open: openPort,
    findOwner: findPortOwner,
    accept: cluster.accept,
    acceptFailed: atMostEvery(limits.refusalNoticeMs, now, (error: Error) =>
      log('warn', `connections cannot be accepted: ${error.message}`),
    ),
    maxEarly: budgetFor(config).maxWaiting,
    log,
  });
  const storeHost = createStoreHost(directories, log);
  let present: Served = servingNothing;
  let lastGood: LastGood | null = null;
  /** Aborted once the instance stops: a reload then ends, too. */
  const leaving = new AbortController();

  function budgetFor({ server, binds }: Config): DescriptorBudget {
    return descriptorBudget(openFiles, {
      workers: server.workers,
      listeners: binds.length,
      maxConnections: server.maxConnections,
    });
  }

  function crewFor(next: Config, served: Served, store: StoreProposal): Crew {
    const bounds = budgetFor(next);
    if (bounds.maxConnections < next.server.maxConnections) {
      log(
        'info',
        `the limit of ${openFiles} open files allows ${bounds.maxConnections} connections for each worker, not ${next.server.maxConnections}`,
      );
    }
    return {
      size: next.server.workers,
      bounds,
      lastGood: lastGoodOf(store.reachable, lastGood),
      settings: workerSettings(next, {
        instanceId,
        store: store.reachable,
        embedded: store.embedded,
        listeners: served.listeners,
        staticPages: served.staticPages,
        maxConnections: bounds.maxConnections,
      }),
    };
  }

  async function begin(): Promise<void> {
    const ports = await listeners.propose(config);
    try {
      const served = await readServed(config, ports.listeners, { before: present, log });
      accessLog = await openLog(config, ownerOf(privileges));
      await giveUpRights();
      const store = await storeHost.propose(config.driver, options.signal);
      await store.keep(Promise.resolve());
      const crew = crewFor(config, served, store);
      lastGood = crew.lastGood;
      const ready = cluster.start(crew);
      await ports.keep();
      present = served;
      await ready;
    } catch (error) {
      await ports.drop();
      throw error;
    }
  }

  async function giveUpRights(): Promise<void> {
    if (privileges.kind === 'keep') {
      if (privileges.warning !== null) log('warn', privileges.warning);
      return;
    }
    const { identity } = privileges;
    const calls = identityCalls();
    if (calls === null) return;
    await handOver([directories.data, directories.state, directories.runtime], identity);
    becomeUser(identity, calls);
    log('info', `running as ${identity.name} (uid ${identity.uid}, gid ${identity.gid})`);
    const warning =
      accessLog === null ? null : await rotationWarning(accessLog.path, identity.name);
    if (warning !== null) log('warn', warning);
  }

  async function openLog(
    { server }: Config,
    owner: { readonly uid: number; readonly gid: number } | null,
  ): Promise<AccessLog> {
    const how = owner === null ? { log } : { log, owner };
    try {
      return await openAccessLog(server.accessLog, how);
    } catch (error) {
      const elsewhere = join(directories.state, 'access.log');
      if (server.accessLogIsSet || elsewhere === server.accessLog) throw error;
      const moved = await openAccessLog(elsewhere, how);
      log('warn', `${server.accessLog} cannot be written; the access log is ${elsewhere}`);
      return moved;
    }
  }

  async function apply(next: Config): Promise<void> {
    leaving.signal.throwIfAborted();
    const undo: (() => Promise<void>)[] = [];
    try {
      const ports = await listeners.propose(next);
      undo.push(ports.drop);
      const served = await readServed(next, ports.listeners, { before: present, log });
      const store = await storeHost.propose(next.driver, leaving.signal);
      undo.push(store.drop);
      const nextLog =
        next.server.accessLog === config.server.accessLog ? null : await openLog(next, null);
      if (nextLog !== null) undo.push(() => nextLog.close());
      leaving.signal.throwIfAborted();

      const crew = crewFor(next, served, store);
      const { drained } = await cluster.replace(crew);
      await ports.keep();
      present = served;
      if (nextLog !== null) {
        void accessLog?.close();
        accessLog = nextLog;
      }
      if (next.user !== config.user || next.group !== config.group) {
        log('warn', '"user" and "group" are read at the start only; restart to change them');
      }
      config = next;
      lastGood = crew.lastGood;
      void store.keep(drained);
    } catch (error) {
      for (const step of undo.reverse()) await step();
      throw error;
    }
  }

  function leave(): void {
    leaving.abort(new BerthError('BERTH_WORKER_FAILED', 'the instance stops'));
  }

  async function end(): Promise<void> {
    await listeners.close();
    await accessLog?.close();
    await storeHost.close();
  }

  const reloads = createReloads(apply);
  try {
    await begin();
  } catch (error) {
    await cluster.kill();
    await end();
    throw error;
  }

  let stopped: Promise<void> | null = null;
  return {
    get listeners() {
      return present.listeners;
    },
    get embedded() {
      return storeHost.embedded;
    },
    get accessLog() {
      return accessLog?.path ?? config.server.accessLog;
    },
    get storeState() {
      return cluster.storeState;
    },
    get workers() {
      return cluster.workers;
    },
    counters,
    reload: reloads.ask,
    reopenLogs: async () => {
      await accessLog?.reopen();
    },
    stop: () => {
      stopped ??= (async () => {
        leave();
        await listeners.close();
        await cluster.stop(config.server.gracefulWait * 1000);
        await reloads.idle();
        // A reload may have begun a set of workers meanwhile.
        await cluster.kill();
        await end();
      })();
      return stopped;
    },
    kill: () => {
      leave();
      void listeners.close();
      void cluster.kill().then(end);
    },
  };
}

const ownerOf = (plan: PrivilegePlan): { readonly uid: number; readonly gid: number } | null =>
  plan.kind === 'drop' ? plan.identity : null;

/** Calls through at most once in `ms`. */
function atMostEvery<T>(ms: number, now: () => number, call: (value: T) => void) {
  let last = Number.NEGATIVE_INFINITY;
  return (value: T): void => {
    const time = now();
    if (time - last < ms) return;
    last = time;
    call(value);
  };
}
