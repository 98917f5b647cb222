import { open as openFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What is used of an open file; the default is Node's own. */
export interface FileHandle {
  write(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>;
  truncate(length: number): Promise<void>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type OpenFile = (path: string, flags: string, mode: number) => Promise<FileHandle>;

/** Bytes handed to the system in one write. */
const pieceBytes = 4 * 1024 * 1024;

async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(pieceBytes, bytes.length - done);
    const { bytesWritten } = await handle.write(bytes, done, length, at + done);
    if (bytesWritten === 0) throw new Error('nothing could be written');
    done += bytesWritten;
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows has no such thing as a directory that can be synced.
  if (process.platform === 'win32') return;
  const handle = await openFile(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The file on disk. What `append` or `replace` resolved for is there after a crash; what they rejected for is not, or
 * is cut off before anything else is written.
 */
export class AppendOnlyFile {
  readonly path: string;
  readonly #open: OpenFile;
  #handle: FileHandle;
  #size: number;
  /** `tail`: bytes may stand behind `size`. `unknown`: a sync failed, and what the disk holds cannot be told. */
  #damage: 'none' | 'tail' | 'unknown' = 'none';

  private constructor(path: string, open: OpenFile, handle: FileHandle, size: number) {
    this.path = path;
    this.#open = open;
    this.#handle = handle;
    this.#size = size;
  }

  /** Opens or makes the file and cuts it to `size` bytes, which are known to be good. */
  static async at(path: string, size: number, open: OpenFile = openFile): Promise<AppendOnlyFile> {
    const handle = await open(path, size === 0 ? 'w+' : 'r+', 0o600);
    try {
      await handle.truncate(size);
      await handle.sync();
      await syncDirectory(dirname(path));
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new AppendOnlyFile(path, open, handle, size);
  }

  /** Bytes that are safely there. */
  get size(): number {
    return this.#size;
  }

  /** Only `replace` can help: a sync has failed. */
  get isUncertain(): boolean {
    return this.#damage === 'unknown';
  }

  /** Adds bytes and syncs them to the disk. */
  async append(bytes: Buffer): Promise<void> {
    if (this.#damage === 'unknown') throw new Error('the last sync failed');
    if (this.#damage === 'tail') await this.#cut();
    try {
      await writeAll(this.#handle, bytes, this.#size);
    } catch (error) {
      this.#damage = 'tail';
      await this.#cut().catch(() => {});
      throw error;
    }
    try {
      await this.#handle.datasync();
    } catch (error) {
      this.#damage = 'unknown';
      throw error;
    }
    this.#size += bytes.length;
  }

  /** Puts a new file in the place of this one, whole or not at all. */
  async replace(bytes: Buffer): Promise<void> {
    const temporary = `${this.path}.new`;
    const handle = await this.#open(temporary, 'w+', 0o600);
    try {
      await writeAll(handle, bytes, 0);
      await handle.sync();
      await rename(temporary, this.path);
    } catch (error) {
      await handle.close();
      await rm(temporary, { force: true });
      throw error;
    }
    const old = this.#handle;
    this.#handle = handle;
    this.#size = bytes.length;
    this.#damage = 'unknown';
    await old.close();
    await syncDirectory(dirname(this.path));
    this.#damage = 'none';
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #cut(): Promise<void> {
    await this.#handle.truncate(this.#size);
    await this.#handle.datasync();
    this.#damage = 'none';
  }
}
