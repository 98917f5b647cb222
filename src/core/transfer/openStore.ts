import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import type { ReachableStore, StoreSpec } from '../../shared/model/driver.ts';
import { type Keys, keysFor } from '../../shared/model/keys.ts';
import { reasonOf, StoreAway } from '../../store/command.ts';
import { openStore } from '../../store/open.ts';
import type { SharedStore } from '../../store/store.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../embedded/index.ts';
import { lockHolder } from '../embedded/lock.ts';
import { describeStore } from '../instance/describeStore.ts';
import { storeSocket } from '../instance/storeHost.ts';
import { type Directories, ensureDirectories, ownerOfDirectory } from '../system/directories.ts';

/** A store that a command uses for itself, beside or without an instance. */
export interface OpenedStore {
  readonly store: SharedStore;
  readonly keys: Keys;
  /** As a driver URL, without a password. */
  readonly description: string;
  /** Keys of several frontends may be written at once. */
  readonly isOneServer: boolean;
  close(): Promise<void>;
}

export interface OpenStoreInputs {
  readonly directories: Directories;
  readonly platform: NodeJS.Platform;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Opens a store and waits until it can be read. The embedded one is reached through the instance that holds it, or
 * opened here when none does.
 *
 * @throws BerthError BERTH_STORE_NOT_REACHED, BERTH_STORE_REFUSED, those of the embedded store; or the signal's reason
 */
export async function openForTransfer(
  spec: StoreSpec,
  inputs: OpenStoreInputs,
): Promise<OpenedStore> {
  const description = describeStore(spec, null);
  if (spec.kind !== 'embedded') return await connected(spec, description, inputs, async () => {});
  const { directories, platform, log, signal } = inputs;
  const holder = await lockHolder(directories.data);
  if (holder !== null) {
    const path =
      holder === process.pid
        ? ownSocket(directories, platform)
        : storeSocket(directories, platform, holder);
    const socket = { kind: 'socket', prefix: spec.prefix, path } as const;
    return await connected(socket, description, inputs, async () => {});
  }
  // Root may look into the store of the user whom an instance became.
  await ensureDirectories(directories, await ownerOfDirectory(directories.data));
  const embedded = await openOwn(directories, {
    socketPath: ownSocket(directories, platform),
    prefix: spec.prefix,
    log,
    signal,
  });
  const socket = { kind: 'socket', prefix: spec.prefix, path: embedded.socketPath } as const;
  try {
    return await connected(socket, description, inputs, () => embedded.close());
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

/** Where this process serves the embedded store for itself. */
const ownSocket = ({ runtime }: Directories, platform: NodeJS.Platform): string =>
  platform === 'win32'
    ? `\\\\.\\pipe\\berth-transfer-${process.pid}`
    : join(runtime, `transfer-${process.pid}.sock`);

async function openOwn(
  { data }: Directories,
  options: {
    readonly socketPath: string;
    readonly prefix: string;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
): Promise<EmbeddedStore> {
  // What root writes must stay with the user that the instance becomes.
  const { uid, gid } = await stat(data);
  const owner = process.getuid?.() === 0 ? { owner: { uid, gid } } : {};
  try {
    return await openEmbeddedStore({ directory: data, tcp: null, ...options, ...owner });
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof BerthError || !('syscall' in cause)) {
      throw cause;
    }
    throw new BerthError('BERTH_DIRECTORY_UNUSABLE', cause.message, { cause });
  }
}

async function connected(
  spec: ReachableStore,
  description: string,
  { signal }: OpenStoreInputs,
  release: () => Promise<void>,
): Promise<OpenedStore> {
  const keys = keysFor(spec.prefix);
  let changed = (): void => {};
  const store = openStore(spec, {
    watched: keys.watched,
    events: { invalidated: () => {}, changed: () => changed() },
    random: Math.random,
  });
  try {
    await readable(store, description, signal, (listener) => {
      changed = listener;
    });
  } catch (error) {
    store.close();
    throw error;
  }
  return {
    store,
    keys,
    description,
    isOneServer: spec.kind !== 'cluster',
    close: async () => {
      store.close();
      await release();
    },
  };
}

function readable(
  store: SharedStore,
  description: string,
  signal: AbortSignal,
  listen: (changed: () => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      listen(() => {});
      finish();
    };
    const aborted = (): void => settle(() => reject(signal.reason));
    const timer = setTimeout(() => {
      const why = store.reason ?? 'it does not answer';
      settle(() => reject(storeError(new StoreAway(why), description)));
    }, limits.storeOpenMs);
    const look = (): void => {
      if (store.readable) settle(resolve);
      // Waiting does not make a password right.
      else if (isRefusal(store.reason ?? '')) {
        const why = store.reason ?? '';
        settle(() => reject(storeError(new Error(why), description)));
      }
    };
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) return aborted();
    listen(look);
    look();
  });
}

const isRefusal = (reason: string): boolean => /\b(NOPERM|NOAUTH|WRONGPASS)\b/.test(reason);

/** What a store threw, as an error of the catalogue that names the store. */
export function storeError(cause: unknown, description: string): unknown {
  if (cause instanceof BerthError || !(cause instanceof Error)) return cause;
  const why = reasonOf(cause);
  const code = isRefusal(why) ? 'BERTH_STORE_REFUSED' : 'BERTH_STORE_NOT_REACHED';
  return new BerthError(code, `${description}: ${why}`, { cause });
}
