import type { InstanceStatus } from '../shared/contract/instance.ts';
import { BerthError } from '../shared/errors.ts';
import type { ReachableStore } from '../shared/model/driver.ts';
import type { RequestRecord } from '../shared/model/record.ts';
import type { ControlServices, HealthService, HostsService } from './control/services.ts';
import { type Frontends, openFrontends } from './frontends/index.ts';
import { createInstanceService } from './instance.ts';
import { createTraffic } from './traffic/index.ts';

/** What an instance knows beside moving traffic: hosts, health, records and numbers. It never holds traffic up. */
export interface Services {
  /** Takes a batch of records of a worker, and how many that worker lost before it. */
  add(records: readonly RequestRecord[], dropped: number): void;
  /** Goes over to another configuration; with another store, the streams of the old one end. */
  use(store: ReachableStore): void;
  /** For the control plane: those of now. */
  readonly control: ControlServices;
  readonly counts: Pick<InstanceStatus, 'hosts' | 'backendsDown'>;
  close(): Promise<void>;
}

export interface ServicesOptions {
  readonly store: ReachableStore;
  readonly status: () => InstanceStatus;
  /** As SIGHUP and SIGUSR1. */
  readonly reload: () => Promise<void>;
  readonly reopenLogs: () => Promise<void>;
  /** Monotonic ms. */
  readonly now: () => number;
}

export function openServices(options: ServicesOptions): Services {
  const wallClock = (): number => Date.now();
  const traffic = createTraffic({ now: options.now, wallClock });
  let present = open(options.store);

  function open(store: ReachableStore): { readonly store: string; readonly frontends: Frontends } {
    return {
      store: JSON.stringify(store),
      frontends: openFrontends({ store, random: Math.random, now: wallClock }),
    };
  }

  const instance = createInstanceService({
    status: options.status,
    reload: options.reload,
    reopenLogs: options.reopenLogs,
    metrics: () => '',
  });
  return {
    add: (records, dropped) => {
      traffic.add(records, dropped);
    },
    use: (store) => {
      if (JSON.stringify(store) === present.store) return;
      const old = present;
      present = open(store);
      old.frontends.table.close();
    },
    control: {
      instance,
      traffic,
      hosts: missing<HostsService>('hosts'),
      health: missing<HealthService>('health'),
    },
    get counts() {
      const { entries, left } = present.frontends.table;
      return { hosts: entries.size + left, backendsDown: 0 };
    },
    close: async () => {
      traffic.close();
      present.frontends.table.close();
    },
  };
}

const missing = <T extends object>(what: string): T =>
  new Proxy({} as T, {
    get: () => () => {
      throw new BerthError('BERTH_CONTROL_UNUSABLE', `${what} cannot be asked for yet`);
    },
  });
