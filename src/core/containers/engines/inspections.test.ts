import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { Inspections } from './inspections.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Looks that end when they are told to. */
function open() {
  const begun: string[] = [];
  const ends = new Map<string, (isAnswered: boolean) => void>();
  const inspections = new Inspections({
    inspect: (id) => {
      begun.push(id);
      return new Promise((resolve) => ends.set(id, resolve));
    },
  });
  const end = async (id: string, isAnswered = true): Promise<void> => {
    ends.get(id)?.(isAnswered);
    await vi.advanceTimersByTimeAsync(0);
  };
  const pass = () => vi.advanceTimersByTimeAsync(limits.containerEventsMs);
  return { inspections, begun, end, pass };
}

describe('containers are looked at', () => {
  test('once for many events', async () => {
    const { inspections, begun, pass } = open();
    for (let n = 0; n < 1000; n++) inspections.want('a');
    expect(begun).toEqual([]);
    await pass();
    expect(begun).toEqual(['a']);
  });

  test('again when one was named while it was looked at, and not beside that', async () => {
    const { inspections, begun, end, pass } = open();
    inspections.want('a');
    await pass();
    inspections.want('a');
    inspections.want('a');
    await pass();
    expect(begun).toEqual(['a']);
    await end('a');
    expect(begun).toEqual(['a', 'a']);
    await end('a');
    await pass();
    expect(begun).toEqual(['a', 'a']);
  });

  test('so many at once, and the others after them', async () => {
    const { inspections, begun, end } = open();
    const ids = Array.from({ length: 20 }, (_, n) => `c${n}`);
    const all = inspections.all(ids, 60_000);
    let isDone = false;
    void all.then(() => {
      isDone = true;
    });
    expect(begun).toHaveLength(limits.maxInspections);
    for (const id of ids) {
      expect(isDone).toBe(false);
      await end(id);
    }
    expect(begun).toEqual(ids);
    expect(isDone).toBe(true);
  });

  test('those that gave no answer have half of the room', async () => {
    const { inspections, begun, end, pass } = open();
    const mute = Array.from({ length: limits.maxInspections }, (_, n) => `m${n}`);
    for (const id of mute) inspections.want(id);
    await pass();
    for (const id of mute) await end(id, false);
    begun.length = 0;
    for (const id of [...mute, 'a', 'b']) inspections.want(id);
    await pass();
    expect(begun).toEqual([...mute.slice(0, limits.maxInspections / 2), 'a', 'b']);
  });

  test('no more than there may be wait', () => {
    const { inspections } = open();
    for (let n = 0; n < limits.maxContainers; n++) expect(inspections.want(`c${n}`)).toBe(true);
    expect(inspections.want('one more')).toBe(false);
    expect(inspections.want('c0')).toBe(true);
    expect(inspections.size).toBe(limits.maxContainers);
    inspections.close();
  });

  test('who waits for all waits only so long', async () => {
    const { inspections, begun } = open();
    const all = inspections.all(['hung'], 100);
    await vi.advanceTimersByTimeAsync(100);
    await all;
    expect(begun).toEqual(['hung']);
  });

  test('no more after closing, and nobody waits then', async () => {
    const { inspections, begun, end, pass } = open();
    inspections.want('a');
    const all = inspections.all(['b'], 60_000);
    inspections.close();
    await all;
    await end('b');
    inspections.want('c');
    await pass();
    expect(begun).toEqual(['a', 'b']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
