import { chmod, chown, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Log } from '../../shared/messages.ts';
import { keysFor } from '../../shared/model/keys.ts';
import { describeOwner, findPortOwner } from '../ports/portOwner.ts';
import { makeDirectory } from '../system/makeDirectory.ts';
import { AppendOnlyFile, type OpenFile } from './appendOnlyFile.ts';
import { type Endpoint, listenLocal, listenTcp } from './endpoint.ts';
import { Engine, isRestorable } from './engine.ts';
import { Journal } from './journal.ts';
import { lockDirectory } from './lock.ts';
import { replay } from './replay.ts';

export interface EmbeddedStoreOptions {
  /** Holds the append-only file; made when missing, and closed to other users. */
  readonly directory: string;
  /** Path of the unix socket that workers connect to; a pipe name on Windows. */
  readonly socketPath: string;
  /** An extra endpoint on loopback. With `fallback` a port that cannot be had is replaced by a free one. */
  readonly tcp: {
    readonly host: string;
    readonly port: number;
    readonly fallback?: boolean;
  } | null;
  readonly log: Log;
  /** The prefix of the driver setting: says which keys are dead marks. */
  readonly prefix?: string;
  /** Whom directory, file and socket shall belong to, where privileges will be dropped later. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Unix milliseconds. */
  readonly wallClock?: () => number;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  /** How the append-only file is opened. */
  readonly openFile?: OpenFile;
  /** Gives up the start, which a long file makes long: what the file held then stays as it is. */
  readonly signal?: AbortSignal;
}

/** A store that runs in this process and speaks the Redis protocol. */
export interface EmbeddedStore extends AsyncDisposable {
  readonly socketPath: string;
  /** Where it listens on loopback, with the true port. */
  readonly tcp: { readonly host: string; readonly port: number } | null;
  /** Finishes what was sent, brings it to the disk, and lets go of the directory. */
  close(): Promise<void>;
}

/**
 * Opens the embedded store: reads its file, and serves it.
 *
 * @throws BerthError BERTH_EMBEDDED_LOCKED, BERTH_EMBEDDED_CORRUPT, BERTH_CONFIG_INVALID (a host that is not loopback,
 * a path that is too long), BERTH_PORT_TAKEN, BERTH_PORT_FORBIDDEN, BERTH_ADDRESS_UNAVAILABLE; or what the file system
 * says; or the signal's reason
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const undo: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const tcp = await start(options, undo);
    return { socketPath: options.socketPath, tcp, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

async function start(
  options: EmbeddedStoreOptions,
  undo: (() => Promise<void>)[],
): Promise<EmbeddedStore['tcp']> {
  const { directory, socketPath, log, signal = new AbortController().signal } = options;
  await makeDirectory(directory, { mode: 0o700 });
  await chmod(directory, 0o700);
  const lock = await lockDirectory(directory);
  undo.push(() => lock.release());

  const keys = keysFor(options.prefix ?? '');
  const marks = [keys.dead(''), keys.deadReasons('')];
  const engine = new Engine({
    isVolatile: (key) => marks.some((mark) => key.startsWith(mark)),
    wallClock: options.wallClock ?? Date.now,
    random: options.random ?? Math.random,
    log,
  });

  const path = join(directory, 'store.aof');
  await rm(`${path}.new`, { force: true });
  const apply = (words: readonly string[]) => engine.restore(words);
  const found = await replay({ path, apply, isKnown: isRestorable, signal });
  signal.throwIfAborted();
  if (found.goodBytes < found.fileBytes) {
    log(
      'warn',
      `${path}: the last ${found.fileBytes - found.goodBytes} bytes were torn by a crash and are cut off at byte ${found.goodBytes}`,
    );
  }
  const file = await AppendOnlyFile.at(path, found.goodBytes, options.openFile);
  undo.push(() => file.close());
  const { turns } = engine;
  const journal = new Journal({ file, turns, snapshot: () => engine.snapshot(), log });
  await engine.start(journal);
  undo.push(() => engine.close());
  const compacted = await turns.urgent(() => engine.snapshot(signal));
  if (compacted.length < file.size) {
    await file.replace(compacted).catch((error: unknown) => {
      log('warn', `${path} could not be compacted: ${String(error)}`);
    });
  }

  const endpoints: Endpoint[] = [];
  undo.push(async () => {
    for (const endpoint of endpoints) void endpoint.close();
  });
  if (process.platform !== 'win32') {
    await makeDirectory(dirname(socketPath), { mode: 0o700 });
  }
  const take = engine.connections.take.bind(engine.connections);
  endpoints.push(await listenLocal(take, socketPath));
  if (options.owner !== undefined) {
    const { uid, gid } = options.owner;
    for (const owned of [directory, path, socketPath]) await chown(owned, uid, gid);
  }
  if (options.tcp === null) return null;
  const { host, port, fallback = false } = options.tcp;
  const endpoint = await listenTcp(take, host, port, fallback);
  endpoints.push(endpoint);
  if (port !== 0 && endpoint.port !== port) log('warn', await elsewhere(port, endpoint.port));
  return { host, port: endpoint.port };
}

/** Whoever goes by the usual port would edit what another instance serves. */
async function elsewhere(wanted: number, port: number): Promise<string> {
  const owner = await findPortOwner(wanted);
  const by = owner === null ? '' : ` by ${describeOwner(owner)}`;
  return `Port ${wanted} is taken${by}. The embedded store listens on ${port}.`;
}
