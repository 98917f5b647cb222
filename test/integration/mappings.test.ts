import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { mappingSchema } from '../../src/shared/model/mapping.ts';
import { eventually } from '../support/eventually.ts';
import {
  FakeContainers,
  fakeContainer,
  fakeEngine,
  ofService,
  wanting,
} from '../support/fakeContainers.ts';
import { type LiveMapping, startMappings } from '../support/liveMappings.ts';
import { describeOnSharedStores, type SharedStoreSubject } from '../support/sharedStores.ts';

const shop = { kind: 'service', project: 'shop', service: 'web' } as const;
const api = { kind: 'container', name: 'api' } as const;
const request = (name: string, target: typeof shop | typeof api = shop) =>
  ({ name, engine: fakeEngine, target, port: 8080, scheme: 'http' }) as const;
const url = (address: string): string => `http://${address}:8080`;
const foreign = 'http://foreign:1';
/** The promise is a second; what is asserted has room for a machine that is busy. */
const soonMs = 1000;

describeOnSharedStores('hosts that are mapped to containers', (start) => {
  let subject: SharedStoreSubject;
  let source: FakeContainers;
  let one: LiveMapping;
  const more: LiveMapping[] = [];

  beforeAll(async () => {
    subject = await start();
  }, 60_000);
  beforeEach(async () => {
    await subject.empty();
    source = new FakeContainers(ofService('shop-web-1', '10.0.0.1'));
    one = startMappings(subject.spec, source);
    await eventually('it is live', () => one.isLive);
    await one.mappings.ready;
  });
  afterEach(async () => {
    for (const each of [one, ...more.splice(0)]) await each?.[Symbol.asyncDispose]();
  });
  afterAll(() => subject?.[Symbol.asyncDispose]());

  const listOf = (name: string): Promise<string[]> =>
    subject.client.lrange(`frontend:${name}`, 0, -1);
  const storedOf = async (name: string) =>
    Object.values(await subject.client.hgetall(`berth:mapping:${name}`)).map((text) =>
      mappingSchema.parse(JSON.parse(text)),
    );
  const noteOf = async (name: string): Promise<unknown> => {
    const text = await subject.client.get(`berth:options:${name}`);
    return text === null ? null : (JSON.parse(text) as { container?: unknown }).container;
  };
  const lists = (name: string, ...urls: readonly string[]): Promise<void> =>
    eventually(
      `${name} lists ${urls.join()}`,
      async () => JSON.stringify((await listOf(name)).slice(1)) === JSON.stringify(urls),
      soonMs,
    );
  const knows = (name: string, ...urls: readonly string[]): Promise<void> =>
    eventually(
      `the mapping of ${name} knows ${urls.join()} and no more`,
      async () => (await storedOf(name))[0]?.backends.join() === urls.join(),
      soonMs,
    );
  const isGone = (key: string): Promise<void> =>
    eventually(`${key} is gone`, async () => (await subject.client.exists(key)) === 0, soonMs);
  const also = async (
    containers: FakeContainers,
    options: Parameters<typeof startMappings>[2] = { machine: { id: 'machine-two', name: 'two' } },
  ): Promise<LiveMapping> => {
    const live = startMappings(subject.spec, containers, options);
    more.push(live);
    await eventually('it is live', () => live.isLive);
    await live.mappings.ready;
    return live;
  };

  it('have the backends of their containers, as these come and go', async () => {
    await subject.client.rpush('frontend:app', 'App', foreign);
    const { mapping, commands } = await one.mappings.map(request('app'));
    expect(mapping).toMatchObject({ name: 'app', state: 'up', backends: [url('10.0.0.1')] });
    expect(commands).toContain(`RPUSH frontend:app ${url('10.0.0.1')}`);
    expect(await listOf('app')).toEqual(['App', foreign, url('10.0.0.1')]);
    source.put(ofService('shop-web-2', '10.0.0.2'));
    await lists('app', foreign, url('10.0.0.1'), url('10.0.0.2'));
    source.remove('id-shop-web-1');
    await lists('app', foreign, url('10.0.0.2'));
    source.put(ofService('shop-web-2', '10.0.0.3'));
    await lists('app', foreign, url('10.0.0.3'));
    await knows('app', url('10.0.0.3'));
    expect(one.mappings.views()).toHaveLength(1);
  });

  it('say that their containers start or are stopped, while there is no backend', async () => {
    await one.mappings.map(request('app'));
    source.put(ofService('shop-web-1', '10.0.0.1', { state: 'exited' }));
    await lists('app');
    expect(await noteOf('app')).toEqual({ what: 'web of shop', state: 'stopped', until: 0 });
    source.put(ofService('shop-web-1', '10.0.0.1', { state: 'created' }));
    await eventually(
      'it starts',
      async () => ((await noteOf('app')) as { state?: string } | null)?.state === 'starting',
      soonMs,
    );
    expect(one.mappings.views()[0]).toMatchObject({ state: 'starting' });
    source.put(ofService('shop-web-1', '10.0.0.5'));
    await lists('app', url('10.0.0.5'));
    expect(await noteOf('app')).toBe(null);
  });

  it('wait for a container that takes no connection yet', async () => {
    let takes = false;
    await also(source, {
      machine: { id: 'machine-two', name: 'two' },
      tryConnection: async () => takes,
    });
    const [two] = more;
    if (two === undefined) throw new Error('not started');
    source.put(ofService('shop-web-1', '10.0.0.1', { startedAt: Date.now() }));
    await two.mappings.map(request('slow'));
    expect(await listOf('slow')).toEqual(['slow']);
    expect(await noteOf('slow')).toMatchObject({ state: 'starting' });
    takes = true;
    await lists('slow', url('10.0.0.1'));
    expect(await noteOf('slow')).toBe(null);
  });

  it('follow a published port that is another one after each start', async () => {
    const published = (port: number) =>
      fakeContainer('api', '', {
        ports: [{ port: 8080, published: [{ address: '0.0.0.0', port }] }],
        startedAt: port,
      });
    source.put(published(32_768));
    await one.mappings.map(request('api', api));
    await lists('api', 'http://127.0.0.1:32768');
    source.put(published(32_769));
    await lists('api', 'http://127.0.0.1:32769');
    source.put(fakeContainer('api', ''));
    await lists('api');
    await eventually('it is told', () => one.mappings.views()[0]?.state === 'unreachable');
    expect(one.mappings.views()[0]?.reason).toBe('api has no address.');
    expect(await noteOf('api')).toEqual({ what: 'api', state: 'unreachable', until: 0 });
  });

  it('keep their backends while the engine is away', async () => {
    await one.mappings.map(request('app'));
    source.is('stopped');
    await eventually('it is not known', () => one.mappings.views()[0]?.state === 'unknown');
    expect(await listOf('app')).toEqual(['app', url('10.0.0.1')]);
    source.put(ofService('shop-web-1', '10.0.0.9'));
    source.is('running');
    await lists('app', url('10.0.0.9'));
  });

  it('are corrected at the start of an instance, when containers have changed meanwhile', async () => {
    await one.mappings.map(request('app'));
    await one.mappings.map(request('named', api));
    await one[Symbol.asyncDispose]();
    // Another container has the address now.
    source.replace(
      fakeContainer('other', '10.0.0.1'),
      ofService('shop-web-1', '10.0.0.2', { id: 'new' }),
    );
    one = startMappings(subject.spec, source);
    await one.mappings.ready;
    expect(await listOf('app')).toEqual(['app', url('10.0.0.2')]);
    expect(await listOf('named')).toEqual(['named']);
  });

  it('never lose or keep what another program writes at the same time', async () => {
    await one.mappings.map(request('app'));
    const theirs: string[] = [];
    let isOver = false;
    const writer = (async () => {
      // A list that is longer than any may be is not followed.
      for (let i = 0; !isOver && i < limits.maxBackendsPerFrontend - 100; i++) {
        theirs.push(`http://theirs:${i + 1}`);
        await subject.client.rpush('frontend:app', `http://theirs:${i + 1}`);
      }
    })();
    for (let i = 0; i < 20; i++) {
      source.put(ofService('shop-web-1', `10.0.1.${i}`));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    isOver = true;
    await writer;
    await eventually('only the last address is listed', async () => {
      const urls = (await listOf('app')).slice(1);
      return urls.filter((each) => each.includes('10.0.')).join() === url('10.0.1.19');
    });
    const listed = (await listOf('app')).slice(1).filter((each) => !each.includes('10.0.'));
    expect(listed).toEqual(theirs);
    await knows('app', url('10.0.1.19'));
  }, 60_000);

  it('are kept by the machine that mapped them, and by no other', async () => {
    const theirs = new FakeContainers(ofService('shop-web-1', '10.7.0.1'));
    const two = await also(theirs);
    await one.mappings.map(request('app'));
    await two.mappings.map(request('app'));
    await lists('app', url('10.0.0.1'), url('10.7.0.1'));
    await eventually('each sees both', () =>
      [one, two].every(({ mappings }) => mappings.views().length === 2),
    );
    expect(one.mappings.views().map(({ machine, state }) => [machine.name, state])).toEqual(
      expect.arrayContaining([
        ['one', 'up'],
        ['two', 'elsewhere'],
      ]),
    );
    theirs.replace();
    await lists('app', url('10.0.0.1'));
    source.replace();
    await lists('app');
    const before = await storedOf('app');
    await one.mappings.unmap('app');
    expect(await storedOf('app')).toEqual(before.filter(({ machine }) => machine.name === 'two'));
  });

  it('let nobody take their backends away by hand', async () => {
    await subject.client.rpush('frontend:app', 'App', foreign);
    await one.mappings.map(request('app'));
    const refused = { code: 'BERTH_BACKEND_MAPPED' };
    const backends = [url('10.0.0.1')];
    await expect(one.hosts.remove({ name: 'app', backends })).rejects.toMatchObject(refused);
    await expect(one.hosts.set({ name: 'app', backends: [foreign] })).rejects.toMatchObject(
      refused,
    );
    await one.hosts.remove({ name: 'app', backends: [foreign] });
    await one.hosts.add({ name: 'app', backends: ['http://new:1'] });
    expect(await listOf('app')).toEqual(['App', url('10.0.0.1'), 'http://new:1']);
    await one.mappings.unmap('app');
    expect(await listOf('app')).toEqual(['App', 'http://new:1']);
    expect(await subject.client.exists('berth:mapping:app')).toBe(0);
  });

  it('go with their mappings, and come back with them', async () => {
    await subject.client.rpush('frontend:app', 'App', foreign);
    await one.mappings.map(request('app'));
    await one.hosts.remove({ name: 'app' });
    expect(await subject.client.exists('frontend:app')).toBe(0);
    expect(await subject.client.exists('berth:mapping:app')).toBe(0);
    source.put(ofService('shop-web-1', '10.0.0.6'));
    await one.hosts.undo({});
    await lists('app', foreign, url('10.0.0.6'));
  });

  it('are undone in what a person did, whatever their containers did since', async () => {
    await subject.client.rpush('frontend:app', 'App', foreign);
    await one.mappings.map(request('app'));
    await one.hosts.add({ name: 'app', backends: ['http://new:1'] });
    source.put(ofService('shop-web-1', '10.0.0.6'));
    await lists('app', foreign, url('10.0.0.6'), 'http://new:1');
    await one.hosts.undo({});
    await lists('app', foreign, url('10.0.0.6'));
  });

  it('are taken back when they were mapped, and are back when that was ended', async () => {
    await one.mappings.map(request('made'));
    await one.hosts.undo({});
    await isGone('frontend:made');
    await isGone('berth:mapping:made');
    await subject.client.rpush('frontend:app', 'App', foreign);
    await one.mappings.map(request('app'));
    source.put(ofService('shop-web-2', '10.0.0.2'));
    await lists('app', foreign, url('10.0.0.1'), url('10.0.0.2'));
    await one.hosts.undo({});
    expect(await listOf('app')).toEqual(['App', foreign]);
    expect(await subject.client.exists('berth:mapping:app')).toBe(0);

    source.put(fakeContainer('api', '10.0.0.9'));
    await one.mappings.map(request('app'));
    await one.mappings.map(request('app', api));
    await lists('app', foreign, url('10.0.0.1'), url('10.0.0.2'), url('10.0.0.9'));
    await one.hosts.undo({});
    await lists('app', foreign, url('10.0.0.1'), url('10.0.0.2'));
    await one.mappings.map(request('app', api));
    await one.mappings.unmap('app');
    expect(await listOf('app')).toEqual(['App', foreign]);
    source.remove('id-shop-web-1');
    expect((await one.hosts.undo({})).summary).toBe('unmapped api:8080, web of shop:8080');
    await eventually(
      'those of now are listed',
      async () => {
        const [, ...urls] = await listOf('app');
        return urls.sort().join() === [url('10.0.0.2'), url('10.0.0.9'), foreign].sort().join();
      },
      soonMs,
    );
  });

  it('follow a container by its old name, when the next one is made with it', async () => {
    const old = fakeContainer('api', '10.0.0.3');
    source.put(old);
    await one.mappings.map(request('app', api));
    source.put({ ...old, name: 'api-old' });
    await eventually('it is followed', async () => {
      const [{ target } = { target: null }] = await storedOf('app');
      return target?.kind === 'container' && target.name === 'api-old';
    });
    source.put(fakeContainer('api', '10.0.0.4', { id: 'id-next' }));
    await lists('app', url('10.0.0.4'));
    source.remove(old.id);
    await knows('app', url('10.0.0.4'));
    const [{ target, formerName } = { target: null }] = await storedOf('app');
    expect([target, formerName]).toEqual([api, undefined]);
  });

  it('are made and ended by what containers ask for', async () => {
    source.put(ofService('shop-web-1', '10.0.0.1', wanting('asked')));
    await lists('asked', url('10.0.0.1'));
    await eventually('it is a mapping', () => one.mappings.views().length === 1);
    expect(one.mappings.views()[0]).toMatchObject({ source: 'berth', from: 'berth.host' });
    const refused = { code: 'BERTH_BACKEND_MAPPED' };
    await expect(one.hosts.remove({ name: 'asked' })).rejects.toMatchObject(refused);
    await expect(one.mappings.unmap('asked')).rejects.toMatchObject(refused);
    const rival = fakeContainer('rival', '10.0.0.4', { ...wanting('asked'), startedAt: 5 });
    source.put(rival);
    await eventually('it is told', () => one.mappings.problemsOf(rival).length === 1);
    expect(one.mappings.problemsOf(rival)).toEqual([
      'It asks for asked (berth.host), which web of shop asked for first.',
    ]);
    source.remove('id-shop-web-1');
    await lists('asked', url('10.0.0.4'));
    source.remove('id-rival');
    await isGone('frontend:asked');
    await isGone('berth:mapping:asked');
    await isGone('berth:options:asked');
  });

  it('cost each of many containers a few looks at its labels, and not as many as there are', async () => {
    let looks = 0;
    class Watched extends Map<string, string> {
      override get(name: string): string | undefined {
        looks++;
        return super.get(name);
      }
    }
    const count = 200;
    source.replace(
      ...Array.from({ length: count }, (_, at) =>
        fakeContainer(`c${at}`, `10.0.1.${at}`, { labels: new Watched([['want', `h${at}`]]) }),
      ),
    );
    for (let at = 0; at < count; at++) {
      const isListed = async () => (await listOf(`h${at}`)).length === 2;
      await eventually(`h${at} is listed`, isListed, 10_000);
    }
    expect(looks).toBeLessThan(20 * count);
  });

  it('are not what a container asks for when a person has them', async () => {
    await subject.client.rpush('frontend:mine', 'Mine', foreign);
    const asking = ofService('shop-web-1', '10.0.0.1', wanting('mine'));
    source.put(asking);
    await eventually('it is told', () => one.mappings.problemsOf(asking).length === 1);
    expect(one.mappings.problemsOf(asking)[0]).toBe(
      `It asks for mine (berth.host), which has backends of its own: ${foreign}. Remove them, or map it by hand.`,
    );
    expect(await listOf('mine')).toEqual(['Mine', foreign]);
    await subject.client.del('frontend:mine');
    await lists('mine', url('10.0.0.1'));
  });

  it('can be seen before they are written', async () => {
    const { mapping, commands } = await one.mappings.preview(request('app'));
    expect(mapping).toMatchObject({ state: 'up', backends: [url('10.0.0.1')] });
    expect(commands.map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual([
      'HSET berth:mapping:app',
      'RPUSH frontend:app',
    ]);
    expect(await subject.client.exists('frontend:app', ...[])).toBe(0);
    expect(one.mappings.views()).toEqual([]);
    for (const command of commands) {
      const [name = '', ...args] = words(command);
      await subject.client.call(name, ...args);
    }
    await eventually('it is a mapping', () => one.mappings.views()[0]?.state === 'up');
    expect(await listOf('app')).toEqual(['app', url('10.0.0.1')]);
  });

  it('tell the health of their containers', async () => {
    await one.mappings.map(request('app'));
    const ill = { health: 'unhealthy', healthOutput: 'no database' } as const;
    source.put(ofService('shop-web-1', '10.0.0.1', ill));
    const finding = { health: 'unhealthy', output: 'no database' };
    await eventually('it is told', () => one.findings.has('app'));
    expect(one.findings.get('app')).toEqual(new Map([[url('10.0.0.1'), finding]]));
    source.put(ofService('shop-web-1', '10.0.0.1', { health: 'starting' }));
    await eventually('nothing is told', () => one.findings.get('app')?.size === 0);
  });
});

/** As redis-cli reads a line: words, or text between single quotes. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/'((?:[^'\\]|\\.)*)'|(\S+)/g)].map(
    ([, quoted, plain]) => plain ?? (quoted ?? '').replaceAll("\\'", "'"),
  );
}
