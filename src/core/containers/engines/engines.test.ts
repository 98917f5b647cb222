import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../../test/support/eventually.ts';
import {
  type FakeEngine,
  inspected,
  startFakeEngine,
} from '../../../../test/support/fakeEngine.ts';
import { type FollowedEngines, followEngines } from '../../../../test/support/followedEngines.ts';
import { limits } from '../../../shared/limits.ts';
import { openEngines } from './index.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

let fake: FakeEngine;
beforeEach(async () => {
  fake = await startFakeEngine();
});
afterEach(() => fake[Symbol.asyncDispose]());

const view = ({ engines }: FollowedEngines) => engines.engines[0];
const event = (Action: string, ID: string) => ({
  Type: 'container',
  Action,
  Actor: { ID, Attributes: {} },
});
const silently = (): void => {};

describe('what is the case with an engine', () => {
  test.each([
    ['an error of its own', 503, 'starting', /starting, or stuck/],
    ['a refusal', 403, 'forbidden', /may not talk to/],
    ['nonsense', 500, 'failed', /\/version was answered with 500/],
  ])('it answers with %s', async (_name, status, state, reason) => {
    fake.on('/version', (response) => response.writeHead(status).end('x'));
    await using followed = await followEngines(fake.address);
    expect(view(followed)).toMatchObject({ state, reason: expect.stringMatching(reason) });
    expect(view(followed)?.advice).not.toBe('');
  });

  test.each([
    ['no JSON', '<html>', /says no version/],
    ['JSON of something else', '{"name":"a web server"}', /says no version/],
    ['broken JSON', '{"Version":}', /is not JSON/],
  ])('it is none: %s', async (_name, text, reason) => {
    fake.on('/version', (response) => response.end(text));
    await using followed = await followEngines(fake.address);
    expect(view(followed)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(reason),
    });
  });

  test('it hangs up in the middle of an answer', async () => {
    fake.on('/version', (response) => {
      response.writeHead(200);
      response.write('{"Version":');
      setImmediate(() => response.destroy());
    });
    await using followed = await followEngines(fake.address);
    expect(view(followed)?.state).toBe('starting');
  });

  test('nothing is there; and then it is', async () => {
    await using followed = await followEngines('unix:///nowhere/engine.sock', fake.address);
    expect(followed.engines.engines.map(({ state }) => state)).toEqual(['stopped', 'running']);
    expect(view(followed)?.reason).toContain(
      'the setting containers.engines names unix:///nowhere',
    );
  });

  test('a proxy before it may hide what it says of itself and its networks', async () => {
    for (const path of ['/info', '/networks']) {
      fake.on(path, (response) => response.writeHead(403).end());
    }
    fake.has(a, inspected(a, 'running'));
    await using followed = await followEngines(fake.address);
    expect(view(followed)).toMatchObject({ state: 'running', name: 'Docker', version: '29.0.0' });
    expect(followed.container(a)?.state).toBe('running');
  });

  test('Podman says so', async () => {
    fake.on('/version', { Version: '5.4.0', Components: [{ Name: 'Podman Engine' }] });
    fake.on('/info', { ID: 'other', Rootless: true, SecurityOptions: ['name=rootless'] });
    await using followed = await followEngines(fake.address);
    expect(view(followed)?.name).toBe('Podman');
    expect(followed.engines.facts.get(fake.address)).toMatchObject({
      kind: 'podman',
      isRootless: true,
      isRemote: false,
    });
  });

  test('the same engine at two addresses is there once', async () => {
    await using second = await startFakeEngine();
    fake.has(a, inspected(a, 'running'));
    second.has(a, inspected(a, 'running'));
    await using followed = await followEngines(fake.address, second.address);
    expect(followed.engines.engines.map(({ id }) => id)).toEqual([fake.address]);
    expect(followed.engines.containers.size).toBe(1);
    second.on('/info', { ID: 'another', Name: 'box' });
    second.cut();
    await followed.until('is another', () => followed.engines.engines.length === 2);
  });
});

