import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { type FollowedEngines, followEngines } from '../support/followedEngines.ts';
import { describeWithEngine } from '../support/namespace.ts';

/** Milliseconds from the end of an action to the knowledge of it: some 50 where there is nothing else to do. */
const soonMs = 1000;

describeWithEngine('the containers of an engine are known as they are now', () => {
  let docker: DockerEngine;
  let followed: FollowedEngines;
  beforeAll(async () => {
    docker = await startDockerEngine();
  });
  afterAll(() => docker[Symbol.asyncDispose]());
  beforeEach(async () => {
    followed = await followEngines(docker.address);
  });
  afterEach(() => followed[Symbol.asyncDispose]());

  const state = (container: string) => followed.container(container)?.state;
  const addresses = (container: string) =>
    followed.container(container)?.networks.flatMap((network) => network.addresses) ?? [];

  test('an engine says what it is, and those that were started before are there', async () => {
    await docker.run({ name: 'early' });
    await docker.run({ name: 'made', start: false });
    await using later = await followEngines(docker.address);
    expect(later.engines.engines).toEqual([
      {
        id: docker.address,
        name: 'Docker',
        source: 'setting',
        state: 'running',
        version: expect.stringMatching(/^\d+\.\d+/),
        reason: '',
        advice: '',
      },
    ]);
    expect(later.engines.reasonNone).toBeNull();
    expect(later.engines.facts.get(docker.address)).toMatchObject({
      kind: 'docker',
      isRootless: false,
      isRemote: false,
      publishedAt: '127.0.0.1',
    });
    expect(later.container('early')?.state).toBe('running');
    expect(later.container('made')).toMatchObject({
      state: 'created',
      pid: null,
      startedAt: null,
      exitCode: null,
    });
  });

  test('a started container is known with its ports, addresses, labels and variables', async () => {
    const id = await docker.run({
      name: 'web',
      compose: { project: 'shop', service: 'web' },
      labels: { 'berth.host': 'shop.test' },
      environment: { VIRTUAL_HOST: 'shop.test', PASSWORD: 'hunter2' },
      expose: [9000],
      publish: { 8080: 0 },
    });
    await followed.until('is known', () => state(id) === 'running', soonMs);
    const port = await docker.publishedPortOf(id, 8080);
    const known = followed.container(id);
    expect(known).toMatchObject({
      engine: docker.address,
      id,
      name: 'web',
      image: 'test/web:1',
      project: 'shop',
      service: 'web',
      health: null,
      exitCode: null,
      ports: [
        { port: 8080, published: expect.arrayContaining([{ address: '0.0.0.0', port }]) },
        { port: 9000, published: [] },
      ],
      networks: [
        {
          name: 'bridge',
          driver: 'bridge',
          isInternal: false,
          addresses: [await docker.addressOf(id)],
        },
      ],
    });
    expect(known?.labels.get('berth.host')).toBe('shop.test');
    expect(known?.environment).toEqual(new Map([['VIRTUAL_HOST', 'shop.test']]));
    expect(known?.pid).toBeGreaterThan(0);
    expect(Math.abs((known?.startedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('stop, start, pause, rename and removal are known at once', async () => {
    const id = await docker.run({ name: 'busy' });
    await followed.until('runs', () => state(id) === 'running', soonMs);

    await docker.act(id, 'pause');
    await followed.until('is paused', () => state(id) === 'paused', soonMs);
    await docker.act(id, 'unpause');
    await followed.until('goes on', () => state(id) === 'running', soonMs);

    await docker.act(id, 'stop');
    await followed.until('has stopped', () => state(id) === 'exited', soonMs);
    await followed.until('says how', () => followed.container(id)?.exitCode === 137, soonMs);
    expect(followed.container(id)).toMatchObject({ pid: null, finishedAt: expect.any(Number) });
    await docker.act(id, 'start');
    await followed.until('runs again', () => state(id) === 'running', soonMs);
    expect(followed.container(id)).toMatchObject({ exitCode: null, finishedAt: null });

    await docker.rename(id, 'idle');
    await followed.until('has its name', () => followed.container(id)?.name === 'idle', soonMs);
    await docker.remove(id);
    await followed.until('is gone', () => followed.container(id) === undefined, soonMs);
  });

  test('a restart brings the new published port', async () => {
    const id = await docker.run({ publish: { 8080: 0 } });
    const published = () => followed.container(id)?.ports[0]?.published.map(({ port }) => port);
    for (let round = 0; round < 3; round++) {
      await docker.act(id, 'restart');
      const port = await docker.publishedPortOf(id, 8080);
      await followed.until('has the port', () => published()?.includes(port) === true, soonMs);
      expect(state(id)).toBe('running');
    }
  });

  test('what a HEALTHCHECK says is known, with what it printed', async () => {
    const health = 'test -e /tmp/well && echo all is well || { echo no file; false; }';
    const id = await docker.run({ health, healthMs: 500 });
    const saying = () => followed.container(id)?.health;
    await followed.until('has failed', () => saying() === 'unhealthy');
    expect(followed.container(id)?.healthOutput).toBe('no file');
    const { body } = await docker.ask('POST', `/containers/${id}/exec`, {
      Cmd: ['touch', '/tmp/well'],
    });
    const exec = body as { Id: string };
    await docker.ask('POST', `/exec/${exec.Id}/start`, { Detach: true });
    await followed.until('is well', () => saying() === 'healthy');
    expect(followed.container(id)?.healthOutput).toBe('all is well');
    await docker.act(id, 'stop');
    await followed.until('has ended', () => saying() === null, soonMs);
  });

  test('networks are known as it enters and leaves them, and what they are', async () => {
    const id = await docker.run({});
    await followed.until('runs', () => state(id) === 'running', soonMs);
    const [first] = addresses(id);
    await docker.makeNetwork('inner', { internal: true });
    await docker.connect('inner', id);
    await followed.until('is in both', () => addresses(id).length === 2, soonMs);
    expect(followed.container(id)?.networks).toContainEqual({
      name: 'inner',
      driver: 'bridge',
      isInternal: true,
      addresses: [expect.stringMatching(/^10\.210\./)],
    });
    await docker.disconnect('bridge', id);
    await followed.until('has left', () => addresses(id).includes(first ?? '') === false, soonMs);

    const host = await docker.run({ network: 'host', command: ['sleep', '600'] });
    const none = await docker.run({ network: 'none' });
    await followed.until('both run', () => [host, none].every((one) => state(one) === 'running'));
    expect(followed.container(host)?.networks).toEqual([
      { name: 'host', driver: 'host', isInternal: false, addresses: [] },
    ]);
    expect(followed.container(none)?.networks).toEqual([
      { name: 'none', driver: 'none', isInternal: false, addresses: [] },
    ]);
  });

  test('the probes of a HEALTHCHECK that change nothing cost nothing', async () => {
    const id = await docker.run({ health: 'true', healthMs: 100 });
    await followed.until('is well', () => followed.container(id)?.health === 'healthy');
    const before = followed.changes;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(followed.changes).toBe(before);
  });

  test('after closing, nothing is heard', async () => {
    const other = await followEngines(docker.address);
    const before = other.changes;
    await other[Symbol.asyncDispose]();
    await docker.run({ name: 'unheard' });
    expect(other.changes).toBe(before);
  });
});
