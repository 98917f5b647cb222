import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type MemoryStore, memoryStore } from '../../../test/support/memoryStore.ts';
import { limits } from '../../shared/limits.ts';
import { formatDeadMark } from '../../shared/model/dead.ts';
import { LiveTable } from './live.ts';
import { revisionOf } from './revision.ts';
import type { TableEvent } from './table.ts';

let store: MemoryStore;
let table: LiveTable;
let events: TableEvent[];

const told = (): readonly string[] =>
  events.splice(0).map((event) => {
    if (event.kind === 'changed') return `changed ${event.entry.name}`;
    if (event.kind === 'removed') return `removed ${event.name}`;
    return event.kind === 'state' ? event.state : 'all';
  });

function open(): void {
  events = [];
  table = new LiveTable({
    prefix: 'p:',
    store: (storeEvents) => {
      store = memoryStore(storeEvents);
      return store;
    },
    random: () => 0.5,
    now: Date.now,
  });
}

/** Lets the table do what it does within this time. */
const pass = (ms = 100): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

async function openOn(state: 'live' | 'polling' = 'live'): Promise<void> {
  open();
  store.run('rpush', 'p:frontend:a', 'A', 'http://a:1');
  store.run('rpush', 'p:frontend:b', 'B', 'http://b:1', 'http://b:2');
  store.run('set', 'p:berth:options:b', '{"policy":"sticky"}');
  store.run('rpush', 'frontend:other', 'X', 'http://x:1');
  store.reach(state);
  await pass();
  table.subscribe((event) => events.push(event));
  await pass();
  events = [];
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'Date', 'performance'],
  });
});
afterEach(() => {
  table.close();
  vi.useRealTimers();
});

const listOf = (name: string) => table.entries.get(name)?.list;

