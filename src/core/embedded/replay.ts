import { open, stat } from 'node:fs/promises';
import { BerthError } from '../../shared/errors.ts';
import { ProtocolError, Requests } from './requests.ts';

const pieceBytes = 1024 * 1024;

/** What reading a file came to. */
export interface Replayed {
  /** Bytes that hold whole commands and whole transactions: what is behind them has to be cut off. */
  readonly goodBytes: number;
  readonly fileBytes: number;
  readonly commands: number;
}

/** Runs one command of the file; throws when it cannot be what was once executed. */
type Apply = (words: readonly string[]) => Promise<void>;

const corrupt = (path: string, offset: number, problem: string): BerthError =>
  new BerthError('BERTH_EMBEDDED_CORRUPT', `${path}, byte ${offset}: ${problem}`);

const unreadable = (path: string, error: NodeJS.ErrnoException): BerthError =>
  new BerthError('BERTH_EMBEDDED_CORRUPT', `${path}: ${error.code ?? error.message}`, {
    cause: error,
  });

interface ReplayOptions {
  readonly path: string;
  readonly apply: Apply;
  /** Whether a lower-case name is that of a command which may stand in the file. */
  readonly isKnown: (name: string) => boolean;
  /** Ends the reading after the present piece. */
  readonly signal: AbortSignal;
}

/**
 * Reads an append-only file. An end that a crash has torn is left out: part of a command, part of a transaction, or
 * nothing but zeros. A transaction is applied whole, once its EXEC was read.
 *
 * @throws BerthError BERTH_EMBEDDED_CORRUPT for anything else that is not a command of this store,
 * and for what is no file or cannot be opened; the signal's reason
 */
export async function replay({ path, apply, isKnown, signal }: ReplayOptions): Promise<Replayed> {
  // Looked at before it is opened: that would wait for ever at a named pipe.
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw unreadable(path, error);
  });
  if (there === null) return { goodBytes: 0, fileBytes: 0, commands: 0 };
  if (!there.isFile()) {
    const is = there.isDirectory() ? 'a directory' : 'a device, pipe or socket';
    throw new BerthError('BERTH_EMBEDDED_CORRUPT', `${path} is ${is}, not a file`);
  }
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  try {
    const fileBytes = (await handle.stat()).size;
    const requests = new Requests('file');
    const reader = new Reader(path, requests, apply);
    try {
      for (let at = 0; at < fileBytes; ) {
        signal.throwIfAborted();
        const piece = Buffer.allocUnsafe(Math.min(pieceBytes, fileBytes - at));
        const { bytesRead } = await handle.read(piece, 0, piece.length, at);
        if (bytesRead === 0) break;
        at += bytesRead;
        requests.push(piece.subarray(0, bytesRead));
        await reader.readOn();
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (!(await isZeroFrom(handle, error.offset, fileBytes))) {
        throw corrupt(path, error.offset, error.message);
      }
    }
    await refuseSwallowed(path, handle, requests.end, fileBytes, isKnown);
    return { goodBytes: reader.goodBytes, fileBytes, commands: reader.commands };
  } finally {
    await handle.close();
  }
}

class Reader {
  readonly #path: string;
  readonly #requests: Requests;
  readonly #apply: Apply;
  #transaction: { readonly words: readonly string[]; readonly at: number }[] | null = null;
  goodBytes = 0;
  commands = 0;

  constructor(path: string, requests: Requests, apply: Apply) {
    this.#path = path;
    this.#requests = requests;
    this.#apply = apply;
  }

  async readOn(): Promise<void> {
    for (;;) {
      const at = this.#requests.end;
      const words = this.#requests.next();
      if (words === null) return;
      await this.#take(words, at);
      if (this.#transaction === null) this.goodBytes = this.#requests.end;
    }
  }

  async #take(words: readonly string[], at: number): Promise<void> {
    const name = words[0]?.toLowerCase();
    if (name === 'multi') {
      if (this.#transaction !== null) throw corrupt(this.#path, at, 'MULTI inside MULTI');
      this.#transaction = [];
    } else if (name === 'exec') {
      if (this.#transaction === null) throw corrupt(this.#path, at, 'EXEC without MULTI');
      const commands = this.#transaction;
      this.#transaction = null;
      for (const command of commands) await this.#run(command.words, command.at);
    } else if (this.#transaction !== null) {
      this.#transaction.push({ words, at });
    } else {
      await this.#run(words, at);
    }
  }

  async #run(words: readonly string[], at: number): Promise<void> {
    try {
      await this.#apply(words);
    } catch (error) {
      throw corrupt(this.#path, at, error instanceof Error ? error.message : String(error));
    }
    this.commands++;
  }
}

/**
 * A length that was damaged can make one command seem to reach beyond the end, and swallow good ones. What a crash tore
 * has no whole command behind its beginning.
 */
async function refuseSwallowed(
  path: string,
  handle: Awaited<ReturnType<typeof open>>,
  from: number,
  end: number,
  isKnown: (name: string) => boolean,
): Promise<void> {
  if (from >= end) return;
  const rest = Buffer.allocUnsafe(end - from);
  const { bytesRead } = await handle.read(rest, 0, rest.length, from);
  for (let at = rest.indexOf('\n*', 1); at !== -1; at = rest.indexOf('\n*', at + 1)) {
    const requests = new Requests('file');
    requests.push(rest.subarray(at + 1, bytesRead));
    try {
      const name = requests.next()?.[0];
      if (name === undefined || !isKnown(name.toLowerCase())) continue;
    } catch (error) {
      if (error instanceof ProtocolError) continue;
      throw error;
    }
    throw corrupt(path, from, 'this command reaches into others');
  }
}

async function isZeroFrom(
  handle: Awaited<ReturnType<typeof open>>,
  from: number,
  end: number,
): Promise<boolean> {
  const piece = Buffer.allocUnsafe(pieceBytes);
  for (let at = from; at < end; ) {
    const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, end - at), at);
    if (bytesRead === 0) return true;
    if (piece.subarray(0, bytesRead).some((byte) => byte !== 0)) return false;
    at += bytesRead;
  }
  return true;
}
