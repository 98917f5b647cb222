import { homedir } from 'node:os';
import type { Config } from '../../shared/config/config.ts';
import type { InstanceStatus } from '../../shared/contract/instance.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { type Certificates, createCertificatesService } from '../certificates/index.ts';
import type { Counters } from '../cluster/counters.ts';
import type { Settings } from '../config/settings.ts';
import {
  type ContainerSettings,
  type Containers,
  createEnginesInUse,
  createLookout,
  lookAtMachine,
  openContainers,
  openEngines,
  ownSubnets,
} from '../containers/index.ts';
import type { ControlServices } from '../control/services.ts';
import { createInstanceDoctor, type InstanceFacts } from '../doctor/index.ts';
import { openFrontends } from '../frontends/index.ts';
import type { FrontendsTable } from '../frontends/table.ts';
import { createHealth, type Health, type HealthSettings } from '../health/index.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { createHosts } from '../hosts/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { openNames } from '../names/index.ts';
import { createPortReader, openPorts } from '../ports/index.ts';
import { createSetupService, setupOnMachine } from '../setup/index.ts';
import { eachBeside } from '../system/beside.ts';
import { createTraffic } from '../traffic/index.ts';
import {
  caCertificatePath,
  createTrustService,
  followTrust,
  recordPath,
  trustOnMachine,
} from '../trust/index.ts';
import { createInstanceService } from './instance.ts';
import { createReplays } from './replay.ts';
import { createTableInUse } from './tableInUse.ts';
import { tryHost } from './throughProxy.ts';

/** What an instance knows beside moving traffic: hosts, health, records and numbers. Traffic never waits for it. */
export interface Services {
  /** Takes a batch of records of a worker, and how many that worker lost before it. */
  add(records: readonly RequestRecord[], dropped: number): void;
  /** Goes over to this store, and to the settings of now; when it is another one, the streams of the old one end. */
  use(store: ReachableStore): void;
  /** Resolves when hosts that are mapped to containers are what these are now. Never rejects. */
  readonly mapped: Promise<void>;
  /** For the control plane; what depends on the store is that of now. */
  readonly control: ControlServices;
  readonly counts: Pick<InstanceStatus, 'hosts' | 'backendsDown' | 'capture'>;
  /** Domains for which handshakes have shown that this machine trusts the local CA. */
  readonly trustedFor: readonly string[];
  /** Never rejects. */
  close(): Promise<void>;
}