describe('the table', () => {
  test('has every frontend of its prefix with options, once the store is there', async () => {
    await openOn();
    expect(table.state).toBe('live');
    expect([...table.entries.keys()]).toEqual(['a', 'b']);
    expect(listOf('b')).toEqual(['B', 'http://b:1', 'http://b:2']);
    expect(table.entries.get('b')?.options.policy).toBe('sticky');
    expect(table.left).toBe(0);
  });

  test('is ready without a store, a moment later, and says why it has nothing', async () => {
    open();
    const ready = vi.fn();
    void table.ready.then(ready);
    await pass(limits.storeFirstReachMs);
    expect(ready).toHaveBeenCalled();
    expect(table.state).toBe('connecting');
    expect(table.reason).toBe('as the test wants it');
  });

  test('tells each change, whoever made it, and nothing else', async () => {
    await openOn();
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    store.run('rpush', 'p:frontend:c', 'C', 'http://c:1');
    await pass();
    expect(told()).toEqual(['changed a', 'changed c']);
    store.run('set', 'p:berth:options:a', '{"policy":"round-robin"}');
    await pass();
    expect(table.entries.get('a')?.options.policy).toBe('round-robin');
    store.run('del', 'p:frontend:a');
    store.run('del', 'frontend:other');
    store.run('set', 'p:berth:options:nobody', '{}');
    store.run('sadd', 'p:dead:nobody', '0');
    await pass();
    expect(told()).toEqual(['changed a', 'removed a']);
    store.invalidateAll();
    await pass();
    expect(told()).toEqual([]);
  });

  test('reads changes that come together together', async () => {
    await openOn();
    store.reads.length = 0;
    for (let i = 0; i < 50; i++) store.run('rpush', 'p:frontend:a', `http://a:${i}`);
    await pass();
    expect(told()).toEqual(['changed a']);
    expect(store.reads.filter(([name]) => name === 'lrange')).toHaveLength(1);
  });

  test('reads a host that changes all the time no oftener than others', async () => {
    await openOn();
    store.reads.length = 0;
    for (let i = 0; i < 100; i++) {
      store.run('rpush', 'p:frontend:a', `http://a:${i}`);
      await pass(5);
    }
    await pass();
    expect(listOf('a')).toHaveLength(102);
    const readings = store.reads.filter(([name]) => name === 'lrange').length;
    expect(readings).toBeGreaterThan(5);
    expect(readings).toBeLessThanOrEqual(500 / limits.tableEveryMs + 2);
  });

  test('asks for the list alone of what has nothing else', async () => {
    await openOn();
    store.reads.length = 0;
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    await pass();
    expect(store.reads.map(([name]) => name)).toEqual(['memory', 'lrange']);
    store.reads.length = 0;
    store.run('rpush', 'p:frontend:b', 'http://b:3');
    await pass();
    expect(store.reads.map(([name]) => name)).toContain('getrange');
    expect(table.entries.get('b')?.options.policy).toBe('sticky');
  });

  test('sees options and marks that come with a change of the list, whichever is first', async () => {
    await openOn();
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    store.run('set', 'p:berth:options:a', '{"policy":"sticky"}');
    await pass();
    expect(table.entries.get('a')?.options.policy).toBe('sticky');
    store.run('del', 'p:berth:options:a');
    await pass();
    store.run('sadd', 'p:dead:a', '1');
    store.run('rpush', 'p:frontend:a', 'http://a:3');
    await pass();
    expect([...(table.entries.get('a')?.dead.keys() ?? [])]).toEqual([1]);
    store.run('rpush', 'p:frontend:a', 'http://a:4');
    await pass();
    expect([...(table.entries.get('a')?.dead.keys() ?? [])]).toEqual([1]);
  });

  test('sees options that are set while the list is read', async () => {
    await openOn();
    const { read } = store;
    const once = vi.spyOn(store, 'read').mockImplementationOnce(async (commands) => {
      const answers = await read(commands);
      store.run('set', 'p:berth:options:a', '{"policy":"sticky"}');
      await table.read('a');
      return answers;
    });
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    await pass(limits.tableDelayMs + 10);
    expect(once).toHaveBeenCalled();
    once.mockRestore();
    expect(table.entries.get('a')?.options.policy).toBe('sticky');
    await pass();
    expect(table.entries.get('a')?.options.policy).toBe('sticky');
    expect(listOf('a')).toEqual(['A', 'http://a:1', 'http://a:2']);
  });

  test('keeps the revision of options that say nothing', async () => {
    await openOn();
    store.run('set', 'p:berth:options:a', '{}');
    await pass();
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    await pass();
    const list = ['A', 'http://a:1', 'http://a:2'];
    expect(table.entries.get('a')?.revision).toBe(revisionOf(list, '{}'));
  });

  test('sees options that were set while the store was away', async () => {
    await openOn();
    store.lose();
    store.run('set', 'p:berth:options:a', '{"policy":"sticky"}');
    store.reach('live');
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    await pass();
    expect(table.entries.get('a')?.options.policy).toBe('sticky');
    store.run('rpush', 'p:frontend:a', 'http://a:3');
    await pass();
    expect(table.entries.get('a')?.options.policy).toBe('sticky');
  });

  test('reads again what changes while it is read', async () => {
    await openOn();
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    const { read } = store;
    const once = vi.spyOn(store, 'read').mockImplementationOnce(async (commands) => {
      const answers = await read(commands);
      store.run('rpush', 'p:frontend:a', 'http://a:3');
      return answers;
    });
    await pass();
    once.mockRestore();
    expect(listOf('a')).toEqual(['A', 'http://a:1', 'http://a:2', 'http://a:3']);
  });

  test('keeps what it knows while the store is away, and reads everything when it is back', async () => {
    await openOn();
    store.lose();
    expect(told()).toEqual(['stale']);
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    store.run('del', 'p:frontend:b');
    store.run('rpush', 'p:frontend:c', 'C', 'http://c:1');
    await pass(5000);
    expect(listOf('a')).toEqual(['A', 'http://a:1']);
    expect(table.state).toBe('stale');
    store.reach('live');
    await pass();
    expect(told()).toEqual(['live', 'all']);
    expect([...table.entries.keys()]).toEqual(['a', 'c']);
    expect(listOf('a')).toEqual(['A', 'http://a:1', 'http://a:2']);
  });

  test('is live only after everything was read again', async () => {
    await openOn();
    store.lose();
    store.silent.add('p:frontend:b');
    store.reach('live');
    await pass();
    expect(table.state).toBe('stale');
    expect(table.reason).toBe('no answer');
    store.silent.clear();
    await pass(limits.storeRetryMaxMs);
    expect(table.state).toBe('live');
  });

  test('asks again in growing intervals for what is not answered, and goes on with the rest', async () => {
    await openOn();
    store.silent.add('p:frontend:a');
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    await pass();
    store.run('rpush', 'p:frontend:b', 'http://b:3');
    await pass(limits.storeRetryMaxMs);
    expect(told()).toEqual(['changed b']);
    store.silent.clear();
    await pass(limits.storeRetryMaxMs);
    expect(told()).toEqual(['changed a']);
  });
});

