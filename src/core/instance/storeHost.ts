import { join } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import type { Log } from '../../shared/messages.ts';
import type { ReachableStore, StoreSpec } from '../../shared/model/driver.ts';
import {
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  openEmbeddedStore,
} from '../embedded/index.ts';
import { type Directories, requireAccess } from '../system/directories.ts';

/** A store as workers reach it, beside the present one until it is kept or dropped. */
export interface StoreProposal {
  readonly reachable: ReachableStore;
  /** Where the embedded store listens on TCP, or null. */
  readonly embedded: { readonly host: string; readonly port: number } | null;
  /** Makes it the present one. What it replaces is closed after `drained`, when no worker asks it any more. */
  keep(drained: Promise<void>): Promise<void>;
  drop(): Promise<void>;
}

/** Keeps the embedded store open for as long as a configuration names it. */
export interface StoreHost {
  readonly embedded: StoreProposal['embedded'];
  /**
   * @param signal gives up the reading of a long file
   * @throws BerthError of the embedded store, or the signal's reason; then nothing has changed
   */
  propose(driver: StoreSpec, signal: AbortSignal): Promise<StoreProposal>;
  close(): Promise<void>;
}

type EmbeddedSpec = Extract<StoreSpec, { kind: 'embedded' }>;

interface Open {
  readonly spec: EmbeddedSpec;
  readonly store: EmbeddedStore;
}

/** Where the instance with this pid serves its embedded store. */
export const storeSocket = (
  { runtime }: Pick<Directories, 'runtime'>,
  platform: NodeJS.Platform,
  pid: number,
): string =>
  platform === 'win32' ? `\\\\.\\pipe\\berth-store-${pid}` : join(runtime, 'store.sock');

export function createStoreHost(directories: Directories, log: Log): StoreHost {
  let present: Open | null = null;
  /** Whether the present configuration names it; else it is open for workers that drain. */
  let wanted = false;
  const socketPath = storeSocket(directories, process.platform, process.pid);

  async function propose(driver: StoreSpec, signal: AbortSignal): Promise<StoreProposal> {
    if (driver.kind !== 'embedded') {
      return {
        reachable: driver,
        embedded: null,
        keep: async (drained) => {
          wanted = false;
          await drained;
          if (!wanted) await close();
        },
        drop: async () => {},
      };
    }
    if (present !== null) return proposePresent(present, driver);
    await requireAccess(directories.data);
    await requireAccess(directories.runtime);
    const store = await open({
      directory: directories.data,
      socketPath,
      tcp: driver.tcp,
      prefix: driver.prefix,
      log,
      signal,
    });
    return {
      ...reachedBy(driver, store),
      keep: async () => {
        wanted = true;
        present = { spec: driver, store };
      },
      drop: () => store.close(),
    };
  }

  function proposePresent(open: Open, driver: EmbeddedSpec): StoreProposal {
    if (JSON.stringify(driver) !== JSON.stringify(open.spec)) {
      throw new BerthError(
        'BERTH_CONFIG_INVALID',
        'driver: address and prefix of the embedded store cannot change while it is open; restart to change them',
      );
    }
    return {
      ...reachedBy(driver, open.store),
      keep: async () => {
        wanted = true;
      },
      drop: async () => {},
    };
  }

  function reachedBy(
    { prefix }: EmbeddedSpec,
    store: EmbeddedStore,
  ): Pick<StoreProposal, 'reachable' | 'embedded'> {
    return { reachable: { kind: 'socket', prefix, path: socketPath }, embedded: store.tcp };
  }

  async function close(): Promise<void> {
    const old = present;
    present = null;
    await old?.store.close();
  }

  return {
    get embedded() {
      return wanted ? (present?.store.tcp ?? null) : null;
    },
    propose,
    close,
  };
}

/** As `openEmbeddedStore`, and what the file system says is an error of the catalogue too. */
async function open(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  try {
    return await openEmbeddedStore(options);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof BerthError || !('syscall' in cause))
      throw cause;
    throw new BerthError('BERTH_DIRECTORY_UNUSABLE', cause.message, { cause });
  }
}
