import { expect, test } from 'vitest';
import { limits } from '../shared/limits.ts';
import { Discarded, type Reply, StoreAway, type StoreCommand } from './command.ts';
import { type Edit, makeEdit, type Seat, type Seating } from './edit.ts';

/** Keys in memory that live in the group that their first letter names; counts and compares as a server does. */
function fakeSeating(groups: string) {
  const values = new Map<string, string>();
  const versions = new Map<string, number>();
  const log: string[] = [];
  const pauses: number[] = [];
  let moves = 0;
  /** Called before the next transaction of a group. */
  const before: (((group: number) => void) | undefined)[] = [];
  /** Errors that the next WATCH is answered with. */
  const refusals: string[] = [];

  const put = (key: string, value: string): void => {
    values.set(key, value);
    versions.set(key, (versions.get(key) ?? 0) + 1);
  };

  const seatOf = (group: number): Seat => {
    let watched = new Map<string, number>();
    return {
      async send(commands, options): Promise<readonly Reply[]> {
        if (options?.atomic === true) {
          before.shift()?.(group);
          const isStale = [...watched].some(([key, was]) => (versions.get(key) ?? 0) !== was);
          watched = new Map();
          if (isStale) throw new Discarded('changed');
        }
        return commands.map((command) => answer(command, watched));
      },
    };
  };

  const answer = (command: StoreCommand, watched: Map<string, number>): Reply => {
    const [name, ...args] = command;
    const key = String(args[0]);
    if (name === 'watch') {
      const error = refusals.shift();
      if (error !== undefined) return { ok: false, error };
      for (const one of args) watched.set(String(one), versions.get(String(one)) ?? 0);
    } else if (name === 'unwatch') watched.clear();
    else if (name === 'get') return { ok: true, value: values.get(key) ?? null };
    else {
      log.push(command.join(' '));
      put(key, String(args[1] ?? ''));
    }
    return { ok: true, value: 'OK' };
  };

  const seating: Seating = {
    groupOf: (key) => groups.indexOf(key[0] ?? ''),
    seats: async (wanted) => wanted.map(seatOf),
    moved: async () => void moves++,
    pause: async (attempt) => void pauses.push(attempt),
  };
  return {
    seating,
    values,
    put,
    log,
    pauses,
    before,
    refusals,
    get moves() {
      return moves;
    },
  };
}

const increase = (key: string): Edit<number> => ({
  reads: [['get', key]],
  decide: ([reply]) => {
    const result = Number(reply?.ok === true ? (reply.value ?? 0) : 0) + 1;
    return { writes: [{ key, commands: [['set', key, result]] }], result };
  },
});

test('an edit is decided on what is there, and written', async () => {
  const store = fakeSeating('a');
  store.put('a', '4');
  expect(await makeEdit(increase('a'), store.seating)).toEqual({ kind: 'done', result: 5 });
  expect(store.values.get('a')).toBe('5');
});

test('an edit is decided anew when somebody else was faster', async () => {
  const store = fakeSeating('a');
  store.before.push(() => store.put('a', '40'));
  expect(await makeEdit(increase('a'), store.seating)).toEqual({ kind: 'done', result: 41 });
  expect(store.log).toEqual(['set a 41']);
  expect(store.pauses).toEqual([1]);
});

test('an edit that always comes too late is a conflict, and has written nothing', async () => {
  const store = fakeSeating('a');
  for (let i = 0; i < limits.maxEditAttempts; i++) {
    store.before.push(() => store.put('a', String(i)));
  }
  const outcome = await makeEdit(increase('a'), store.seating);
  expect(outcome).toEqual({ kind: 'conflict', written: [] });
  expect(store.log).toEqual([]);
});

test('what the decision throws ends the edit with nothing written', async () => {
  const store = fakeSeating('a');
  const edit: Edit<never> = {
    reads: [['get', 'a']],
    decide: () => {
      throw new Error('not what I expected');
    },
  };
  await expect(makeEdit(edit, store.seating)).rejects.toThrow('not what I expected');
  expect(store.log).toEqual([]);
});

test('an edit that changes nothing writes nothing', async () => {
  const store = fakeSeating('a');
  const edit: Edit<string> = {
    reads: [['get', 'a']],
    decide: () => ({ writes: [], result: 'as it was' }),
  };
  store.before.push(() => {
    throw new Error('no transaction is due');
  });
  expect(await makeEdit(edit, store.seating)).toEqual({ kind: 'done', result: 'as it was' });
});

const both = (otherwise?: readonly StoreCommand[]): Edit<string> => ({
  reads: [
    ['get', 'b'],
    ['get', 'a'],
  ],
  decide: (replies) => ({
    writes: [
      { key: 'a', commands: [['set', 'a', 'x']] },
      {
        key: 'b',
        commands: [['set', 'b', 'x']],
        ...(otherwise === undefined ? {} : { otherwise }),
      },
    ],
    result: replies.map((reply) => (reply.ok ? String(reply.value) : '')).join(','),
  }),
});

test('keys of two slots are each compared and written by a transaction, in the order of the writes', async () => {
  const store = fakeSeating('ab');
  store.put('a', '1');
  store.put('b', '2');
  expect(await makeEdit(both(), store.seating)).toEqual({ kind: 'done', result: '2,1' });
  expect(store.log).toEqual(['set a x', 'set b x']);
});

test('a second slot that was changed after the first was written is a conflict that names what was written', async () => {
  const store = fakeSeating('ab');
  store.before.push(undefined, () => store.put('b', 'theirs'));
  expect(await makeEdit(both(), store.seating)).toEqual({ kind: 'conflict', written: ['a'] });
  expect(store.values.get('b')).toBe('theirs');
});

test('a second slot that was changed gets what is to be done otherwise', async () => {
  const store = fakeSeating('ab');
  store.before.push(undefined, () => store.put('b', 'theirs'));
  const outcome = await makeEdit(both([['set', 'b', 'dropped']]), store.seating);
  expect(outcome.kind).toBe('done');
  expect(store.values.get('b')).toBe('dropped');
});

test('the same keys in one slot are written together or not at all', async () => {
  const store = fakeSeating('?');
  store.before.push(() => store.put('b', 'theirs'));
  expect((await makeEdit(both(), store.seating)).kind).toBe('done');
  expect(store.log).toEqual(['set a x', 'set b x']);
  expect(store.pauses).toEqual([1]);
});

test.each(['MOVED 3999 127.0.0.1:7', 'TRYAGAIN', 'ASK 1 127.0.0.1:7', 'CLUSTERDOWN'])(
  'a slot that is elsewhere (%s) is looked for, and the edit made there',
  async (error) => {
    const store = fakeSeating('a');
    store.refusals.push(error);
    expect(await makeEdit(increase('a'), store.seating)).toEqual({ kind: 'done', result: 1 });
    expect(store.moves).toBe(1);
  },
);

test('a server that takes no writes is a store that is away', async () => {
  const store = fakeSeating('a');
  store.refusals.push('LOADING Redis is loading the dataset in memory');
  await expect(makeEdit(increase('a'), store.seating)).rejects.toThrow(StoreAway);
});

test('a connection that is lost with the transaction says that the outcome is not known', async () => {
  const store = fakeSeating('a');
  store.before.push(() => {
    throw new StoreAway('the connection was closed');
  });
  await expect(makeEdit(increase('a'), store.seating)).rejects.toThrow(
    'the connection was closed; whether it was written is not known',
  );
});
