import { resolve } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import type { AccessLogFormat } from '../../shared/model/accessLogFormat.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { createLineFormat } from './lineFormat.ts';
import { reasonOf } from './reason.ts';
import { shiftFiles } from './rotation.ts';
import { type Owner, openSink, type Sink } from './sink.ts';
import { createLineWriter, type WriterBounds } from './writer.ts';

/** The access log of an instance. No call waits for the disk on the caller's time, and none throws. */
export interface AccessLog {
  /** Appends one line for each record, or drops and counts it when more than `limits.maxQueuedLogBytes` wait. */
  write(records: readonly RequestRecord[]): void;
  /**
   * Opens the path anew, after a rotation: lines written before go to the old file, lines after it to the new one.
   * An old file that takes nothing (full disk) is left with whole lines, and what waits goes to the new one. When the
   * path cannot be opened, the old file is kept, and that is said. Resolves when it is done; never rejects.
   */
  reopen(): Promise<void>;
  /** Writes further records in another form; loses nothing. */
  use(style: AccessLogStyle): void;
  /** Writes what waits, within `limits.logCloseMs`, and closes. Never rejects. */
  close(): Promise<void>;
  /** Where it is written. */
  readonly path: string;
  /** Lines lost since the log was opened. */
  readonly dropped: number;
}

/** What can change while the log is open. */
export interface AccessLogStyle {
  readonly format: AccessLogFormat;
  /** Bytes of a file before it is renamed to `<path>.1` and begun anew; 0 for never. Not of a FIFO or device. */
  readonly maxBytes: number;
  /** Renamed files that are kept; at least 1. */
  readonly keep: number;
}

export interface AccessLogOptions {
  /** Hipache's lines in a file without bound, when left out. */
  readonly style?: AccessLogStyle;
  readonly log: Log;
  /** Whom a new file will belong to. */
  readonly owner?: Owner;
  /** Unix milliseconds. */
  readonly wallClock?: () => number;
  readonly open?: (path: string, owner?: Owner) => Promise<Sink>;
  readonly bounds?: Partial<WriterBounds>;
}

/**
 * Opens the access log at `path`: a file, which is created along with its directories (0640, 0750), a FIFO, a
 * device, `/dev/stdout` or `/dev/stderr` (see sink.ts). `/dev/null` costs nothing.
 *
 * @throws BerthError BERTH_CONFIG_INVALID when the path cannot be written
 */
export async function openAccessLog(path: string, options: AccessLogOptions): Promise<AccessLog> {
  const { log, owner, wallClock = Date.now, open = openSink, bounds } = options;
  if (path === '') {
    throw new BerthError(
      'BERTH_CONFIG_INVALID',
      'server.accessLog is empty; it takes a path, or /dev/null for no log',
    );
  }
  if (path === '/dev/null') return noAccessLog;
  if (path.endsWith('/')) throw refusal(path, 'it ends with / and names no file');

  // A later change of the working directory must not move the log.
  const absolute = resolve(path);
  const openAgain = (): Promise<Sink> => open(absolute, owner);
  let sink: Sink;
  try {
    sink = await openAgain();
  } catch (error) {
    throw refusal(path, reasonOf(error), error);
  }

  let style = options.style ?? plainStyle;
  let format = createLineFormat(style.format);
  const writer = createLineWriter(sink, {
    open: openAgain,
    lostLine: (lines, at) => format.lost(lines, at),
    rotation: {
      get maxBytes() {
        return style.maxBytes;
      },
      shift: async (full) => {
        if (await full.isAt(absolute)) await shiftFiles(absolute, style.keep);
      },
    },
    say: (level, message) => log(level, `access log ${absolute} ${message}`),
    wallClock,
    bounds: { ...limits, ...bounds },
  });
  return {
    path: absolute,
    write: (records) => {
      for (const record of records) writer.append(format.line(record));
    },
    reopen: () => writer.reopen(),
    use: (next) => {
      if (next.format !== style.format) format = createLineFormat(next.format);
      style = next;
    },
    close: () => writer.close(),
    get dropped() {
      return writer.dropped;
    },
  };
}

const plainStyle: AccessLogStyle = { format: 'hipache', maxBytes: 0, keep: 1 };

const refusal = (path: string, reason: string, cause?: unknown): BerthError =>
  new BerthError(
    'BERTH_CONFIG_INVALID',
    `server.accessLog ${JSON.stringify(path)} cannot be written: ${reason}`,
    { cause },
  );

const noAccessLog: AccessLog = {
  path: '/dev/null',
  write: () => {},
  reopen: async () => {},
  use: () => {},
  close: async () => {},
  dropped: 0,
};
