import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { makeDirectory } from '../system/makeDirectory.ts';
import { errorCode } from './reason.ts';

/** Where log bytes go. One call at a time. */
export interface Sink {
  /** Writes some of `bytes` from `offset` on and says how many; rejects with the system's error when none. Never blocks. */
  write(bytes: Buffer, offset: number): Promise<number>;
  /** Bytes of the regular file behind it, or null when it is something else. */
  size(): Promise<number | null>;
  /** Whether `path` still leads to it; false when it was renamed or removed. */
  isAt(path: string): Promise<boolean>;
  /** Cuts the regular file behind it. */
  truncate(size: number): Promise<void>;
  /** Whether the last line of a file that was there already lacks its end, as after a power cut. */
  readonly torn: boolean;
  close(): Promise<void>;
}

/** Bytes of the regular file behind a sink; null when it is something else, or does not say. */
export async function sizeOf(sink: Sink): Promise<number | null> {
  try {
    return await sink.size();
  } catch {
    return null;
  }
}

/** Ids that a new file and its new directories are given to; for a supervisor that drops its privileges later. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const fileMode = 0o640;
const directoryMode = 0o750;

const { constants } = fs;
const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
// Neither flag exists on Windows, nor what they are for.
const patience = (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

const open = promisify(fs.open);
const close = promisify(fs.close);
const read = promisify(fs.read);
const write = promisify(fs.write);
const fstat = promisify(fs.fstat);
const ftruncate = promisify(fs.ftruncate);
const fchown = promisify(fs.fchown);

/**
 * Opens a log path for appending, creating the file and its directories where they can be created.
 *
 * Anything but a regular file is opened non-blocking, and a write that it cannot take fails with EAGAIN. Otherwise a
 * full pipe would hold a thread of libuv's pool, of which there are four, and a process whose pool hangs cannot exit.
 * - A FIFO that nobody reads is opened for reading too: that succeeds, and what the pipe can hold waits for a reader.
 * - `/dev/stdout` and `/dev/stderr`: a terminal or pipe is opened anew, so that the flag stays ours; a file or socket
 *   is written through the descriptor itself, since a second opening would have a position of its own, or fail.
 */
export async function openSink(path: string, owner?: Owner): Promise<Sink> {
  const standard = standardStream(path);
  if (standard !== null) return sinkOf(standard, { ours: false, torn: false, regular: false });

  const before = await fs.promises.stat(path).catch(() => null);
  if (before === null) await makeDirectoryFor(dirname(path), owner);
  const fd =
    before === null || before.isFile()
      ? await open(path, appending, fileMode)
      : await openSpecial(path, before);
  try {
    const stats = await fstat(fd);
    if (before === null && owner !== undefined) await fchown(fd, owner.uid, owner.gid);
    const torn = stats.isFile() && stats.size > 0 && (await endsTorn(path, stats.size));
    return sinkOf(fd, { ours: true, torn, regular: stats.isFile() });
  } catch (error) {
    await close(fd);
    throw error;
  }
}

function sinkOf(
  fd: number,
  { ours, torn, regular }: { ours: boolean; torn: boolean; regular: boolean },
): Sink {
  return {
    torn,
    write: async (bytes, offset) =>
      (await write(fd, bytes, offset, bytes.length - offset, null)).bytesWritten,
    size: async () => (regular ? (await fstat(fd)).size : null),
    isAt: async (path) => {
      const [here, there] = await Promise.all([
        fstat(fd),
        fs.promises.stat(path).catch(() => null),
      ]);
      return there !== null && there.ino === here.ino && there.dev === here.dev;
    },
    truncate: (size) => ftruncate(fd, size),
    close: async () => {
      if (ours) await close(fd);
    },
  };
}

async function openSpecial(path: string, stats: fs.Stats): Promise<number> {
  try {
    return await open(path, constants.O_WRONLY | patience);
  } catch (error) {
    if (!stats.isFIFO() || errorCode(error) !== 'ENXIO') throw error;
    // A pipe that was inherited: reading from it ourselves would hide from everyone that its reader is gone.
    if ((await fs.promises.realpath(path)).startsWith('/proc/')) throw error;
    return open(path, constants.O_RDWR | patience);
  }
}

async function makeDirectoryFor(directory: string, owner: Owner | undefined): Promise<void> {
  const made = await makeDirectory(directory, { mode: directoryMode });
  if (owner === undefined) return;
  for (const path of made) await fs.promises.chown(path, owner.uid, owner.gid);
}

/** The descriptor of a standard stream that has to be written as it is; null for every other path. */
function standardStream(path: string): number | null {
  const stream =
    path === '/dev/stdout' ? process.stdout : path === '/dev/stderr' ? process.stderr : null;
  if (stream === null) return null;
  const stats = fs.fstatSync(stream.fd);
  // Making `stream` above had Node set a socket non-blocking.
  return stats.isFile() || stats.isSocket() ? stream.fd : null;
}

/** Whether a file of that size ends without a newline. One that we may not read counts as whole. */
async function endsTorn(path: string, size: number): Promise<boolean> {
  let fd: number;
  try {
    fd = await open(path, constants.O_RDONLY);
  } catch {
    return false;
  }
  try {
    const { bytesRead, buffer } = await read(fd, Buffer.alloc(1), 0, 1, size - 1);
    return bytesRead === 1 && buffer[0] !== 0x0a;
  } finally {
    await close(fd);
  }
}
