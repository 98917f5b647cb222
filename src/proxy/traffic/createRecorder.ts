import { limits } from '../../shared/limits.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { type RecordBatch, RecordWriter } from '../../shared/model/recordBatch.ts';
import { charsOf } from '../../shared/model/recordChars.ts';
import { boundText } from './boundText.ts';
import type { Recorder } from './recorder.ts';

/**
 * Hands a batch and the number of records lost since the last batch to the supervisor. `done` is to be called once:
 * without an error when the channel has taken the batch, with one when it is lost. May throw instead.
 * `process.send(message, undefined, undefined, done)` fits.
 */
type SendBatch = (batch: RecordBatch, dropped: number, done: (error: Error | null) => void) => void;

type BoundName = 'maxQueuedRecords' | 'maxQueuedRecordChars' | 'maxBatchRecords' | 'batchDelayMs';

export interface RecorderOptions {
  readonly send: SendBatch;
  readonly bounds?: { readonly [Name in BoundName & keyof typeof limits]?: number };
}

export interface BatchingRecorder extends Recorder {
  /** Records that came so far, lost ones included. */
  readonly taken: number;
  /** Sends all that waits at once. Resolves when the channel has taken it or lost it; never rejects. */
  flush(): Promise<void>;
  /** Takes no more, and flushes. */
  close(): Promise<void>;
}

/**
 * Collects the records of a worker into batches. One batch is under way at a time, so a channel that is backed up
 * shows as a queue here; that is bounded in records and in text, and what does not fit is dropped and counted.
 */
export function createRecorder(options: RecorderOptions): BatchingRecorder {
  const { send } = options;
  const bounds = { ...limits, ...options.bounds };

  /** Batches in order; the last one still grows. */
  const batches: Batch[] = [];
  let queued = 0;
  let queuedChars = 0;
  let dropped = 0;

  let taken = 0;
  let underWay = 0;
  const idle: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;
  let timerIsSet = false;
  let turnIsSet = false;
  let closed = false;

  function add(record: RequestRecord): void {
    taken++;
    const chars = charsOf(record);
    if (
      closed ||
      queued >= bounds.maxQueuedRecords ||
      queuedChars + chars > bounds.maxQueuedRecordChars
    ) {
      dropped++;
      return;
    }
    let batch = batches.at(-1);
    if (batch === undefined || batch.writer.count >= bounds.maxBatchRecords) {
      batch = { writer: new RecordWriter(), chars: 0 };
      batches.push(batch);
    }
    batch.writer.add(record);
    batch.chars += chars;
    queued++;
    queuedChars += chars;
    if (underWay > 0) return;
    if (batch.writer.count >= bounds.maxBatchRecords) sendSoon();
    else if (!timerIsSet) setTimer();
  }

  /** After the request at hand: to write a batch out takes as long as several requests. */
  function sendSoon(): void {
    if (turnIsSet) return;
    turnIsSet = true;
    setImmediate(() => {
      turnIsSet = false;
      sendNext();
    });
  }

  function setTimer(): void {
    timerIsSet = true;
    if (timer !== null) {
      timer.refresh();
      return;
    }
    timer = setTimeout(() => {
      timerIsSet = false;
      sendNext();
    }, bounds.batchDelayMs);
    timer.unref();
  }

  function sendNext(): void {
    if (underWay === 0) sendOne();
  }

  function sendOne(): void {
    const batch = batches.shift() ?? nothing;
    const lost = dropped;
    if (batch === nothing && lost === 0) return;
    queued -= batch.writer.count;
    queuedChars -= batch.chars;
    dropped = 0;
    underWay++;
    let settled = false;
    const done = (error: Error | null): void => {
      if (settled) return;
      settled = true;
      underWay--;
      if (error !== null) dropped += lost + batch.writer.count;
      if (queued > 0 && !closed) {
        // A channel that just failed gets no more at once.
        if (error === null && queued >= bounds.maxBatchRecords) sendSoon();
        else if (!timerIsSet) setTimer();
      }
      if (underWay === 0) for (const settle of idle.splice(0)) settle();
    };
    try {
      send(batch.writer.batch(), lost, done);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    timerIsSet = false;
    while (batches.length > 0) sendOne();
    if (dropped > 0 && underWay === 0) sendOne();
    if (underWay === 0) return;
    await new Promise<void>((settle) => {
      idle.push(settle);
    });
  }

  return {
    add: (record) => add(boundText(record)),
    get taken() {
      return taken;
    },
    flush,
    close: () => {
      closed = true;
      return flush();
    },
  };
}

interface Batch {
  readonly writer: RecordWriter;
  chars: number;
}

const nothing: Batch = { writer: new RecordWriter(), chars: 0 };