describe('its containers', () => {
  test('an end holds at once, whatever a look that began before it finds', async () => {
    fake.has(a, inspected(a, 'running'));
    await using followed = await followEngines(fake.address);
    let answer = silently;
    const began = new Promise<void>((resolve) => {
      fake.on(`/containers/${a}/json`, (response) => {
        answer = () => response.end(JSON.stringify(inspected(a, 'running')));
        resolve();
      });
    });
    fake.say(event('rename', a));
    await began;
    fake.say(event('die', a));
    await followed.until('has ended', () => followed.container(a)?.state === 'exited', 500);
    const changes = followed.changes;
    fake.on(`/containers/${a}/json`, inspected(a, 'exited'));
    answer();
    await followed.until('was looked at again', () => followed.changes > changes);
    expect(followed.container(a)?.state).toBe('exited');
  });

  test('a storm of events costs few looks', async () => {
    fake.has(a, inspected(a, 'running'));
    await using followed = await followEngines(fake.address);
    const before = fake.asked.length;
    for (let round = 0; round < 2000; round++) fake.say(event('health_status: healthy', a));
    fake.has(b, inspected(b, 'running'));
    fake.say(event('start', b));
    await followed.until('the last one is known', () => followed.container(b) !== undefined);
    expect(fake.asked.length - before).toBeLessThan(100);
  });

  test('one that the engine gives no answer about holds up no other', async () => {
    const hung = Array.from({ length: limits.maxInspections }, (_, n) => `${n}`.padStart(64, 'e'));
    fake.has(a, inspected(a, 'running'));
    await using followed = await followEngines(fake.address);
    for (const id of hung) {
      fake.on(`/containers/${id}/json`, silently);
      fake.say(event('start', id));
    }
    await eventually('they are asked for', () =>
      hung.every((id) => fake.asked.some((path) => path.includes(id))),
    );
    fake.say(event('die', a));
    await followed.until('an end is known', () => followed.container(a)?.state === 'exited', 500);
  });

  test('one that cannot be read is not there, and the others are', async () => {
    fake.has(a, inspected(a, 'running'));
    fake.has(b, { Id: b, State: 'running' });
    await using followed = await followEngines(fake.address);
    expect(view(followed)?.state).toBe('running');
    expect([...followed.engines.containers.keys()]).toEqual([a]);
  });

  test('a stream that ends again and again is taken up, and nothing is lost or flickers', async () => {
    fake.has(a, inspected(a, 'running'));
    await using followed = await followEngines(fake.address);
    const seen = new Set<string | undefined>();
    const unsubscribe = followed.engines.subscribe(() => {
      seen.add(view(followed)?.state);
      seen.add(followed.container(a)?.state);
    });
    for (let round = 1; round <= 5; round++) {
      const id = `${round}`.repeat(64);
      fake.has(id, inspected(id, 'running'));
      fake.cut();
      await followed.until('is found', () => followed.container(id)?.state === 'running', 1000);
    }
    unsubscribe();
    expect([...seen]).toEqual(['running']);
  });

  test('an event that is no JSON ends the stream, which is taken up', async () => {
    await using followed = await followEngines(fake.address);
    fake.has(a, inspected(a, 'running'));
    fake.on('/events', (response) => {
      response.writeHead(200);
      response.write('{"Type":}\n');
    });
    fake.cut();
    await followed.until('is found', () => followed.container(a)?.state === 'running', 1000);
    expect(view(followed)?.state).toBe('running');
  });
});

test('a stream that ends as soon as it is opened is opened no more than now and then', async () => {
  fake.on('/events', (response) => response.end());
  await using followed = await followEngines(fake.address);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(view(followed)?.state).toBe('running');
  const opened = fake.asked.filter((path) => path === '/events').length;
  expect(opened).toBeGreaterThan(1);
  expect(opened).toBeLessThan(10);
});

test('closing ends every connection, and whatever is under way', async () => {
  fake.has(a, inspected(a, 'running'));
  fake.on(`/containers/${b}/json`, silently);
  const followed = await followEngines(fake.address);
  fake.say(event('start', b));
  await eventually('is asked', () => fake.asked.includes(`/containers/${b}/json`));
  expect(await fake.connections()).toBe(2);
  const before = followed.changes;
  await followed[Symbol.asyncDispose]();
  await eventually('all are closed', async () => (await fake.connections()) === 0);
  const { length } = fake.asked;
  await new Promise((resolve) => setTimeout(resolve, 2 * limits.engineRetryMs));
  expect(fake.asked.length).toBe(length);
  expect(followed.changes).toBe(before);
});

test('closing while an engine says nothing does not wait for it', async () => {
  fake.on('/version', silently);
  const engines = openEngines({
    configured: [fake.address],
    env: {},
    platform: 'linux',
    home: '/nowhere',
    log: silently,
  });
  await eventually('is asked', () => fake.asked.length > 0);
  const begun = performance.now();
  await engines.close();
  await engines.ready;
  expect(performance.now() - begun).toBeLessThan(500);
});

describe('where no engine is found', () => {
  const open = (present: readonly string[], platform: NodeJS.Platform = 'linux') =>
    openEngines({
      configured: [],
      env: { PATH: '/usr/bin:/bin', ProgramFiles: 'C:\\Program Files' },
      platform,
      home: '/home/ann',
      log: silently,
      files: {
        read: async () => null,
        list: async () => [],
        real: async (path) => (present.includes(path) ? path : null),
      },
    });

  test.each<[string, readonly string[], NodeJS.Platform, string, string]>([
    [
      'nothing is installed',
      [],
      'linux',
      'No container engine is installed on this machine.',
      'Install Docker Engine or Podman; its containers show up here by themselves.',
    ],
    [
      'the docker command alone is no engine',
      ['/usr/bin/docker'],
      'linux',
      'No container engine is installed on this machine.',
      'Install Docker Engine or Podman; its containers show up here by themselves.',
    ],
    [
      'Docker does not run',
      ['/usr/bin/dockerd'],
      'linux',
      'Docker is installed and does not run.',
      'Start it: sudo systemctl start docker.',
    ],
    [
      'Podman has no socket',
      ['/usr/bin/podman'],
      'linux',
      'Podman is installed and does not run.',
      'Start its socket: systemctl --user start podman.socket.',
    ],
    [
      'two do not run',
      ['/Applications/Docker.app', '/usr/bin/colima'],
      'darwin',
      'Docker Desktop and Colima are installed, and none of them runs.',
      'Start Docker Desktop.',
    ],
    [
      'Docker Desktop does not run on Windows',
      ['C:\\Program Files\\Docker\\Docker\\Docker Desktop.exe'],
      'win32',
      'Docker Desktop is installed and does not run.',
      'Start Docker Desktop.',
    ],
  ])('%s', async (_name, present, platform, reason, advice) => {
    const engines = open(present, platform);
    await engines.ready;
    const isInstalled = reason.includes('run');
    expect(engines.reasonNone).toEqual({ reason, advice, isInstalled });
    expect(engines.engines).toEqual([]);
    await engines.close();
  });
});
