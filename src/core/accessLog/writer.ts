import { setTimeout as delay } from 'node:timers/promises';
import type { limits } from '../../shared/limits.ts';
import { linesInWords } from './format.ts';
import { createLineQueue, type Reopening } from './queue.ts';
import { errorCode, reasonOf } from './reason.ts';
import { type Sink, sizeOf } from './sink.ts';
import { createSizeLimit, type Rotation } from './sizeLimit.ts';

/** Writes lines to a sink in the order in which they come, one write at a time, from a bounded queue. */
export interface LineWriter {
  /** Takes one line of ASCII, newline included, or drops and counts it when too much waits. */
  append(line: string): void;
  /** See AccessLog. */
  reopen(): Promise<void>;
  close(): Promise<void>;
  readonly dropped: number;
}

type BoundName =
  | 'maxQueuedLogBytes'
  | 'maxLogWriteBytes'
  | 'logRetryFirstMs'
  | 'logRetryMaxMs'
  | 'logCloseMs'
  | 'logCloseMaxMs'
  | 'logRotateRetryMs';

export type WriterBounds = { readonly [Name in BoundName & keyof typeof limits]: number };

export interface WriterOptions {
  readonly open: () => Promise<Sink>;
  /** The line that stands where lines were lost; `at` in Unix milliseconds. */
  readonly lostLine: (lines: number, at: number) => string;
  readonly rotation: Rotation;
  /** Tells a person; once for each change of state, never for each line. */
  readonly say: (level: 'info' | 'warn', message: string) => void;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  readonly bounds: WriterBounds;
}

/** Failures that mean this opening is of no use any more, while the path may be. */
const brokenCodes = new Set(['EPIPE', 'ENXIO', 'EBADF', 'ESTALE']);

const newline = 0x0a;
const nothing = Buffer.alloc(0);

