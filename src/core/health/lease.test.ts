import { expect, test } from 'vitest';
import type { Reply, StoreCommand } from '../../store/command.ts';
import { StoreAway } from '../../store/command.ts';
import type { Edit, EditOutcome } from '../../store/edit.ts';
import { Lease } from './lease.ts';

/** A store of one key, of which the test says what others do. */
function keyStore() {
  const state = {
    value: null as string | null,
    /** Milliseconds, as PTTL says them. */
    left: (): number => 5000,
    isList: false,
    away: false,
    conflict: false,
  };
  const answer = ([name]: StoreCommand): Reply => {
    if (name === 'pttl') return { ok: true, value: state.left() };
    const error = 'WRONGTYPE Operation against a key holding the wrong kind of value';
    return state.isList ? { ok: false, error } : { ok: true, value: state.value };
  };
  const written: StoreCommand[] = [];
  const edit = async <Result>({ reads, decide }: Edit<Result>): Promise<EditOutcome<Result>> => {
    if (state.away) throw new StoreAway('lost');
    const { writes, result } = decide(reads.map(answer));
    if (state.conflict) return { kind: 'conflict', written: [] };
    for (const command of writes.flatMap(({ commands }) => commands)) {
      written.push(command);
      state.value = command[0] === 'set' ? String(command[2]) : null;
      state.isList = false;
    }
    return { kind: 'done', result };
  };
  return { state, written, edit };
}

function harness() {
  const store = keyStore();
  const lines: string[] = [];
  const clocks = { now: 1000, wall: 1_700_000_000_000 };
  const lease = new Lease({
    store,
    key: 'k',
    id: 'me',
    lifeMs: 6000,
    now: () => clocks.now,
    wallClock: () => clocks.wall,
    log: (level, message) => lines.push(`${level} ${message}`),
  });
  /** Asks for it for so long, every two seconds. */
  const askFor = async (ms: number): Promise<(string | null)[]> => {
    const answers: (string | null)[] = [];
    for (let i = 0; i <= ms; i += 2000) {
      if (i > 0) clocks.now += 2000;
      answers.push(await lease.renew());
    }
    return answers;
  };
  return { ...store, clocks, lease, lines, askFor };
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

const warning = (what: string): string =>
  `warn health: the key k held ${what}, so that nobody checked: this instance took it over. Let nothing else write it.`;

test('a key of another type is written over at once, with a warning once a minute', async () => {
  const { lease, state, clocks, lines } = harness();
  for (let i = 0; i < 10; i++) {
    state.isList = true;
    expect(await lease.renew()).toBeNull();
    expect(lease.isHeld).toBe(true);
    clocks.now += 2000;
  }
  expect(state.value).toBe('me');
  expect(lines).toEqual([warning('another type than a text')]);
});

test.each([
  ['never ends', null],
  ['ends tomorrow', 86_400_000],
])('one that %s is taken over when nobody renewed it for the life of a lease', async (_, ends) => {
  const { state, clocks, lines, askFor } = harness();
  state.value = 'nobody';
  state.left = () => (ends === null ? -1 : ends - clocks.now);
  expect(await askFor(6000)).toEqual(['nobody', 'nobody', 'nobody', null]);
  expect(state.value).toBe('me');
  expect(lines).toEqual([warning('a lease that nobody renewed and that did not end')]);
});

test('one that somebody renews is never taken over, also when its life is longer than ours', async () => {
  const { state, lines, askFor } = harness();
  state.value = 'other';
  state.left = () => 20_000;
  expect(new Set(await askFor(60_000))).toEqual(new Set(['other']));
  expect(lines).toEqual([]);
});

test('a lease without end that changes hands is watched anew', async () => {
  const { state, askFor } = harness();
  state.left = () => -1;
  state.value = 'one';
  await askFor(4000);
  state.value = 'two';
  expect(await askFor(4000)).toEqual(['two', 'two', 'two']);
});

test('one of ours that lost its end is renewed without a word', async () => {
  const { state, lines, lease } = harness();
  state.value = 'me';
  state.left = () => -1;
  expect(await lease.renew()).toBeNull();
  expect(lines).toEqual([]);
});
