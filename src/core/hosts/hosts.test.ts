import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MemoryStore, memoryStore } from '../../../test/support/memoryStore.ts';
import type { HostsEvent } from '../../shared/contract/hosts.ts';
import { limits } from '../../shared/limits.ts';
import { formatDeadMark } from '../../shared/model/dead.ts';
import { LiveTable } from '../frontends/live.ts';
import type { Hosts } from './hosts.ts';
import { createHosts } from './index.ts';

let store: MemoryStore;
let table: LiveTable;
let hosts: Hosts;

beforeEach(async () => {
  table = new LiveTable({
    prefix: '',
    store: (events) => {
      store = memoryStore(events);
      return store;
    },
    random: () => 0.5,
    now: Date.now,
  });
  hosts = createHosts({
    table,
    store,
    prefix: '',
    listeners: () => [{ address: '127.0.0.1', port: 8080, secure: false }],
    now: () => 1000,
  });
  store.run('rpush', 'frontend:app', 'App', 'http://a:1', 'http://b:1', 'http://c:1');
  store.reach('live');
  await table.ready;
});
afterEach(() => {
  hosts.close();
  table.close();
});

const listOf = (name: string): unknown => store.value(`frontend:${name}`);
const optionsOf = (name: string): unknown => {
  const text = store.value(`berth:options:${name}`);
  return typeof text === 'string' ? JSON.parse(text) : text;
};
const revision = async (name: string): Promise<string> => (await hosts.get({ name })).revision;
const refused = (code: string, detail?: string) =>
  detail === undefined ? { code } : { code, detail: expect.stringContaining(detail) };

function markDead(name: string, index: number, url?: string): void {
  store.run('sadd', `dead:${name}`, index);
  store.run('pexpire', `dead:${name}`, 30_000);
  if (url === undefined) return;
  const mark = formatDeadMark({ url, reason: 'refused', at: 1 });
  store.run('hset', `berth:dead:${name}`, String(index), mark);
  store.run('pexpire', `berth:dead:${name}`, 30_000);
}

describe('add', () => {
  test('makes a frontend, whose identifier is its name', async () => {
    const view = await hosts.add({ name: 'new.localhost', backends: ['http://n:1'] });
    expect(view).toMatchObject({
      name: 'new.localhost',
      identifier: 'new.localhost',
      backends: ['http://n:1'],
      findings: [],
    });
    expect(listOf('new.localhost')).toEqual(['new.localhost', 'http://n:1']);
    expect(await revision('new.localhost')).toBe(view.revision);
    expect((await hosts.list()).map(({ name }) => name)).toEqual(['app', 'new.localhost']);
  });

  test('takes the identifier that is given, and leaves the one that is there', async () => {
    await hosts.add({ name: 'new', backends: ['http://n:1'], identifier: 'Mine' });
    await hosts.add({ name: 'new', backends: ['http://n:2'], identifier: 'Other' });
    expect(listOf('new')).toEqual(['Mine', 'http://n:1', 'http://n:2']);
  });

  test('of what is listed changes nothing, and is no edit', async () => {
    await hosts.add({ name: 'app', backends: ['http://b:1', 'http://d:1', 'http://d:1'] });
    expect(listOf('app')).toEqual(['App', 'http://a:1', 'http://b:1', 'http://c:1', 'http://d:1']);
    await hosts.add({ name: 'app', backends: ['http://d:1'] });
    expect(await hosts.edits()).toHaveLength(1);
  });

  test('keeps what another writer adds at the same moment', async () => {
    store.overtaking.push(
      () => void store.run('rpush', 'frontend:app', 'http://theirs:1'),
      () => void store.run('rpush', 'frontend:app', 'http://theirs:2'),
    );
    await hosts.add({ name: 'app', backends: ['http://mine:1'] });
    expect(listOf('app')).toEqual([
      'App',
      'http://a:1',
      'http://b:1',
      'http://c:1',
      'http://theirs:1',
      'http://theirs:2',
      'http://mine:1',
    ]);
  });

  test('of a frontend that others change all the time is a conflict, and writes nothing', async () => {
    for (let i = 0; i < limits.maxEditAttempts; i++) {
      store.overtaking.push(() => void store.run('lset', 'frontend:app', 0, `id${i}`));
    }
    await expect(hosts.add({ name: 'app', backends: ['http://d:1'] })).rejects.toMatchObject(
      refused('BERTH_CONFLICT', 'app'),
    );
    expect(listOf('app')).not.toContain('http://d:1');
  });

  test('does not give a new frontend the options or marks of one that is gone', async () => {
    store.run('set', 'berth:options:new', '{"policy":"sticky"}');
    markDead('new', 0);
    expect((await hosts.add({ name: 'new', backends: ['http://n:1'] })).options.policy).toBe(
      'random',
    );
    expect(optionsOf('new')).toBeUndefined();
    expect(store.value('dead:new')).toBeUndefined();
  });

  test('does not let the backend that comes inherit a mark that was left at its index', async () => {
    markDead('app', 1, 'http://b:1');
    markDead('app', 3, 'http://gone:1');
    await hosts.add({ name: 'app', backends: ['http://d:1'] });
    expect(store.value('dead:app')).toEqual(new Set(['1']));
  });

  test('of too many backends is refused', async () => {
    const backends = Array.from(
      { length: limits.maxBackendsPerFrontend },
      (_, i) => `http://x:${i + 1}`,
    );
    await expect(hosts.add({ name: 'app', backends })).rejects.toMatchObject(
      refused('BERTH_INPUT_INVALID', `${limits.maxBackendsPerFrontend}`),
    );
  });

  test('to what is no list is refused, and leaves it alone', async () => {
    store.run('set', 'frontend:text', 'x');
    await expect(hosts.add({ name: 'text', backends: ['http://x:1'] })).rejects.toMatchObject(
      refused('BERTH_FRONTEND_INVALID', 'text: it is not a list'),
    );
    expect(store.value('frontend:text')).toBe('x');
  });
});