export function createLineWriter(first: Sink, options: WriterOptions): LineWriter {
  const { open, say, wallClock, bounds, lostLine, rotation } = options;
  const queue = createLineQueue(bounds.maxQueuedLogBytes, bounds.maxLogWriteBytes);

  const sizeLimit = createSizeLimit({
    rotation,
    retryMs: bounds.logRotateRetryMs,
    say,
    wallClock,
  });

  let sink = first;
  /** Whole lines that are being written, and how far that is. */
  let current = nothing;
  let offset = 0;

  let running: Promise<void> | null = null;
  let closing: Promise<void> | null = null;
  let abandoned = false;
  let atSink = false;
  let wake = (): void => {};

  let failing = false;
  let broken = false;
  let retryMs = bounds.logRetryFirstMs;
  let dropped = 0;
  /** Bytes that sinks took so far. */
  let taken = 0;
  /** Lost lines that no note in the log speaks of yet. */
  let unsaid = 0;

  if (first.torn) startOver(first);

  function lose(lines: number): void {
    dropped += lines;
    unsaid += lines;
  }

  function start(): void {
    running ??= run();
  }

  async function run(): Promise<void> {
    // The first write then takes all that is appended in this turn.
    await null;
    while (!abandoned) {
      if (offset < current.length) {
        await rotateInTime();
        if (!abandoned) await attempt();
      } else if (!(await advance())) break;
    }
    // Not in a `finally` of the caller's: a line appended in between would wait for the next one.
    running = null;
  }

  /** Makes the next text current, or reopens; false when nothing is left to do. */
  async function advance(): Promise<boolean> {
    const next = queue.take();
    current = typeof next === 'string' ? Buffer.from(next, 'latin1') : nothing;
    offset = 0;
    if (typeof next === 'string') return true;
    if (next !== null) {
      await change(next, null);
      return true;
    }
    if (failing) say('info', 'is written again');
    failing = false;
    return false;
  }

  async function attempt(): Promise<void> {
    let failure: unknown;
    atSink = true;
    try {
      const count = await sink.write(current, offset);
      if (count > 0) {
        offset += count;
        taken += count;
        sizeLimit.wrote(count);
        retryMs = bounds.logRetryFirstMs;
        queue.written(count);
        if (unsaid > 0 && !queue.full) noteLoss();
        return;
      }
      failure = 'it takes nothing';
    } catch (error) {
      failure = error;
    } finally {
      atSink = false;
    }
    if (!abandoned) await wait(failure);
  }

  /** Between two lines only. */
  async function rotateInTime(): Promise<void> {
    if (offset !== lineStart()) return;
    if (!(await sizeLimit.isReached(sink, current.length - offset))) return;
    await sizeLimit.rotate(sink, async () => adopt(await open()));
  }

  function noteLoss(): void {
    if (!queue.push(lostLine(unsaid, wallClock()))) return;
    say('warn', `lost ${linesInWords(unsaid)}`);
    unsaid = 0;
  }

  /** The sink took nothing: time, a fresh opening or somebody's `rm` may help. */
  async function wait(failure: unknown): Promise<void> {
    const code = errorCode(failure);
    // A reader that is behind is no failure; when too much waits for it, that is said.
    if (code !== 'EAGAIN' && !failing) {
      failing = true;
      say('warn', `cannot be written: ${reasonOf(failure)}; lines wait in memory`);
    }
    if (code !== null && brokenCodes.has(code)) broken = true;
    const sizeThen = await sizeOf(sink);

    const stuck = code !== 'EAGAIN' || retryMs >= bounds.logRetryMaxMs;
    const mark = stuck ? queue.takeMark() : null;
    if (mark !== null) return change(mark, sizeThen);

    await pause();
    if (abandoned) return;
    if (broken) await mend();
    const sizeNow = await sizeOf(sink);
    if (sizeThen !== null && sizeNow !== null && sizeNow < sizeThen) skipTornLine();
  }

  async function pause(): Promise<void> {
    await new Promise<void>((settle) => {
      const timer = setTimeout(settle, retryMs);
      wake = () => {
        clearTimeout(timer);
        settle();
      };
    });
    retryMs =
      closing === null ? Math.min(retryMs * 2, bounds.logRetryMaxMs) : bounds.logRetryFirstMs;
  }

  async function mend(): Promise<void> {
    try {
      await adopt(await open());
    } catch {
      // Said when it broke; the next try comes by itself.
    }
  }

  /** Goes on in a fresh opening of the path. `sizeThen`: bytes of the old file, when that took no more. */
  async function change(mark: Reopening, sizeThen: number | null): Promise<void> {
    try {
      const fresh = await open();
      const begun = offset - lineStart();
      // The line goes whole into the new file. Its part in the old one is cut only while nobody wrote behind it.
      if (begun > 0 && sizeThen !== null && (await sizeOf(sink)) === sizeThen) {
        await sink.truncate(sizeThen - begun).catch(() => {});
      }
      await adopt(fresh);
      say('info', 'is reopened');
    } catch (error) {
      say('warn', `cannot be opened anew: ${reasonOf(error)}; the old file is kept`);
    }
    mark.resolve();
  }

  async function adopt(fresh: Sink): Promise<void> {
    // The one that was open is closed by `finish`, which did not wait for this one.
    if (abandoned) return fresh.close().catch(() => {});
    const old = sink;
    sink = fresh;
    sizeLimit.renew();
    broken = false;
    startOver(fresh);
    await old.close().catch(() => {});
  }

  /** Begins a sink with a whole line, and below a line that somebody left without an end. */
  function startOver(fresh: Sink): void {
    const rest = current.subarray(lineStart());
    const before = current.length - offset;
    current = fresh.torn ? Buffer.concat([Buffer.of(newline), rest]) : rest;
    offset = 0;
    queue.written(before - current.length);
  }

  /** Somebody emptied the file to free the disk, and the first part of this line went with it. */
  function skipTornLine(): void {
    if (lineStart() === offset) return;
    const end = current.indexOf(newline, offset) + 1;
    queue.written(end - offset);
    offset = end;
    lose(1);
  }

  function lineStart(): number {
    return offset === 0 ? 0 : current.lastIndexOf(newline, offset - 1) + 1;
  }

  async function finish(): Promise<void> {
    wake();
    const waiting = new AbortController();
    await Promise.race([running, standstill(waiting.signal)]);
    waiting.abort();

    abandoned = true;
    wake();
    const left = discard();
    if (left > 0) {
      lose(left);
      say('warn', `was closed before it took ${linesInWords(left)}`);
    }
    // A write that hangs keeps its descriptor: closed under it, the number could be another file's by then.
    if (!atSink) await sink.close().catch(() => {});
  }

  /** Resolves when the sink has taken nothing for `logCloseMs`, or it takes longer than anybody waits. */
  async function standstill(signal: AbortSignal): Promise<void> {
    for (let waited = 0; waited < bounds.logCloseMaxMs; waited += bounds.logCloseMs) {
      const before = taken;
      // Rejects when the signal fires, and for no other reason.
      await delay(bounds.logCloseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || taken === before) return;
    }
  }

  /** Empties all that waits; returns how many lines that were. */
  function discard(): number {
    let lines = countLines(current.subarray(offset).toString('latin1'));
    for (let next = queue.take(); next !== null; next = queue.take()) {
      if (typeof next === 'string') lines += countLines(next);
      else next.resolve();
    }
    return lines;
  }

  return {
    get dropped() {
      return dropped;
    },
    append: (line) => {
      const wasFull = queue.full;
      if (closing === null && queue.push(line)) {
        start();
        return;
      }
      lose(1);
      if (closing === null && !wasFull) {
        say(
          'warn',
          `does not keep up: ${queue.bytes} bytes wait, and lines are dropped until half of them are written`,
        );
      }
    },
    reopen: () => {
      if (closing !== null) return closing;
      const { done } = queue.mark();
      wake();
      start();
      return done;
    },
    close: () => {
      closing ??= finish();
      return closing;
    },
  };
}

const countLines = (text: string): number => text.split('\n').length - 1;
