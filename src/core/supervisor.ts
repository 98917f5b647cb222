import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Config } from '../shared/config/config.ts';
import type { InstanceStatus } from '../shared/contract/instance.ts';
import { BerthError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import type { Log } from '../shared/messages.ts';
import type { ReachableStore } from '../shared/model/driver.ts';
import type { ListenerSpec } from '../shared/model/listener.ts';
import type { AccessLog } from './accessLog/file.ts';
import { rotationWarning } from './accessLog/rotation.ts';
import { atMostEvery } from './atMostEvery.ts';
import { type Crew, createCluster } from './cluster/cluster.ts';
import { newCounters } from './cluster/counters.ts';
import { type DescriptorBudget, descriptorBudget, openFileLimit } from './cluster/descriptors.ts';
import { type Control, startControl } from './control/index.ts';
import type { Directories } from './directories.ts';
import { giveUpRights } from './giveUpRights.ts';
import { accessLogStyle, openInstanceLog } from './instanceLog.ts';
import { type LastGood, lastGoodOf } from './lastGood.ts';
import { openPort } from './listen/bind.ts';
import { createListeners } from './listen/listeners.ts';
import { findPortOwner } from './listen/portOwner.ts';
import { type PrivilegePlan, planPrivileges, systemAccounts } from './privileges.ts';
import { createReloads } from './reloads.ts';
import { readServed, type Served, servingNothing } from './served.ts';
import { openServices, type Services } from './services.ts';
import { statusOf } from './status.ts';
import { createStoreHost, type StoreProposal } from './storeHost.ts';
import { workerSettings } from './workerSettings.ts';

/** An instance: its ports, its workers, its store, its log. */
export interface Supervisor {
  readonly listeners: readonly ListenerSpec[];
  /** Where the embedded store listens on TCP, or null. */
  readonly embedded: { readonly host: string; readonly port: number } | null;
  /** Where the access log is written: a default that cannot be may have moved. */
  readonly accessLog: string;
  /** The doors by which it is talked to; null for what could not be had. */
  readonly control: Pick<Control, 'socket' | 'dashboard'>;
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
  readonly mode: InstanceStatus['mode'];
  /** Reads the configuration again and goes over to it, as SIGHUP does: what the control plane is asked for. */
  readonly reread: () => Promise<void>;
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

  const startedAt = Date.now();
  let accessLog: AccessLog | null = null;
  let services: Services | null = null;
  let control: Control | null = null;
  const cluster = createCluster({
    workerFile,
    counters,
    records: (records, dropped) => {
      accessLog?.write(records);
      services?.add(records, dropped);
    },
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
      await giveUpRootsRights(accessLog.path);
      const store = await storeHost.propose(config.driver, options.signal);
      await store.keep(Promise.resolve());
      openKnowledge(store.reachable);
      const crew = crewFor(config, served, store);
      lastGood = crew.lastGood;
      const ready = cluster.start(crew);
      await ports.keep();
      present = served;
      await ready;
      await openControl();
    } catch (error) {
      await ports.drop();
      throw error;
    }
  }

  async function giveUpRootsRights(logPath: string): Promise<void> {
    const identity = await giveUpRights(privileges, { directories, log });
    const warning = identity === null ? null : await rotationWarning(logPath, identity.name);
    if (warning !== null) log('warn', warning);
  }

  const openLog = (next: Config, owner: ReturnType<typeof ownerOf>): Promise<AccessLog> =>
    openInstanceLog(next, { state: directories.state, owner, log });

  /** What knows and tells about traffic may fail; traffic then goes on without. */
  function openKnowledge(store: ReachableStore): void {
    try {
      services = openServices({
        store,
        instanceId,
        status,
        healthSettings: () => ({
          deadBackendTtlSeconds: config.server.deadBackendTTL,
          webhook: config.server.healthWebhook,
        }),
        counters,
        reload: options.reread,
        reopenLogs,
        log,
        now,
      });
    } catch (error) {
      log('error', `hosts, traffic and health cannot be asked for: ${String(error)}`);
    }
  }

  async function openControl(): Promise<void> {
    if (services === null) return;
    const { control: asked } = services;
    const { port, portIsSet } = config.control;
    try {
      control = await startControl({
        services: () => asked,
        directories,
        port,
        anyPort: !portIsSet,
        log,
        now,
      });
    } catch (error) {
      log('error', `the control plane cannot be opened: ${String(error)}`);
    }
  }

  function status(): InstanceStatus {
    return statusOf({
      config,
      listeners: present.listeners,
      embedded: storeHost.embedded,
      storeState: cluster.storeState,
      workers: cluster.workers,
      counters,
      counts: services?.counts ?? { hosts: 0, backendsDown: 0 },
      accessLog: accessLog?.path ?? config.server.accessLog,
      dashboard: control?.dashboard ?? null,
      mode: options.mode,
      startedAt,
    });
  }

  async function reopenLogs(): Promise<void> {
    await accessLog?.reopen();
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
      if (nextLog === null) accessLog?.use(accessLogStyle(next.server));
      else {
        void accessLog?.close();
        accessLog = nextLog;
      }
      if (next.user !== config.user || next.group !== config.group) {
        log('warn', '"user" and "group" are read at the start only; restart to change them');
      }
      config = next;
      lastGood = crew.lastGood;
      services?.use(store.reachable);
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
    await control?.close();
    await listeners.close();
    await services?.close();
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
    get control() {
      return { socket: control?.socket ?? null, dashboard: control?.dashboard ?? null };
    },
    reload: reloads.ask,
    reopenLogs,
    stop: () => {
      stopped ??= (async () => {
        leave();
        await control?.close();
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
