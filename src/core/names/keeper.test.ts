import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { createHostsFileKeeper } from './keeper.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const soon = () => vi.advanceTimersByTimeAsync(limits.hostsFileDelayMs);

test('many changes are one of the file', async () => {
  const keep = vi.fn(async () => null);
  const keeper = createHostsFileKeeper({ isOn: () => true, keep, log: vi.fn() });
  for (let n = 0; n < 100; n++) keeper.changed();
  await soon();
  expect(keep).toHaveBeenCalledTimes(1);
  expect(keeper.isKept).toBe(true);
  keeper.changed();
  await soon();
  expect(keep).toHaveBeenCalledTimes(2);
});

test('switched off it does nothing, and keeps nothing', async () => {
  const keep = vi.fn(async () => null);
  let isOn = false;
  const keeper = createHostsFileKeeper({ isOn: () => isOn, keep, log: vi.fn() });
  keeper.changed();
  await soon();
  expect(keep).not.toHaveBeenCalled();
  isOn = true;
  keeper.changed();
  await soon();
  expect(keeper.isKept).toBe(true);
  isOn = false;
  expect(keeper.isKept).toBe(false);
});

test('what cannot be done is said once, and again when the reason is another', async () => {
  const log = vi.fn();
  let problem: string | null = 'it may not be written';
  const keeper = createHostsFileKeeper({ isOn: () => true, keep: async () => problem, log });
  for (const next of [problem, null, 'the disk is full']) {
    problem = next;
    for (let n = 0; n < 3; n++) {
      keeper.changed();
      await soon();
    }
  }
  expect(log.mock.calls.map(([, line]) => String(line).split(';')[0])).toEqual([
    'the hosts file is not kept: it may not be written',
    'the hosts file is not kept: the disk is full',
  ]);
});

test('closed it waits for what is under way, and begins nothing more', async () => {
  let finish: () => void = () => undefined;
  const keep = vi.fn(
    () =>
      new Promise<null>((resolve) => {
        finish = () => resolve(null);
      }),
  );
  const keeper = createHostsFileKeeper({ isOn: () => true, keep, log: vi.fn() });
  keeper.changed();
  await soon();
  const closed = keeper.close();
  keeper.changed();
  finish();
  await closed;
  await soon();
  expect(keep).toHaveBeenCalledTimes(1);
});