describe('set', () => {
  test('replaces what is given and leaves the rest', async () => {
    await hosts.set({ name: 'app', options: { policy: 'sticky', weights: { 'http://a:1': 3 } } });
    await hosts.set({ name: 'app', identifier: 'New' });
    expect(listOf('app')).toEqual(['New', 'http://a:1', 'http://b:1', 'http://c:1']);
    expect(optionsOf('app')).toEqual({ policy: 'sticky', weights: { 'http://a:1': 3 } });
    const view = await hosts.set({
      name: 'app',
      backends: ['http://x:1'],
      options: { policy: null },
    });
    expect(view).toMatchObject({ identifier: 'New', backends: ['http://x:1'], findings: [] });
    expect(optionsOf('app')).toBeUndefined();
  });

  test('makes a frontend only where there is none, when that is what the caller saw', async () => {
    await hosts.set({ name: 'new', backends: ['http://n:1'], expect: '' });
    expect(listOf('new')).toEqual(['new', 'http://n:1']);
    await expect(
      hosts.set({ name: 'new', backends: ['http://m:1'], expect: '' }),
    ).rejects.toMatchObject(refused('BERTH_CONFLICT', 'there already'));
    expect(listOf('new')).toEqual(['new', 'http://n:1']);
  });

  test('keeps no key for options that are all as Hipache has them', async () => {
    await hosts.set({ name: 'app', options: { policy: 'sticky' } });
    await hosts.set({ name: 'app', options: { policy: 'random' } });
    expect(store.value('berth:options:app')).toBeUndefined();
  });

  test('makes a frontend when backends are given, and only then', async () => {
    await hosts.set({ name: 'new', backends: [], options: { redirectToHttps: true } });
    expect(listOf('new')).toEqual(['new']);
    expect(optionsOf('new')).toEqual({ redirectToHttps: true });
    await expect(hosts.set({ name: 'other', identifier: 'x' })).rejects.toMatchObject(
      refused('BERTH_HOST_NOT_FOUND', 'other'),
    );
  });

  test('of what the caller has not seen is a conflict', async () => {
    const expected = await revision('app');
    store.run('rpush', 'frontend:app', 'http://theirs:1');
    await expect(
      hosts.set({ name: 'app', backends: ['http://x:1'], expect: expected }),
    ).rejects.toMatchObject(refused('BERTH_CONFLICT'));
    store.run('del', 'frontend:app');
    await expect(
      hosts.set({ name: 'app', backends: ['http://x:1'], expect: expected }),
    ).rejects.toMatchObject(refused('BERTH_CONFLICT', 'gone'));
    expect(listOf('app')).toBeUndefined();
  });

  test('of what changes between reading and writing is a conflict for who expects what was there', async () => {
    const expected = await revision('app');
    store.overtaking.push(() => void store.run('set', 'berth:options:app', '{"policy":"sticky"}'));
    await expect(
      hosts.set({ name: 'app', identifier: 'x', expect: expected }),
    ).rejects.toMatchObject(refused('BERTH_CONFLICT'));
    expect(listOf('app')).toEqual(['App', 'http://a:1', 'http://b:1', 'http://c:1']);
  });

  test('moves the dead marks with their backends', async () => {
    markDead('app', 0, 'http://a:1');
    markDead('app', 1);
    await hosts.set({ name: 'app', backends: ['http://x:1', 'http://b:1', 'http://a:1'] });
    expect(store.value('dead:app')).toEqual(new Set(['1', '2']));
    expect([...(store.value('berth:dead:app') as Map<string, string>).keys()]).toEqual(['2']);
    expect(store.run('pttl', 'dead:app')).toBeGreaterThan(29_000);
  });

  test('of a part of options that cannot be read is refused; of all of them it is done', async () => {
    store.run('set', 'berth:options:app', 'nonsense');
    for (const options of [{ paused: true }, { drained: ['http://a:1'] }]) {
      await expect(hosts.set({ name: 'app', options })).rejects.toMatchObject(
        refused(
          'BERTH_INPUT_INVALID',
          'app: its options are not JSON; begin with the defaults: berth set app --reset',
        ),
      );
    }
    await hosts.set({ name: 'app', identifier: 'New' });
    expect(store.value('berth:options:app')).toBe('nonsense');
    const options = {
      paused: null,
      policy: 'sticky',
      weights: null,
      drained: null,
      check: null,
      redirectToHttps: null,
      key: null,
      cert: null,
      hostHeader: null,
    } as const;
    await hosts.set({ name: 'app', options });
    expect(optionsOf('app')).toEqual({ policy: 'sticky' });
  });

  test('of a part of options says how they are begun anew, as a shell takes it', async () => {
    const name = '*.a.local';
    store.run('rpush', `frontend:${name}`, 'id', 'http://a:1');
    store.run('rpush', `berth:options:${name}`, 'x');
    await expect(hosts.set({ name, options: { paused: true } })).rejects.toMatchObject(
      refused('BERTH_INPUT_INVALID', "; begin with the defaults: berth set '*.a.local' --reset"),
    );
  });

  test('with a reset begins with the defaults, whatever was stored', async () => {
    store.run('set', 'berth:options:app', 'nonsense');
    await hosts.set({ name: 'app', reset: true, options: { policy: 'sticky' } });
    expect(optionsOf('app')).toEqual({ policy: 'sticky' });
    store.run('del', 'berth:options:app');
    store.run('rpush', 'berth:options:app', 'x');
    await hosts.set({ name: 'app', reset: true });
    expect(store.value('berth:options:app')).toBeUndefined();
  });

  test('of the list drops weights and draining of what is not in it', async () => {
    const left = { weights: { 'http://gone:1': 2, 'http://a:1': 3 }, drained: ['http://gone:1'] };
    store.run('set', 'berth:options:app', JSON.stringify(left));
    await hosts.add({ name: 'app', backends: ['http://d:1'] });
    expect(optionsOf('app')).toEqual({ weights: { 'http://a:1': 3 } });
  });

  test('of what is set already is no edit', async () => {
    await hosts.set({ name: 'app', identifier: 'App', options: { policy: null } });
    expect(await hosts.edits()).toEqual([]);
  });
});

