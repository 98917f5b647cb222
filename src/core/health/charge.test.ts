import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CheckerInCharge } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import { keysFor } from '../../shared/model/keys.ts';
import { type Reply, StoreAway, type StoreCommand } from '../../store/command.ts';
import type { Edit, EditOutcome } from '../../store/edit.ts';
import type { Answer } from '../../store/store.ts';
import { Charge } from './charge.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const denied = 'NOPERM No permissions to access a key';

/** A store in which nothing stands, and that may not let us write or not be there. */
function harness() {
  const state = { fails: null as Error | null, hears: (): void => {}, ping: null as string | null };
  const lines: string[] = [];
  const became: CheckerInCharge['kind'][] = [];
  const written: string[] = [];
  const charge = new Charge({
    store: {
      read: async (commands: readonly StoreCommand[]) =>
        commands.map(
          (): Answer => ({ kind: 'reply', reply: { ok: true, value: state.ping }, trust: null }),
        ),
      edit: async <Result>({ reads, decide }: Edit<Result>): Promise<EditOutcome<Result>> => {
        if (state.fails !== null) throw state.fails;
        const replies = reads.map(
          ([, key]): Reply => ({ ok: true, value: key === 'hchecker_ping' ? state.ping : null }),
        );
        const { writes, result } = decide(replies);
        written.push(...writes.map(({ key }) => key));
        return { kind: 'done', result };
      },
    },
    keys: keysFor(''),
    instanceId: 'me',
    hasWork: () => true,
    changed: ({ kind }) => {
      became.push(kind);
      state.hears();
    },
    beat: () => {},
    now: () => performance.now(),
    wallClock: () => Date.now(),
    log: (level, message) => {
      if (level !== 'debug' && level !== 'info') lines.push(`${level} ${message}`);
    },
  });
  return { state, lines, became, written, charge };
}

test('a store that refuses the lease is told of once, with the keys and what to do', async () => {
  const { state, lines, became } = harness();
  state.fails = new Error(denied);
  await vi.advanceTimersByTimeAsync(10 * limits.checkerBeatMs);
  expect(lines).toEqual([
    `warn health: nothing is checked: berth:checker or hchecker_ping cannot be used: ${denied}. Let Berth read and write these keys of the store; DEL them if they hold something else.`,
  ]);
  state.fails = null;
  await vi.advanceTimersByTimeAsync(limits.checkerBeatMs);
  expect(became).toEqual(['this']);
});

test('a store that is away, and one refusal in between, are nothing to tell of', async () => {
  const { state, lines } = harness();
  state.fails = new StoreAway('lost');
  await vi.advanceTimersByTimeAsync(10 * limits.checkerBeatMs);
  state.fails = new Error(denied);
  await vi.advanceTimersByTimeAsync(limits.checkerBeatMs);
  state.fails = null;
  await vi.advanceTimersByTimeAsync(limits.checkerBeatMs);
  expect(lines).toEqual([]);
});

test('one who hears of it and fails ends neither the looking nor the process', async () => {
  const { state, lines, became } = harness();
  state.hears = () => {
    throw new Error('broken');
  };
  state.fails = new StoreAway('lost');
  await vi.advanceTimersByTimeAsync(limits.checkerBeatMs);
  state.fails = null;
  await vi.advanceTimersByTimeAsync(limits.checkerLeaseMs);
  state.fails = new StoreAway('lost');
  await vi.advanceTimersByTimeAsync(3 * limits.checkerLeaseMs);
  expect(became).toEqual(['this', 'passive']);
  expect(lines).toContain('error health: broken');
});

test('a ping of the far future is nobody: it is told once, and written over', async () => {
  vi.setSystemTime(1_700_000_000_000);
  const { state, lines, became, written } = harness();
  state.ping = '1700000000000';
  await vi.advanceTimersByTimeAsync(4 * limits.checkerBeatMs);
  expect(became).toEqual(['this']);
  expect(written).toContain('hchecker_ping');
  expect(lines).toEqual([
    'warn health: hchecker_ping is 1700000000000, a time more than 300 s ahead: it does not count. If a checker writes it, set the clock of its machine.',
  ]);
});

test('a checker whose clock is ahead by a little is in charge', async () => {
  vi.setSystemTime(1_700_000_000_000);
  const { state, lines, became, written } = harness();
  state.ping = '1700000200';
  await vi.advanceTimersByTimeAsync(2 * limits.checkerBeatMs);
  expect([became, written, lines]).toEqual([['foreign'], [], []]);
});
