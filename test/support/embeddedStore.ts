import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  openEmbeddedStore,
} from '../../src/core/embedded/index.ts';

/** An embedded store of this process in a directory of its own, which goes with it. */
export interface TestStore extends AsyncDisposable {
  readonly directory: string;
  /** Its append-only file. */
  readonly file: string;
  readonly socketPath: string;
  readonly host: string;
  readonly port: number;
  /** What it said. */
  readonly lines: readonly string[];
  /** Closes it and opens it again on the same directory. */
  reopen(): Promise<void>;
  stop(): Promise<void>;
}

export async function startEmbeddedStore(
  options: Partial<EmbeddedStoreOptions> = {},
): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-store-'));
  const lines: string[] = [];
  const open = (): Promise<EmbeddedStore> =>
    openEmbeddedStore({
      directory,
      socketPath: join(directory, 's.sock'),
      tcp: { host: '127.0.0.1', port: 0 },
      log: (level, message) => lines.push(`${level} ${message}`),
      ...options,
    });
  let store = await open();
  const stop = async (): Promise<void> => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  };
  return {
    directory,
    file: join(directory, 'store.aof'),
    socketPath: store.socketPath,
    host: '127.0.0.1',
    get port() {
      return store.tcp?.port ?? 0;
    },
    lines,
    reopen: async () => {
      await store.close();
      store = await open();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
