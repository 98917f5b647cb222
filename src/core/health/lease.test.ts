import { expect, test } from 'vitest';
import type { Reply, StoreCommand } from '../../store/command.ts';
import { StoreAway } from '../../store/command.ts';
import type { Edit, EditOutcome } from '../../store/edit.ts';
import { Lease } from './lease.ts';

/** A store of one key, of which the test says what others do. */
function keyStore() {
  const state = { value: null as string | null, away: false, conflict: false };
  const written: StoreCommand[] = [];
  const edit = async <Result>({ reads, decide }: Edit<Result>): Promise<EditOutcome<Result>> => {
    if (state.away) throw new StoreAway('lost');
    const { writes, result } = decide(reads.map((): Reply => ({ ok: true, value: state.value })));
    if (state.conflict) return { kind: 'conflict', written: [] };
    for (const command of writes.flatMap(({ commands }) => commands)) {
      written.push(command);
      state.value = command[0] === 'set' ? String(command[2]) : null;
    }
    return { kind: 'done', result };
  };
  return { state, written, edit };
}

function harness() {
  const store = keyStore();
  const clocks = { now: 1000, wall: 1_700_000_000_000 };
  const lease = new Lease({
    store,
    key: 'k',
    id: 'me',
    lifeMs: 6000,
    now: () => clocks.now,
    wallClock: () => clocks.wall,
  });
  return { ...store, clocks, lease };
}

test('it is taken where nobody has it, kept, and given back', async () => {
  const { lease, state, written } = harness();
  expect(lease.isHeld).toBe(false);
  expect(await lease.renew()).toBeNull();
  expect(lease.isHeld).toBe(true);
  expect(await lease.renew()).toBeNull();
  expect(written).toEqual([
    ['set', 'k', 'me', 'px', 6000],
    ['set', 'k', 'me', 'px', 6000],
  ]);
  await lease.release();
  expect(lease.isHeld).toBe(false);
  expect(state.value).toBeNull();
});

test('another one who has it is named, and never written over', async () => {
  const { lease, state, written } = harness();
  state.value = 'other';
  expect(await lease.renew()).toBe('other');
  expect(lease.isHeld).toBe(false);
  await lease.release();
  expect(written).toEqual([]);
});

test('one that was lost is not given back in the name of whoever has it now', async () => {
  const { lease, state } = harness();
  await lease.renew();
  state.value = 'other';
  await lease.release();
  expect(state.value).toBe('other');
});

test.each(['now', 'wall'] as const)(
  'it ends by itself when the clock "%s" says so',
  async (clock) => {
    const { lease, clocks } = harness();
    await lease.renew();
    clocks[clock] += 5999;
    expect(lease.isHeld).toBe(true);
    // Asleep, one clock stands still and the other goes on; both of them may be in the store by then.
    clocks[clock] += 1;
    expect(lease.isHeld).toBe(false);
  },
);

test('while the store is away it is held until its end, and not longer', async () => {
  const { lease, state, clocks } = harness();
  await lease.renew();
  state.away = true;
  await expect(lease.renew()).rejects.toThrow('lost');
  expect(lease.isHeld).toBe(true);
  clocks.now += 6000;
  expect(lease.isHeld).toBe(false);
});

test('where others were faster it is not held', async () => {
  const { lease, state } = harness();
  state.conflict = true;
  await expect(lease.renew()).rejects.toThrow('others');
  expect(lease.isHeld).toBe(false);
});
