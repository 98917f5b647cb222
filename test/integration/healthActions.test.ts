import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RequestRecord } from '../../src/shared/model/record.ts';
import { eventually } from '../support/eventually.ts';
import {
  type HealthInstance,
  type StoreWitness,
  startHealth,
  witnessStore,
} from '../support/healthHarness.ts';
import { aRecord } from '../support/record.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import { describeOnStores, type RoutableStore } from '../support/routableStore.ts';

const name = 'app.test';

describeOnStores('health without checks', (startStore) => {
  let store: RoutableStore;
  let witness: StoreWitness;
  let instance: HealthInstance;
  let backends: RecordingBackend[];

  beforeEach(async () => {
    store = await startStore();
    witness = await witnessStore(store.port);
    backends = [await startBackend(), await startBackend()];
    instance = await startHealth(store.spec);
  });

  afterEach(async () => {
    await instance.close();
    witness.close();
    await Promise.all(backends.map((backend) => backend.close()));
    await store.stop();
  });

  const urls = (): string[] => backends.map(({ url }) => url);
  const url = (index = 0): string => backends[index]?.url ?? '';

  const keys = (): Promise<string[]> => witness.client.keys('*').then((all) => all.sort());

  async function listed(list = urls()): Promise<void> {
    await witness.add(name, list);
    await eventually('the frontend', () => instance.backend(name) !== undefined);
  }

  const mark = (about: Record<string, unknown>, ttl = 30): Promise<unknown> =>
    witness.client
      .multi()
      .sadd(`dead:${name}`, 0)
      .expire(`dead:${name}`, ttl)
      .hset(`berth:dead:${name}`, 0, JSON.stringify({ url: url(), at: Date.now(), ...about }))
      .expire(`berth:dead:${name}`, ttl)
      .exec();

  test('what nobody has asked is unknown, not down', async () => {
    await listed();
    expect(await instance.health.list()).toMatchObject([
      {
        name,
        check: null,
        checker: { kind: 'passive' },
        backends: [
          { index: 0, url: url(0), state: 'unknown', reason: '', lastCheck: null, history: [] },
          { index: 1, url: url(1), state: 'unknown', reason: '', markedForMs: null },
        ],
      },
    ]);
    expect(instance.health.backendsDown).toBe(0);
    expect(await keys()).toEqual([`frontend:${name}`]);
  });

  test('what a worker marked is down, with its reason and for how long, and unknown after that', async () => {
    await listed();
    await mark({ reason: 'timeout' }, 2);
    const down = await instance.is(name, 'down');
    expect(down.reason).toBe('marked dead after a request: timeout');
    expect(down.markedForMs).toBeGreaterThan(0);
    expect(down.markedForMs).toBeLessThanOrEqual(2000);
    expect(down.history.at(-1)).toMatchObject({ state: 'down', reason: down.reason });
    expect(instance.health.backendsDown).toBe(1);
    expect((await instance.is(name, 'unknown')).markedForMs).toBeNull();
  });

  describe('a backend that is alone', () => {
    const failed = (error: RequestRecord['error']): RequestRecord =>
      aRecord({
        frontend: name,
        status: 502,
        error,
        attempts: [{ index: 0, url: url(), ms: 1, outcome: error ?? 'answered' }],
      });

    test('is down when its requests fail, until one succeeds', async () => {
      await listed(urls().slice(0, 1));
      instance.health.observe([failed('BERTH_BACKEND_REFUSED')]);
      expect(instance.backend(name)).toMatchObject({
        state: 'down',
        reason: 'seen by requests: the last request failed: refused',
        markedForMs: null,
      });
      instance.health.observe([failed('BERTH_BACKEND_REFUSED')]);
      expect(instance.backend(name)).toMatchObject({
        streak: 2,
        reason: 'seen by requests: the last 2 requests failed: refused',
      });
      instance.health.observe([
        aRecord({
          frontend: name,
          attempts: [{ index: 0, url: url(), ms: 1, outcome: 'answered' }],
        }),
      ]);
      expect(instance.backend(name)).toMatchObject({
        state: 'up',
        reason: 'seen by requests: it answers',
      });
      expect(await keys()).toEqual([`frontend:${name}`]);
    });

    test('is not down after one accident', async () => {
      await listed(urls().slice(0, 1));
      instance.health.observe([failed('BERTH_BACKEND_RESET')]);
      expect(instance.backend(name)?.state).toBe('unknown');
      instance.health.observe([failed('BERTH_BACKEND_RESET')]);
      expect(instance.backend(name)?.state).toBe('down');
    });

    test('has nothing to do with requests for another one of the same URL', async () => {
      await listed(urls().slice(0, 1));
      instance.health.observe([{ ...failed('BERTH_BACKEND_REFUSED'), frontend: 'other.test' }]);
      expect(instance.backend(name)?.state).toBe('unknown');
    });
  });

  describe('a check that is asked for', () => {
    test('tells what it found, and writes nothing where no check is configured', async () => {
      await backends[1]?.close();
      await listed();
      const found = await instance.health.check({ name });
      expect(found.backends).toMatchObject([
        {
          state: 'up',
          reason: 'checked on request: HEAD / answered 200',
          lastCheck: { ok: true, outcome: 'HEAD / answered 200' },
        },
        {
          state: 'down',
          reason: 'checked on request: refused',
          lastCheck: { ok: false, outcome: 'refused' },
        },
      ]);
      expect(found.checker).toEqual({ kind: 'passive' });
      expect(backends[0]?.requests).toHaveLength(1);
      expect(await keys()).toEqual([`frontend:${name}`]);
      expect(witness.published).toEqual([]);
    });

    test('is of one backend where one is named', async () => {
      await listed();
      await instance.health.check({ name, backend: url(1) });
      expect(backends.map(({ requests }) => requests.length)).toEqual([0, 1]);
    });

    test('counts as one of the checks where they are configured', async () => {
      const check = { intervalMs: 3_600_000, timeoutMs: 500, fall: 1 };
      await witness.add(name, urls(), check);
      await instance.is(name, 'up');
      await instance.is(name, 'up', 1);
      await backends[0]?.close();
      const found = await instance.health.check({ name });
      expect(found.backends[0]).toMatchObject({ state: 'down', reason: 'refused' });
      await eventually('the mark', async () => (await witness.dead(name)).length > 0);
      expect(await witness.dead(name)).toEqual(['0']);
    });

    test('is refused for what there is not', async () => {
      await listed();
      await expect(instance.health.check({ name: 'no.test' })).rejects.toMatchObject({
        code: 'BERTH_HOST_NOT_FOUND',
      });
      await expect(
        instance.health.check({ name, backend: 'http://no.test' }),
      ).rejects.toMatchObject({ code: 'BERTH_BACKEND_NOT_FOUND' });
    });
  });

  describe('draining', () => {
    const options = async (): Promise<unknown> =>
      JSON.parse((await witness.client.get(`berth:options:${name}`)) ?? 'null');

    test('is written beside what else is set, and shown at once', async () => {
      await listed();
      await witness.client.set(`berth:options:${name}`, '{"policy":"round-robin"}');
      const drained = await instance.health.drain({ name, backend: url() });
      expect(drained.backends.map(({ state }) => state)).toEqual(['drained', 'unknown']);
      expect(await options()).toEqual({ policy: 'round-robin', drained: [url()] });
      await instance.health.drain({ name, backend: url() });
      expect(await options()).toEqual({ policy: 'round-robin', drained: [url()] });
    });

    test('ends with revive, as dead marks do', async () => {
      await listed();
      await mark({ reason: 'refused' });
      await instance.health.drain({ name, backend: url(1) });
      await instance.is(name, 'down');
      const revived = await instance.health.revive({ name });
      expect(revived.backends.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
      expect(await keys()).toEqual([`frontend:${name}`]);
    });

    test('of one ends alone where one is named', async () => {
      await listed();
      await witness.client.sadd(`dead:${name}`, 0, 1);
      await instance.is(name, 'down', 1);
      await instance.health.drain({ name, backend: url(1) });
      const revived = await instance.health.revive({ name, backend: url(1) });
      expect(revived.backends.map(({ state }) => state)).toEqual(['down', 'unknown']);
      expect(await witness.dead(name)).toEqual(['0']);
      expect(await witness.client.exists(`berth:options:${name}`)).toBe(0);
    });

    test('is refused for what there is not', async () => {
      await listed();
      const nowhere = 'http://no.test';
      const wrong = { code: 'BERTH_BACKEND_NOT_FOUND' };
      await expect(instance.health.drain({ name, backend: nowhere })).rejects.toMatchObject(wrong);
      await expect(instance.health.revive({ name, backend: nowhere })).rejects.toMatchObject(wrong);
      await expect(
        instance.health.drain({ name: 'no.test', backend: nowhere }),
      ).rejects.toMatchObject({ code: 'BERTH_HOST_NOT_FOUND' });
    });
  });

  test('revive forgets what requests saw', async () => {
    await listed(urls().slice(0, 1));
    const attempts = [{ index: 0, url: url(), ms: 1, outcome: 'BERTH_BACKEND_REFUSED' as const }];
    instance.health.observe([aRecord({ frontend: name, status: 502, attempts })]);
    await instance.is(name, 'down');
    const revived = await instance.health.revive({ name });
    expect(revived.backends[0]?.state).toBe('unknown');
  });

  test('who watches gets everything, then what changed, then what is gone', async () => {
    await listed();
    const leaving = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const hosts of instance.health.watch(leaving.signal)) {
        seen.push(...hosts.map((host) => `${host.name} ${host.backends.map((b) => b.state)}`));
      }
    })();
    await eventually('everything', () => seen.length === 1);
    await witness.add('other.test', urls().slice(0, 1));
    await mark({ reason: 'refused' });
    await eventually('the changes', () => seen.length >= 3);
    await witness.client.del('frontend:other.test');
    await eventually('the end of one', () => seen.includes('other.test '));
    expect(seen[0]).toBe(`${name} unknown,unknown`);
    expect(seen).toContain('other.test unknown');
    expect(seen).toContain(`${name} down,unknown`);
    leaving.abort();
    await watching;
  });

  test('a change that lasts is told, with its reason', async () => {
    await listed();
    await mark({ reason: 'refused' });
    await eventually('the event', () => instance.events.length > 0);
    expect(instance.events).toMatchObject([
      {
        name,
        url: url(),
        from: 'unknown',
        to: 'down',
        reason: 'marked dead after a request: refused',
      },
    ]);
    await eventually('the line', () =>
      instance.lines.includes(
        `warn ${url()} of ${name} is down: marked dead after a request: refused`,
      ),
    );
  });
});
