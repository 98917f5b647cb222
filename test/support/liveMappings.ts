import {
  LiveMappings,
  type Mappings,
  openMappingsTable,
} from '../../src/core/containers/mappings/index.ts';
import type { TryConnection } from '../../src/core/containers/mappings/readiness.ts';
import type { ContainerFinding, Machine } from '../../src/core/containers/mappings/types.ts';
import { openFrontends } from '../../src/core/frontends/index.ts';
import type { Hosts } from '../../src/core/hosts/hosts.ts';
import { createHosts } from '../../src/core/hosts/index.ts';
import type { ReachableStore } from '../../src/shared/model/driver.ts';
import { type FakeContainers, fakeWants, fakeWay } from './fakeContainers.ts';

/** What one machine keeps of the mappings of a store, with containers that a test makes up. */
export interface LiveMapping extends AsyncDisposable {
  readonly mappings: Mappings;
  readonly hosts: Hosts;
  /** What containers said of themselves last, by frontend and URL. */
  readonly findings: ReadonlyMap<string, ReadonlyMap<string, ContainerFinding>>;
  /** Whether the store pushes. */
  readonly isLive: boolean;
  /** What it could not do at once. */
  readonly lines: readonly string[];
}

export function startMappings(
  spec: ReachableStore,
  source: FakeContainers,
  {
    machine = { id: 'machine-one', name: 'one' },
    tryConnection = async () => true,
  }: { readonly machine?: Machine; readonly tryConnection?: TryConnection } = {},
): LiveMapping {
  const frontends = openFrontends({ store: spec, random: Math.random, now: Date.now });
  const { table: hostsTable, store } = frontends;
  const { prefix } = spec;
  const table = openMappingsTable({ ...frontends, prefix, random: Math.random });
  const findings = new Map<string, ReadonlyMap<string, ContainerFinding>>();
  const lines: string[] = [];
  const mappings = new LiveMappings({
    source,
    machine,
    hosts: hostsTable,
    mappings: table,
    store,
    prefix,
    isApart: spec.kind === 'cluster',
    findWay: fakeWay,
    kindOf: () => 'docker',
    findWants: fakeWants,
    health: { contained: (name, found) => findings.set(name, found) },
    edited: (edit) => hosts.edited(edit),
    tryConnection,
    random: Math.random,
    now: Date.now,
    log: (_level, message) => lines.push(message),
  });
  const hosts = createHosts({
    table: hostsTable,
    store,
    prefix,
    listeners: () => [],
    wantedBy: (name) => mappings.wantedBy(name),
    now: Date.now,
  });
  return {
    mappings,
    hosts,
    findings,
    lines,
    get isLive() {
      return hostsTable.state === 'live' && table.isWhole;
    },
    [Symbol.asyncDispose]: async () => {
      await mappings.close();
      table.close();
      hosts.close();
      hostsTable.close();
    },
  };
}