export interface ServicesOptions {
  readonly store: ReachableStore;
  readonly instanceId: string;
  /** Asked each time. */
  readonly status: () => InstanceStatus;
  readonly healthSettings: () => HealthSettings;
  /** Asked at the start, and with each `use`. */
  readonly containerSettings: () => ContainerSettings;
  /** Asked each time. */
  readonly nameSettings: () => Pick<Config['names'], 'hostsFile'>;
  /** Of the instance's data. */
  readonly dataDirectory: string;
  /** Follow the frontends of now. */
  readonly certificates: Certificates;
  readonly counters: Readonly<Counters>;
  /** As SIGHUP and SIGUSR1. */
  readonly reload: () => Promise<void>;
  readonly reopenLogs: () => Promise<void>;
  readonly settings: Settings;
  /** For the doctor. */
  readonly facts: InstanceFacts;
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** What depends on the store. */
interface OfStore {
  readonly store: ReachableStore;
  readonly table: FrontendsTable;
  readonly hosts: Hosts;
  readonly health: Health;
  readonly containers: Containers;
}

export function openServices(options: ServicesOptions): Services {
  const { status, counters, log, now } = options;
  const wallClock = (): number => Date.now();
  const random = Math.random;
  const traffic = createTraffic({ now, wallClock });
  const replays = createReplays({ listeners: () => status().listeners, traffic, now });
  const ports = openPorts({
    reader: createPortReader(),
    table: () => present.table,
    isOwn: (port, pid) => isOwnPort(status(), port, pid),
    home: homedir(),
    wallClock,
  });
  const engines = createEnginesInUse(options.containerSettings(), (configured) =>
    openEngines({
      configured,
      env: process.env,
      platform: process.platform,
      home: homedir(),
      log,
    }),
  );
  const lookout = createLookout({ engines, machine: lookAtMachine, subnets: ownSubnets });
  const names = openNames({
    wanted: () => ({
      suffixes: status().suffixes,
      sharedSuffixes: status().sharedSuffixes,
      frontends: present.table.entries.keys(),
      dns: status().dns,
    }),
    isKept: () => options.nameSettings().hostsFile,
    dataDirectory: options.dataDirectory,
    env: process.env,
    log,
    wallClock,
  });
  let present = openOn(options.store);
  const table = createTableInUse(present.table);
  options.certificates.follow(present.table);
  const metrics = createMetrics({
    table,
    states: () => present.health.states(),
    status: metricsStatus,
  });
  const instance = createInstanceService({
    status,
    reload: options.reload,
    reopenLogs: options.reopenLogs,
    metrics: () => metrics.text(),
    try: ({ name }) => tryHost(name, status().listeners, now),
  });

  const certificates = createCertificatesService(options.certificates, wallClock);
  const doctor = createInstanceDoctor({
    facts: options.facts,
    questions: {
      status: async () => status(),
      hosts: async () => await present.hosts.list(),
      containers: async () => present.containers.service.list(),
      certificates: async () => await certificates.list(),
      try: (name) => tryHost(name, status().listeners, now),
    },
    store: () => present.store,
    revive: async (name) => await present.health.revive({ name }),
    names: () => names.service,
    trust: () => trust,
    now,
  });

  const proven = followTrust({
    trust: trustOnMachine({
      platform: process.platform,
      env: process.env,
      home: homedir(),
      isRoot: process.getuid?.() === 0,
      // Its terminal is for what it says; a person is asked in a window, or runs the command.
      isTerminal: false,
      dataDirectory: options.dataDirectory,
      authority: options.certificates.authority,
      needed: async () => options.certificates.needed,
    }),
    find: () => options.certificates.authority.find(),
    files: [recordPath(options.dataDirectory), caCertificatePath(options.dataDirectory)],
    log,
  });
  const trust = createTrustService({ trust: proven.trust, now });
  const setup = createSetupService({
    ...setupOnMachine({
      platform: process.platform,
      env: process.env,
      isRoot: process.getuid?.() === 0,
      isTerminal: false,
      names: names.service,
      trust: proven.trust,
      dataDirectory: options.dataDirectory,
      wallClock,
    }),
    names: names.service,
    trust: proven.trust,
    certificate: caCertificatePath(options.dataDirectory),
    platform: process.platform,
    status,
    stopKeeping: async () => {
      if (options.nameSettings().hostsFile) {
        await options.settings.set({ patch: { names: { hostsFile: null } } });
      }
    },
    takePorts: options.reload,
    now,
  });

  function openOn(reachable: ReachableStore): OfStore {
    const { prefix } = reachable;
    const frontends = openFrontends({ store: reachable, random, now: wallClock });
    const { table: opened, store } = frontends;
    opened.subscribe((event) => {
      const isAboutNames =
        event.kind === 'changed' ? event.previous === null : event.kind !== 'state';
      if (isAboutNames) names.changed();
    });
    const hosts = createHosts({
      table: opened,
      store,
      prefix,
      listeners: () => status().listeners,
      wantedBy: (name) => containers.wantedBy(name),
      now: wallClock,
    });
    const health = createHealth({
      table: opened,
      store,
      hosts,
      ports,
      prefix,
      instanceId: options.instanceId,
      settings: options.healthSettings,
      probeMs: limits.probeMs,
      random,
      now,
      wallClock,
      log,
    });
    const containers = openContainers({
      engines,
      lookout,
      dataDirectory: options.dataDirectory,
      frontends,
      store: reachable,
      health,
      edited: (edit) => hosts.edited(edit),
      ports: () => ports.list(),
      random,
      now,
      wallClock,
      log,
    });
    return { store: reachable, table: opened, hosts, health, containers };
  }

  /** The lease of the checker is given back before the connection goes. Never rejects. */
  const closeOld = ({ containers, health, hosts, table: old }: OfStore): Promise<void> =>
    eachBeside(log, 'the store before this one could not be let go', [
      () => containers.close(),
      () => health.close(),
      () => hosts.close(),
      () => old.close(),
    ]);

  function metricsStatus() {
    const { workers, store } = status();
    return {
      openConnections: workers.reduce((sum, { openConnections }) => sum + openConnections, 0),
      connections: counters.connections,
      connectionsRefused: counters.refused,
      recordsDropped: counters.droppedRecords,
      workers: workers.length,
      workerCrashes: counters.crashes,
      storeState: store.state,
    };
  }

  return {
    add: (records, dropped) => {
      traffic.add(records, dropped);
      metrics.add(records);
      present.health.observe(records);
    },
    use: (store) => {
      const isOn = engines.settings.enabled;
      engines.use(options.containerSettings());
      names.changed();
      const isSameStore = JSON.stringify(store) === JSON.stringify(present.store);
      if (isSameStore && isOn === engines.settings.enabled) {
        present.containers.changed();
        return;
      }
      const old = present;
      present = openOn(store);
      table.use(present.table);
      options.certificates.follow(present.table);
      void closeOld(old);
    },
    get mapped() {
      return present.containers.ready;
    },
    control: {
      instance,
      traffic: { ...traffic, replay: replays.replay },
      settings: options.settings,
      names: names.service,
      doctor,
      trust,
      setup,
      certificates,
      get hosts() {
        return present.hosts;
      },
      get health() {
        return present.health;
      },
      get containers() {
        return present.containers.service;
      },
    },
    get counts() {
      const { entries, left } = present.table;
      return {
        hosts: entries.size + left,
        backendsDown: present.health.backendsDown,
        capture: traffic.capturing,
      };
    },
    get trustedFor() {
      return proven.names;
    },
    close: async () => {
      doctor.close();
      proven.close();
      await names.close();
      ports.close();
      replays.close();
      traffic.close();
      metrics.close();
      await closeOld(present);
      await eachBeside(log, 'container engines could not be let go', [() => engines.close()]);
    },
  };
}

/** After root was given up, the system does not say whose the ports of the instance are. */
const isOwnPort = (
  { pid: own, workers, listeners }: InstanceStatus,
  port: number,
  pid: number | null,
): boolean =>
  pid === null
    ? listeners.some((listener) => listener.port === port)
    : pid === own || workers.some((worker) => worker.pid === pid);
