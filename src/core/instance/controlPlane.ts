import type { Config } from '../../shared/config/config.ts';
import { limits } from '../../shared/limits.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { type Control, startControl } from '../control/index.ts';
import { atMostEvery } from '../system/atMostEvery.ts';
import type { Directories } from '../system/directories.ts';
import { openServices, type Services, type ServicesOptions } from './services.ts';

/**
 * What an instance tells and does when it is asked: the services, and the doors to them. Traffic does not depend on it:
 * nothing here throws, and what cannot be opened is said and left out.
 */
export interface ControlPlane {
  /** Opens the services, before there is traffic for them to see. */
  openServices(store: ReachableStore): void;
  /** Resolves when hosts that are mapped to containers are what these are now, or after `ms`. Never rejects. */
  mapped(ms: number): Promise<void>;
  /** Opens the doors, once there is something to ask. */
  openDoors(control: Config['control']): Promise<void>;
  /** Takes a batch of records of a worker, and how many that worker lost before it. */
  add(records: readonly RequestRecord[], dropped: number): void;
  /** Goes over to this store, if it is another one. */
  use(store: ReachableStore): void;
  readonly counts: Services['counts'];
  readonly trustedFor: Services['trustedFor'];
  readonly doors: Pick<Control, 'socket' | 'dashboard'>;
  closeDoors(): Promise<void>;
  /** With the doors, if they are open. */
  close(): Promise<void>;
}

export interface ControlPlaneOptions extends Omit<ServicesOptions, 'store'> {
  readonly directories: Pick<Directories, 'runtime'>;
  /** Of the built interface. */
  readonly interfaceFolder: string;
  /** `openServices`, when left out. */
  readonly open?: (options: ServicesOptions) => Services;
}

const nothing: Services['counts'] = { hosts: 0, backendsDown: 0, capture: false };

export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { directories, interfaceFolder, log, now, open = openServices } = options;
  let services: Services | null = null;
  let control: Control | null = null;

  const notCounted = atMostEvery(limits.controlNoticeMs, now, (error: unknown) =>
    log('error', `requests are served and not shown: ${String(error)}`),
  );

  async function closeDoors(): Promise<void> {
    await control?.close();
  }

  return {
    openServices: (store) => {
      try {
        services = open({ ...options, store });
      } catch (error) {
        log('error', `hosts, traffic and health cannot be asked for: ${String(error)}`);
      }
    },
    mapped: async (ms) => {
      if (services === null) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      });
      await Promise.race([services.mapped, late]);
      clearTimeout(timer);
    },
    openDoors: async ({ port, portIsSet }) => {
      if (services === null) return;
      const opened = services;
      try {
        control = await startControl({
          services: () => opened.control,
          directories,
          interfaceFolder,
          port,
          anyPort: !portIsSet,
          log,
          now,
        });
      } catch (error) {
        log('error', `the control plane cannot be opened: ${String(error)}`);
      }
    },
    add: (records, dropped) => {
      try {
        services?.add(records, dropped);
      } catch (error) {
        notCounted(error);
      }
    },
    use: (store) => {
      try {
        services?.use(store);
      } catch (error) {
        log('error', `hosts and health are those of the store before: ${String(error)}`);
      }
    },
    get counts() {
      return services?.counts ?? nothing;
    },
    get trustedFor() {
      return services?.trustedFor ?? [];
    },
    get doors() {
      return { socket: control?.socket ?? null, dashboard: control?.dashboard ?? null };
    },
    closeDoors,
    close: async () => {
      await closeDoors();
      await services?.close();
    },
  };
}