describe('remove', () => {
  test('takes backends with their weights, and moves the marks of those behind', async () => {
    const weights = { 'http://a:1': 2, 'http://b:1': 3 };
    await hosts.set({ name: 'app', options: { weights, drained: ['http://a:1', 'http://c:1'] } });
    markDead('app', 0, 'http://a:1');
    markDead('app', 2);
    const view = await hosts.remove({ name: 'app', backends: ['http://a:1', 'http://nobody:1'] });
    expect(view?.backends).toEqual(['http://b:1', 'http://c:1']);
    expect(optionsOf('app')).toEqual({ weights: { 'http://b:1': 3 }, drained: ['http://c:1'] });
    expect(store.value('dead:app')).toEqual(new Set(['1']));
    expect(store.value('berth:dead:app')).toBeUndefined();
  });

  test('of the last backend leaves a frontend without one', async () => {
    const backends = ['http://a:1', 'http://b:1', 'http://c:1'];
    const view = await hosts.remove({ name: 'app', backends });
    expect(view?.findings.map(({ rule }) => rule)).toEqual(['no-backend']);
    expect(listOf('app')).toEqual(['App']);
  });

  test('of the one without a name takes it away, and undo brings it back, listed in neither case', async () => {
    store.run('rpush', 'frontend:', 'id', 'http://a:1');
    expect(await hosts.remove({ name: '' })).toBeNull();
    expect(store.value('frontend:')).toBeUndefined();
    await hosts.undo({});
    expect(listOf('')).toEqual(['id', 'http://a:1']);
    expect((await hosts.list()).map(({ name }) => name)).toEqual(['app']);
  });

  test('of a frontend takes all that belongs to it, also what cannot be read', async () => {
    await hosts.set({ name: 'app', options: { policy: 'sticky' } });
    markDead('app', 0, 'http://a:1');
    expect(await hosts.remove({ name: 'app' })).toBeNull();
    for (const key of ['frontend:', 'dead:', 'berth:dead:', 'berth:options:']) {
      expect(store.value(`${key}app`)).toBeUndefined();
    }
    store.run('set', 'frontend:text', 'x');
    store.run('rpush', 'berth:options:text', 'x');
    await hosts.remove({ name: 'text' });
    expect(store.value('frontend:text')).toBeUndefined();
    expect(store.value('berth:options:text')).toBeUndefined();
    expect(table.entries.size).toBe(0);
  });

  test('of what is not there says so', async () => {
    await expect(hosts.remove({ name: 'nobody' })).rejects.toMatchObject(
      refused('BERTH_HOST_NOT_FOUND', 'nobody'),
    );
    await expect(hosts.remove({ name: 'app', backends: ['http://x:1'] })).rejects.toMatchObject(
      refused('BERTH_BACKEND_NOT_FOUND', 'app has no backend http://x:1; it has http://a:1'),
    );
  });

  test('of what the caller has not seen is a conflict', async () => {
    const expected = await revision('app');
    store.run('rpush', 'frontend:app', 'http://theirs:1');
    await expect(hosts.remove({ name: 'app', expect: expected })).rejects.toMatchObject(
      refused('BERTH_CONFLICT'),
    );
  });
});