describe('a malformed value', () => {
  test('is an entry with its problem, and costs only itself', async () => {
    await openOn();
    store.run('set', 'p:frontend:text', 'http://x:1');
    store.run('rpush', 'p:berth:options:a', 'x');
    store.run('set', 'p:berth:options:b', 'not json');
    store.run('set', 'p:dead:a', 'x');
    store.run(
      'rpush',
      'p:frontend:long',
      'L',
      ...Array(limits.maxBackendsPerFrontend + 1).fill('http://l:1'),
    );
    store.errors.set('p:frontend:secret', 'NOPERM this user has no permissions');
    store.run('rpush', 'p:frontend:new', 'N', 'http://n:1');
    await pass();
    expect(table.entries.get('text')).toMatchObject({ list: null, problem: 'it is not a list' });
    expect(table.entries.get('long')).toMatchObject({
      list: null,
      problem: `it lists more than ${limits.maxBackendsPerFrontend} backends`,
    });
    expect(table.entries.get('a')?.optionsProblem).toBe('its options are not a string');
    expect(table.entries.get('b')?.optionsProblem).toBe('its options are not JSON');
    expect(listOf('new')).toEqual(['N', 'http://n:1']);
  });

  test('that is too long is not asked for', async () => {
    await openOn();
    store.run(
      'rpush',
      'p:frontend:long',
      'L',
      ...Array(limits.maxBackendsPerFrontend + 1).fill('http://l:1'),
    );
    store.reads.length = 0;
    await pass();
    expect(store.reads.map(([name]) => name)).not.toContain('lrange');
  });

  test('that is too large is not asked for either', async () => {
    await openOn();
    store.run('rpush', 'p:frontend:huge', 'H', 'http://h:1');
    store.sizes.set('p:frontend:huge', limits.maxFrontendBytes + 1);
    store.reads.length = 0;
    await pass();
    expect(table.entries.get('huge')?.problem).toBe(
      `it takes ${limits.maxFrontendBytes + 1} bytes, more than ${limits.maxFrontendBytes}`,
    );
    expect(store.reads.map(([name]) => name)).not.toContain('lrange');
  });

  test('that is large and never answered for is given up, until it changes', async () => {
    await openOn();
    store.run('rpush', 'p:frontend:large', 'L', 'http://l:1');
    store.sizes.set('p:frontend:large', limits.maxFrontendBytes);
    store.silent.add('lrange p:frontend:large');
    await pass(10 * limits.storeRetryMaxMs);
    expect(table.entries.get('large')?.problem).toMatch(/^it cannot be read within \d+ ms$/);
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    await pass();
    expect(told()).toEqual(['changed large', 'changed a']);
    store.silent.clear();
    store.run('rpush', 'p:frontend:large', 'http://l:2');
    await pass();
    expect(listOf('large')).toEqual(['L', 'http://l:1', 'http://l:2']);
  });

  test('that may not be read says so', async () => {
    await openOn();
    store.run('rpush', 'p:frontend:secret', 'S');
    store.errors.set('p:frontend:secret', 'NOPERM no permissions');
    await pass();
    expect(table.entries.get('secret')?.problem).toBe('it cannot be read: NOPERM no permissions');
  });
});

