import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromHead, heldBytes } from '../../../test/support/heldBytes.ts';
import { aRecord } from '../../../test/support/record.ts';
import { limits } from '../../shared/limits.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { readRecords } from '../../shared/model/recordBatch.ts';
import { createRecorder, type RecorderOptions } from './createRecorder.ts';

interface Sent {
  readonly records: readonly RequestRecord[];
  readonly dropped: number;
  readonly done: (error: Error | null) => void;
}

const bounds = { maxQueuedRecords: 10, maxBatchRecords: 4, batchDelayMs: 50 };

/** A recorder whose channel takes batches when the test says so. */
function createBench(more: RecorderOptions['bounds'] = {}) {
  const sent: Sent[] = [];
  const recorder = createRecorder({
    send: (batch, dropped, done) => sent.push({ records: readRecords(batch), dropped, done }),
    bounds: { ...bounds, ...more },
  });
  const add = (count: number, from = 0): void => {
    for (let i = 0; i < count; i++) recorder.add(aRecord({ target: `/${from + i}` }));
  };
  const targets = () => sent.map(({ records }) => records.map(({ target }) => target));
  return { sent, recorder, add, targets };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the recorder', () => {
  it('sends a full batch after the request at hand, without waiting for the delay', async () => {
    const { sent, add, targets } = createBench();
    add(4);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(targets()).toEqual([['/0', '/1', '/2', '/3']]);
  });

  it('sends what is less than a batch after the delay, again and again', async () => {
    const { sent, add, targets } = createBench();
    add(2);
    await vi.advanceTimersByTimeAsync(49);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    sent[0]?.done(null);
    add(1, 2);
    await vi.advanceTimersByTimeAsync(50);
    expect(targets()).toEqual([['/0', '/1'], ['/2']]);
  });

  it('has one timer however many records come', () => {
    const { add } = createBench();
    add(3);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('sends nothing where nothing was recorded', async () => {
    const { sent, recorder } = createBench();
    await vi.advanceTimersByTimeAsync(500);
    await recorder.close();
    expect(sent).toEqual([]);
  });

  it('has one batch under way while the channel is backed up, and keeps order', async () => {
    const { sent, add, targets } = createBench();
    add(9);
    await vi.advanceTimersByTimeAsync(500);
    expect(sent).toHaveLength(1);
    sent[0]?.done(null);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(2);
    sent[1]?.done(null);
    await vi.advanceTimersByTimeAsync(50);
    expect(targets()).toEqual([['/0', '/1', '/2', '/3'], ['/4', '/5', '/6', '/7'], ['/8']]);
  });

  it('drops and counts what the queue cannot hold, and tells with the next batch', async () => {
    const { sent, add } = createBench();
    add(13);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent[0]).toMatchObject({ dropped: 3 });
    add(6, 13);
    sent[0]?.done(null);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent[1]).toMatchObject({ dropped: 2 });
    sent[1]?.done(null);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent[2]).toMatchObject({ dropped: 0 });
  });

  it('bounds the text that waits, not only the records', () => {
    const { recorder, sent } = createBench({ maxQueuedRecordChars: 3000 });
    for (let i = 0; i < 5; i++) recorder.add(aRecord({ userAgent: 'x'.repeat(1000) }));
    void recorder.flush();
    expect(sent[0]?.records.length).toBe(2);
    expect(sent[0]?.dropped).toBe(3);
  });

  it('holds the texts of records that wait, and not the heads that they were read from', async () => {
    const { recorder } = createBench({ maxQueuedRecords: 1000, maxBatchRecords: 100 });
    const own = (name: string, i: number): string => fromHead(`/some/${name}/of/its/own/${i}`);
    const fill = () => {
      for (let i = 0; i < 200; i++) {
        const [target, userAgent, referer] = [own('path', i), own('agent', i), own('page', i)];
        recorder.add(aRecord({ target, userAgent, referer, host: own('host', i) }));
      }
      return recorder;
    };
    // Their heads have 52 MB.
    expect(await heldBytes(fill)).toBeLessThan(3_000_000);
  });

  it('counts a batch that the channel lost, and goes on', async () => {
    const { sent, add } = createBench();
    add(5);
    await vi.advanceTimersByTimeAsync(0);
    sent[0]?.done(new Error('channel closed'));
    await vi.advanceTimersByTimeAsync(50);
    expect(sent[1]).toMatchObject({ records: [{ target: '/4' }], dropped: 4 });
  });

  it('survives a channel that throws', async () => {
    let calls = 0;
    const counts: number[] = [];
    const recorder = createRecorder({
      send: (_, dropped, done) => {
        counts.push(dropped);
        if (++calls === 1) throw new Error('closed');
        done(null);
      },
      bounds,
    });
    recorder.add(aRecord());
    await vi.advanceTimersByTimeAsync(50);
    recorder.add(aRecord());
    await vi.advanceTimersByTimeAsync(50);
    expect(counts).toEqual([0, 1]);
  });

  it('flushes all that waits, and resolves when the channel has taken it', async () => {
    const { sent, recorder, add, targets } = createBench();
    add(9);
    const flushed = vi.fn();
    void recorder.flush().then(flushed);
    expect(targets().flat()).toHaveLength(9);
    for (const { done } of sent) {
      await vi.advanceTimersByTimeAsync(0);
      expect(flushed).not.toHaveBeenCalled();
      done(null);
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(flushed).toHaveBeenCalledOnce();
  });

  it('leaves no timer behind when closed, and takes no more', async () => {
    const { sent, recorder, add } = createBench();
    add(2);
    const closed = recorder.close();
    sent[0]?.done(null);
    await closed;
    add(2);
    expect(vi.getTimerCount()).toBe(0);
    expect(sent).toHaveLength(1);
  });

  it('cuts long text, and passes a record that needs no cut as it is', async () => {
    const { sent, recorder } = createBench();
    const plain = aRecord();
    recorder.add(plain);
    recorder.add(
      aRecord({
        target: `/${'t'.repeat(9000)}`,
        referer: 'r'.repeat(9000),
        userAgent: null,
        identifier: 'i'.repeat(9000),
      }),
    );
    await vi.advanceTimersByTimeAsync(50);
    expect(sent[0]?.records[0]).toEqual(plain);
    const long = sent[0]?.records[1];
    expect(long?.target).toBe(`/${'t'.repeat(limits.maxRecordTextChars - 1)}`);
    expect(long?.referer).toBe('r'.repeat(limits.maxRecordTextChars));
    expect(long?.identifier).toHaveLength(limits.maxRecordTextChars);
    expect(long?.userAgent).toBeNull();
  });
});