describe('undo', () => {
  test('of a pause resumes the host, and each says what it was', async () => {
    await hosts.set({ name: 'app', options: { policy: 'sticky' } });
    await hosts.set({ name: 'app', options: { paused: true } });
    expect(optionsOf('app')).toEqual({ paused: true, policy: 'sticky' });
    await hosts.undo({});
    expect(optionsOf('app')).toEqual({ policy: 'sticky' });
    await hosts.set({ name: 'app', options: { paused: true } });
    await hosts.set({ name: 'app', options: { paused: false } });
    await hosts.set({ name: 'app', options: { paused: true, policy: null } });
    expect((await hosts.edits()).slice(0, 3).map(({ summary }) => summary)).toEqual([
      'set options (paused, policy)',
      'resumed',
      'paused',
    ]);
  });

  test('takes back the last edits, newest first, options and all', async () => {
    await hosts.set({ name: 'app', options: { weights: { 'http://a:1': 2 } } });
    await hosts.remove({ name: 'app', backends: ['http://a:1'] });
    await hosts.add({ name: 'new', backends: ['http://n:1'] });
    expect((await hosts.edits()).map(({ summary }) => summary)).toEqual([
      'added http://n:1',
      'removed http://a:1',
      'set options (weights)',
    ]);
    expect(await hosts.undo({})).toMatchObject({ id: 3, name: 'new', undone: true, at: 1000 });
    expect(listOf('new')).toBeUndefined();
    await hosts.undo({});
    expect(listOf('app')).toEqual(['App', 'http://a:1', 'http://b:1', 'http://c:1']);
    expect(optionsOf('app')).toEqual({ weights: { 'http://a:1': 2 } });
    await hosts.undo({});
    expect(optionsOf('app')).toBeUndefined();
    await expect(hosts.undo({})).rejects.toMatchObject(refused('BERTH_EDIT_NOT_FOUND'));
    expect((await hosts.edits()).every(({ undone }) => undone)).toBe(true);
  });

  test('of an edit that somebody has built upon is a conflict, and leaves it as it is', async () => {
    await hosts.add({ name: 'app', backends: ['http://d:1'] });
    store.run('rpush', 'frontend:app', 'http://theirs:1');
    await expect(hosts.undo({})).rejects.toMatchObject(refused('BERTH_CONFLICT', 'app'));
    expect(listOf('app')).toContain('http://d:1');
  });

  test('of a certain edit is done once', async () => {
    await hosts.add({ name: 'new', backends: ['http://n:1'] });
    await hosts.add({ name: 'app', backends: ['http://d:1'] });
    await hosts.undo({ id: 1 });
    expect(listOf('new')).toBeUndefined();
    await expect(hosts.undo({ id: 1 })).rejects.toMatchObject(refused('BERTH_CONFLICT'));
    await expect(hosts.undo({ id: 9 })).rejects.toMatchObject(refused('BERTH_EDIT_NOT_FOUND', '9'));
  });

  test('of the removal of what cannot be read is refused', async () => {
    store.run('set', 'frontend:text', 'x');
    await hosts.remove({ name: 'text' });
    await expect(hosts.undo({})).rejects.toMatchObject(
      refused('BERTH_INPUT_INVALID', 'could not be kept'),
    );
    expect(await hosts.edits()).toMatchObject([{ name: 'text', revertible: false }]);
  });

  describe('of a group', () => {
    const group = { id: 'one', verb: 'imported' };
    const all = ['frontend:app', 'frontend:new', 'berth:options:app'];
    const values = (): unknown[] => all.map((key) => store.value(key));

    test('takes back all of it, as one edit', async () => {
      const before = values();
      await hosts.add({ name: 'new', backends: ['http://n:1'], group });
      await hosts.add({ name: 'app', backends: ['http://d:1'], group });
      await hosts.set({ name: 'app', options: { policy: 'sticky' }, group });
      expect(await hosts.edits()).toMatchObject([
        { id: 1, name: 'new', hosts: 2, summary: 'imported 2 hosts', revertible: true },
      ]);
      expect(await hosts.undo({})).toMatchObject({ id: 1, undone: true });
      expect(values()).toEqual(before);
    });

    test('takes back nothing when one host stands in the way, and says which', async () => {
      await hosts.add({ name: 'new', backends: ['http://n:1'], group });
      await hosts.add({ name: 'app', backends: ['http://d:1'], group });
      store.run('rpush', 'frontend:new', 'http://theirs:1');
      const before = values();
      await expect(hosts.undo({})).rejects.toMatchObject(refused('BERTH_CONFLICT', 'new'));
      expect(values()).toEqual(before);
    });

    describe('in the middle of which somebody changes a host', () => {
      const midway = async (change: () => void): Promise<readonly unknown[]> => {
        await hosts.add({ name: 'new', backends: ['http://n:1'], group });
        await hosts.add({ name: 'app', backends: ['http://d:1'], group });
        const before = values();
        // Last first: app is taken back, and then it is the turn of the other one.
        store.overtaking.push(() => undefined, change);
        return before;
      };
      const theirs = (name: string) => store.run('rpush', `frontend:${name}`, 'http://theirs:1');

      test('makes anew what was taken back, and keeps what they wrote', async () => {
        const [app] = await midway(() => void theirs('new'));
        await expect(hosts.undo({})).rejects.toMatchObject({
          code: 'BERTH_CONFLICT',
          detail: expect.not.stringContaining('taken back all the same'),
        });
        expect(listOf('app')).toEqual(app);
        expect(listOf('new')).toEqual(['new', 'http://n:1', 'http://theirs:1']);
        expect(await hosts.edits()).toMatchObject([{ id: 1, undone: false }]);
      });

      test('says what cannot be made anew, and overwrites nobody', async () => {
        await midway(() => {
          theirs('new');
          theirs('app');
        });
        await expect(hosts.undo({})).rejects.toMatchObject(
          refused('BERTH_CONFLICT', 'taken back all the same: app'),
        );
        expect(listOf('app')).toContain('http://theirs:1');
        expect(listOf('app')).not.toContain('http://d:1');
      });
    });

    test('that took itself back is no edit', async () => {
      const { revision: expected } = await hosts.add({
        name: 'new',
        backends: ['http://n:1'],
        group,
      });
      await hosts.remove({ name: 'new', expect: expected, group });
      expect(await hosts.edits()).toEqual([]);
    });
  });

  test('is remembered for a bounded number of edits', async () => {
    for (let i = 0; i < limits.maxKeptEdits + 5; i++) {
      await hosts.set({ name: 'app', identifier: `id${i}` });
    }
    const edits = await hosts.edits();
    expect(edits).toHaveLength(limits.maxKeptEdits);
    expect(edits.at(-1)?.id).toBe(6);
  });
});