describe('dead marks', () => {
  test('are told when they are set, moved and gone', async () => {
    await openOn();
    store.run('sadd', 'p:dead:b', '1');
    store.run(
      'hset',
      'p:berth:dead:b',
      '1',
      formatDeadMark({ url: 'http://b:2', reason: 'refused', at: 7 }),
    );
    store.run('pexpire', 'p:dead:b', 30_000);
    await pass();
    expect(told()).toEqual(['changed b']);
    const mark = table.entries.get('b')?.dead.get(1);
    expect(mark).toMatchObject({ url: 'http://b:2', reason: 'refused', at: 7 });
    expect(mark?.endsAt).toBeGreaterThan(Date.now() + 29_000);
  });

  test('end by themselves, although no server says so', async () => {
    await openOn();
    store.run('sadd', 'p:dead:b', '1');
    store.run('pexpire', 'p:dead:b', 5000);
    await pass();
    expect(table.entries.get('b')?.dead.size).toBe(1);
    told();
    await pass(4000);
    expect(told()).toEqual([]);
    await pass(1100);
    expect(told()).toEqual(['changed b']);
    expect(table.entries.get('b')?.dead.size).toBe(0);
  });
});

describe('a server that pushes nothing', () => {
  test('is asked in intervals while somebody looks, and tells what differs', async () => {
    await openOn('polling');
    expect(table.state).toBe('polling');
    store.run('rpush', 'p:frontend:a', 'http://a:2');
    store.run('del', 'p:frontend:b');
    await pass(limits.tablePollMs + 100);
    expect(told()).toEqual(['changed a', 'removed b']);
    store.run('rpush', 'p:frontend:a', 'http://a:3');
    await pass(limits.tablePollMs + 100);
    expect(told()).toEqual(['changed a']);
  });

  test('is left alone while nobody looks, and asked when somebody does', async () => {
    open();
    store.reach('polling');
    await pass();
    store.run('rpush', 'p:frontend:a', 'A', 'http://a:1');
    store.reads.length = 0;
    await pass(10 * limits.tablePollMs);
    expect(store.reads).toEqual([]);
    const fresh = table.fresh();
    await pass();
    await fresh;
    expect(listOf('a')).toEqual(['A', 'http://a:1']);
  });
});

describe('more frontends than are listed', () => {
  test('are counted, can be read by name, and move up', async () => {
    open();
    const names = Array.from({ length: limits.maxListedFrontends + 3 }, (_, i) => `h${i}`);
    for (const name of names) store.run('rpush', `p:frontend:${name}`, name, 'http://x:1');
    store.reach('live');
    await pass(1000);
    expect(table.entries.size).toBe(limits.maxListedFrontends);
    expect(table.left).toBe(3);
    const last = names.at(-1) ?? '';
    expect(table.entries.has(last)).toBe(false);
    const reading = table.read(last);
    await pass();
    expect((await reading)?.list).toEqual([last, 'http://x:1']);
    expect(table.entries.size).toBe(limits.maxListedFrontends);
    store.run('del', 'p:frontend:h0');
    await pass(limits.tablePollMs + 1000);
    expect(table.entries.size).toBe(limits.maxListedFrontends);
    expect(table.left).toBe(2);
  });
});

test('a frontend that is not there is read as none, and a store that is away as an error', async () => {
  await openOn();
  const none = table.read('nobody');
  await pass();
  expect(await none).toBeNull();
  store.lose();
  const refused = expect(table.read('a')).rejects.toMatchObject({
    code: 'BERTH_STORE_UNREACHABLE',
  });
  await pass();
  await refused;
});
