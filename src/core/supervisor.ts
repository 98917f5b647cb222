import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Config } from '../shared/config/config.ts';
import type { InstanceStatus } from '../shared/contract/instance.ts';
import { BerthError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import type { Log } from '../shared/messages.ts';
import type { ListenerSpec } from '../shared/model/listener.ts';
import type { AccessLog } from './accessLog/file.ts';
import { rotationWarning } from './accessLog/rotation.ts';
import { createCertificates } from './certificates/index.ts';
import { type Crew, createCluster } from './cluster/cluster.ts';
import { newCounters } from './cluster/counters.ts';
import { openFileLimit } from './cluster/descriptors.ts';
import type { LoadInputs } from './config/load.ts';
import { createSettings } from './config/settings.ts';
import { type Lock, lockDirectory } from './embedded/lock.ts';
import { type ControlPlane, createControlPlane } from './instance/controlPlane.ts';
import { budgetFor, crewFor } from './instance/crew.ts';
import { accessLogStyle, openInstanceLog } from './instance/instanceLog.ts';
import type { LastGood } from './instance/lastGood.ts';
import { noticesOf } from './instance/notices.ts';
import { createReloads } from './instance/reloads.ts';
import { readServed, type Served, servingNothing } from './instance/served.ts';
import { statusOf } from './instance/status.ts';
import { createStoreHost, type StoreProposal } from './instance/storeHost.ts';
import { createListeners } from './listen/listeners.ts';
import { openPortFor } from './listen/openPortFor.ts';
import { zonesOf } from './names/dns/zones.ts';
import { createDnsHost } from './names/dnsHost.ts';
import { findPortOwner } from './ports/portOwner.ts';
import { atMostEvery } from './system/atMostEvery.ts';
import { beside, eachBeside } from './system/beside.ts';
import type { Directories } from './system/directories.ts';
import { giveUpRights } from './system/giveUpRights.ts';
import { type PrivilegePlan, planPrivileges, systemAccounts } from './system/privileges.ts';

/** An instance: its ports, its workers, its store, its log. */
export interface Supervisor {
  readonly listeners: readonly ListenerSpec[];
  /** Where the embedded store listens on TCP, or null. */
  readonly embedded: { readonly host: string; readonly port: number } | null;
  /** Where the access log is written: a default that cannot be may have moved. */
  readonly accessLog: string;
  /** The doors by which it is talked to; null for what could not be had. */
  readonly control: ControlPlane['doors'];
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
  /** What it was read with. */
  readonly inputs: LoadInputs;
  readonly directories: Directories;
  /** Path of the worker's bundle. */
  readonly workerFile: string;
  /** Where the built interface lies. */
  readonly interfaceFolder: string;
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
 * Starts an instance: makes sure that it is the only one in its directories, binds every port, gives up root's rights, opens log and store, starts the workers.
 *
 * @returns when each worker is ready, or has ended and will be tried again; the store may be away
 * @throws BerthError, or the reason of `signal`; then nothing is left open
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { directories, workerFile, interfaceFolder, log } = options;
  const now = (): number => performance.now();
  const instanceId = randomBytes(6).toString('hex');
  const counters = newCounters();
  const openFiles = openFileLimit();
  let config = options.config;
  const privileges = planPrivileges(config, process.getuid?.() === 0, systemAccounts);

  const startedAt = Date.now();
  /** Read at the start only. */
  const wantedControlPort = config.control.port;
  const startedNow = now();
  let lock: Lock | null = null;
  let accessLog: AccessLog | null = null;
  const cluster = createCluster({
    workerFile,
    counters,
    records: (records, dropped) => {
      accessLog?.write(records);
      controlPlane.add(records, dropped);
    },
    certify: (question) => certificates.answer(question),
    looping: (reason) => options.onCrashLoop?.(reason),
    log,
    now,
  });
  const certificates = createCertificates({
    data: directories.data,
    settings: () => ({
      suffixes: config.suffixes,
      sharedSuffixes: config.sharedSuffixes,
      ...config.certificates,
    }),
    machine: hostname(),
    changed: cluster.recertify,
    log,
    wallClock: Date.now,
    now,
  });
  const listeners = createListeners({
    open: openPortFor(),
    findOwner: findPortOwner,
    accept: cluster.accept,
    acceptFailed: atMostEvery(limits.refusalNoticeMs, now, (error: Error) =>
      log('warn', `connections cannot be accepted: ${error.message}`),
    ),
    maxEarly: budgetFor(config, openFiles).maxWaiting,
    log,
  });
  const storeHost = createStoreHost(directories, log);
  const dnsHost = createDnsHost({
    zoneOf: (host) => zonesOf(config.suffixes)(host),
    log,
    now,
  });
  const controlPlane = createControlPlane({
    directories,
    interfaceFolder,
    instanceId,
    status,
    healthSettings: () => ({
      deadBackendTtlSeconds: config.server.deadBackendTTL,
      webhook: config.server.healthWebhook,
    }),
    containerSettings: () => ({ ...config.containers, suffixes: config.suffixes }),
    nameSettings: () => config.names,
    dataDirectory: directories.data,
    certificates,
    counters,
    reload: options.reread,
    reopenLogs,
    facts: { inputs: options.inputs, config: () => config },
    settings: createSettings({
      inputs: options.inputs,
      config: () => config,
      reread: options.reread,
    }),
    log,
    now,
  });
  let present: Served = servingNothing;
  let lastGood: LastGood | null = null;
  /** Aborted once the instance stops: a reload then ends, too. */
  const leaving = new AbortController();

  function crewOf(next: Config, served: Served, store: StoreProposal): Crew {
    return crewFor(next, { instanceId, served, store, lastGood, openFiles, log });
  }

  async function begin(): Promise<void> {
    lock = await lockInstance(directories.runtime);
    const ports = await listeners.propose(config);
    try {
      const dns = await dnsHost.propose(config.names);
      await dns.keep();
      const served = await readServed(config, ports.listeners, { before: present, log });
      accessLog = await openLog(config, ownerOf(privileges));
      await giveUpRootsRights(accessLog.path);
      const store = await storeHost.propose(config.driver, options.signal);
      await store.keep(Promise.resolve());
      controlPlane.openServices(store.reachable);
      const crew = crewOf(config, served, store);
      lastGood = crew.lastGood;
      const ready = cluster.start(crew);
      // An address that a container had in the last run may be another's by now.
      await controlPlane.mapped(limits.mappingsFirstMs);
      await ports.keep();
      present = served;
      await ready;
      await controlPlane.openDoors(config.control);
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

  function status(): InstanceStatus {
    const path = accessLog?.path ?? config.server.accessLog;
    const { dashboard } = controlPlane.doors;
    return statusOf({
      config,
      listeners: present.listeners,
      embedded: storeHost.embedded,
      storeState: cluster.storeState,
      workers: cluster.workers,
      counters,
      counts: controlPlane.counts,
      trustedFor: controlPlane.trustedFor,
      accessLog: path,
      dns: dnsHost.at,
      notices: noticesOf({
        wantedControlPort,
        config,
        listeners: listeners.present,
        embedded: storeHost.embedded,
        dashboard,
        dns: dnsHost.at,
        accessLog: path,
        storeStaleSince:
          cluster.storeState === 'stale'
            ? Math.round(startedAt + cluster.storeStateSince - startedNow)
            : null,
      }),
      dashboard,
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
      const dns = await dnsHost.propose(next.names);
      undo.push(dns.drop);
      const store = await storeHost.propose(next.driver, leaving.signal);
      undo.push(store.drop);
      const nextLog =
        next.server.accessLog === config.server.accessLog ? null : await openLog(next, null);
      if (nextLog !== null) undo.push(() => nextLog.close());
      leaving.signal.throwIfAborted();

      const crew = crewOf(next, served, store);
      const { drained } = await cluster.replace(crew);
      await ports.keep();
      await dns.keep();
      present = served;
      if (nextLog === null) accessLog?.use(accessLogStyle(next.server));
      else {
        const before = accessLog;
        beside(log, 'the access log before this one could not be closed', () => before?.close());
        accessLog = nextLog;
      }
      if (next.user !== config.user || next.group !== config.group) {
        log('warn', '"user" and "group" are read at the start only; restart to change them');
      }
      if (next.control.port !== config.control.port) {
        log('warn', '"control.port" is read at the start only; restart to change it');
      }
      config = next;
      certificates.reread();
      lastGood = crew.lastGood;
      controlPlane.use(store.reachable);
      store.keep(drained).catch((error: unknown) => {
        log('warn', `the store before this one could not be closed: ${String(error)}`);
      });
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
    await controlPlane.close();
    certificates.close();
    await dnsHost.close();
    await accessLog?.close();
    await storeHost.close();
    // What cannot be removed is of a dead process soon: the next start passes over it.
    await lock?.release().catch((error: unknown) => log('debug', String(error)));
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
      return controlPlane.doors;
    },
    reload: reloads.ask,
    reopenLogs,
    stop: () => {
      stopped ??= (async () => {
        leave();
        await controlPlane.closeDoors();
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
      beside(log, 'ports could not be closed', listeners.close);
      void eachBeside(log, 'at the end', [
        cluster.kill,
        controlPlane.close,
        dnsHost.close,
        () => accessLog?.close(),
        storeHost.close,
        () => lock?.release(),
      ]);
    },
  };
}

/** As `lockDirectory`, and what the file system says is an error of the catalogue too. */
async function lockInstance(directory: string): Promise<Lock> {
  try {
    return await lockDirectory(directory, 'instance');
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof BerthError) throw cause;
    throw new BerthError('BERTH_DIRECTORY_UNUSABLE', cause.message, { cause });
  }
}

const ownerOf = (plan: PrivilegePlan): { readonly uid: number; readonly gid: number } | null =>
  plan.kind === 'drop' ? plan.identity : null;