describe('while the store is away', () => {
  test('the last good frontends are shown, and edits are refused', async () => {
    store.lose();
    expect(await hosts.get({ name: 'app' })).toMatchObject({ identifier: 'App' });
    expect(await hosts.list()).toHaveLength(1);
    await expect(hosts.get({ name: 'nobody' })).rejects.toMatchObject(
      refused('BERTH_STORE_UNREACHABLE'),
    );
    await expect(hosts.add({ name: 'app', backends: ['http://d:1'] })).rejects.toMatchObject(
      refused('BERTH_STORE_UNREACHABLE'),
    );
  });

  test('what the store does not allow is said', async () => {
    store.errors.set('frontend:app', 'NOPERM no permissions');
    await expect(hosts.add({ name: 'app', backends: ['http://d:1'] })).rejects.toMatchObject(
      refused('BERTH_STORE_REFUSED', 'NOPERM'),
    );
  });
});

describe('watch', () => {
  const namesOf = (event: HostsEvent | undefined): string => {
    switch (event?.kind) {
      case 'all':
        return `all ${event.hosts.map(({ name }) => name).join()}`;
      case 'changed':
        return `changed ${event.host.name}: ${event.host.backends.join()}`;
      case 'removed':
        return `removed ${event.name}`;
      case undefined:
        return 'over';
    }
  };
  const next = async (watcher: AsyncIterableIterator<HostsEvent>): Promise<string> =>
    namesOf((await watcher.next()).value);

  test('tells everything, then what anybody changes', async () => {
    const watcher = hosts.watch();
    expect(await next(watcher)).toBe('all app');
    store.run('rpush', 'frontend:cli', 'cli', 'http://x:1');
    expect(await next(watcher)).toBe('changed cli: http://x:1');
    await hosts.remove({ name: 'cli' });
    expect(await next(watcher)).toBe('removed cli');
    store.lose();
    store.run('rpush', 'frontend:b', 'b', 'http://b:1');
    store.reach('live');
    expect(await next(watcher)).toBe('all app,b');
  });

  test('says nothing of dead marks, as long as they are where they belong', async () => {
    const watcher = hosts.watch();
    await next(watcher);
    markDead('app', 0, 'http://a:1');
    await table.read('app');
    markDead('app', 5, 'http://a:1');
    const { value } = await watcher.next();
    expect(value).toMatchObject({ host: { findings: [{ rule: 'stale-dead-mark' }] } });
  });

  test('costs a watcher that does not read one event for each name, and everything anew beyond a limit', async () => {
    const watcher = hosts.watch();
    await next(watcher);
    for (let i = 0; i < 100; i++) await hosts.set({ name: 'app', identifier: `id${i}` });
    await hosts.add({ name: 'new', backends: ['http://n:1'] });
    expect(await next(watcher)).toBe('changed app: http://a:1,http://b:1,http://c:1');
    expect(await next(watcher)).toBe('changed new: http://n:1');
    for (let i = 0; i <= limits.maxQueuedHostChanges; i++) {
      store.run('rpush', `frontend:h${i}`, 'h', 'http://h:1');
      await table.read(`h${i}`);
    }
    const { value } = await watcher.next();
    expect(value?.kind === 'all' && value.hosts.length).toBe(limits.maxQueuedHostChanges + 3);
  });

  test('ends with its signal, with its consumer, and with the instance', async () => {
    const abort = new AbortController();
    const one = hosts.watch(abort.signal);
    await next(one);
    const waiting = next(one);
    abort.abort();
    expect(await waiting).toBe('over');
    for await (const event of hosts.watch()) {
      expect(event.kind).toBe('all');
      break;
    }
    const three = hosts.watch();
    await next(three);
    const last = next(three);
    hosts.close();
    expect(await last).toBe('over');
    expect(await next(hosts.watch())).toBe('over');
    expect(await next(hosts.watch(abort.signal))).toBe('over');
  });
});
