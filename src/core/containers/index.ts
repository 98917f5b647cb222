import type { ListeningPort } from '../../shared/contract/containers.ts';
import type { Log } from '../../shared/messages.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import type { Frontends } from '../frontends/index.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { EnginesInUse } from './enginesInUse.ts';
import type { Lookout } from './lookout.ts';
import {
  type ContainerHealthSink,
  LiveMappings,
  type Mappings,
  openMappingsTable,
  readMachine,
  tryConnection,
} from './mappings/index.ts';
import { ContainersService } from './service/service.ts';
import { switchedOff } from './switchedOff.ts';

export { openEngines } from './engines/index.ts';
export { type ContainerSettings, createEnginesInUse } from './enginesInUse.ts';
export { createLookout } from './lookout.ts';
export { lookAtMachine, ownSubnets } from './reach/index.ts';

/** Containers, seen from one store: the mappings in it, and what can be asked. */
export interface Containers {
  readonly service: ContainersService;
  readonly wantedBy: Mappings['wantedBy'];
  /** Resolves when the lists of mapped hosts are those of the containers of now. Never rejects. */
  readonly ready: Promise<void>;
  /** Settings may let containers ask for something else. */
  changed(): void;
  /** Ends; what is written stays. Never rejects. */
  close(): Promise<void>;
}

export interface ContainersOptions {
  readonly engines: EnginesInUse;
  readonly lookout: Lookout;
  /** Of the instance's data: the machine's id is kept there, once there are mappings to keep. */
  readonly dataDirectory: string;
  readonly frontends: Frontends;
  readonly store: ReachableStore;
  readonly health: ContainerHealthSink;
  /** Hears what a person has mapped or unmapped. */
  readonly edited: Hosts['edited'];
  readonly ports: () => Promise<readonly ListeningPort[]>;
  readonly random: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  readonly log: Log;
}

/** Keeps the mappings of this machine true, where `containers.enabled` is on. */
export function openContainers(options: ContainersOptions): Containers {
  const { engines, lookout, frontends, now, wallClock } = options;
  const { mappings, close } = engines.settings.enabled ? openMappings(options) : switchedOff;
  const service = new ContainersService({
    isEnabled: () => engines.settings.enabled,
    suffixes: () => engines.settings.suffixes,
    engines,
    mappings,
    wanted: (container) => lookout.wanted(container),
    surroundings: (engine) => lookout.surroundings(engine),
    taken: (name) => frontends.table.entries.has(name),
    ports: options.ports,
    now,
    wallClock,
  });
  // Names that a suggestion may take.
  const stop = frontends.table.subscribe((event) => {
    if (event.kind === 'changed' ? event.previous === null : event.kind !== 'state') {
      service.changed();
    }
  });
  return {
    service,
    wantedBy: (name) => mappings.wantedBy(name),
    ready: mappings.ready,
    changed: () => {
      mappings.changed();
      service.changed();
    },
    close: async () => {
      stop();
      service.close();
      await close();
    },
  };
}

function openMappings(options: ContainersOptions): {
  readonly mappings: Mappings;
  readonly close: () => Promise<void>;
} {
  const {
    engines,
    lookout,
    dataDirectory,
    frontends,
    store,
    health,
    edited,
    random,
    wallClock,
    log,
  } = options;
  const { prefix } = store;
  const table = openMappingsTable({
    store: frontends.store,
    prefix,
    listen: (events) => frontends.listen(events),
    random,
  });
  const mappings = new LiveMappings({
    source: engines,
    machine: readMachine(dataDirectory),
    hosts: frontends.table,
    mappings: table,
    store: frontends.store,
    prefix,
    isApart: store.kind === 'cluster',
    findWay: (container, port) => lookout.findWay(container, port),
    kindOf: (engine) => lookout.surroundings(engine).engine.kind,
    findWants: (container) => lookout.wanted(container).wants,
    health,
    edited,
    tryConnection,
    random,
    now: wallClock,
    log,
  });
  return {
    mappings,
    close: async () => {
      await mappings.close();
      table.close();
    },
  };
}
