import { afterAll, beforeAll, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { type FollowedEngines, followEngines } from '../support/followedEngines.ts';
import { describeWithEngine } from '../support/namespace.ts';

describeWithEngine('a container that says absurd things of itself hurts only itself', () => {
  let docker: DockerEngine;
  let followed: FollowedEngines;
  beforeAll(async () => {
    docker = await startDockerEngine();
    await docker.run({ name: 'honest', labels: { 'berth.host': 'honest.test' } });
    followed = await followEngines(docker.address);
  });
  afterAll(async () => {
    await followed[Symbol.asyncDispose]();
    await docker[Symbol.asyncDispose]();
  });

  const runs = (name: string) => followed.container(name)?.state === 'running';
  const problems = (name: string) =>
    followed.engines.problems.get(followed.container(name)?.id ?? '') ?? [];

  /** Whoever looks for the first time finds the same: from a whole list, not from events. */
  const seenAnew = async (check: (anew: FollowedEngines) => void): Promise<void> => {
    await using anew = await followEngines(docker.address);
    expect(anew.engines.engines[0]?.state).toBe('running');
    expect(anew.container('honest')).toMatchObject({ state: 'running', name: 'honest' });
    expect(anew.container('honest')?.labels.get('berth.host')).toBe('honest.test');
    check(anew);
  };

  test('a label of a million characters: that label is not read, all others are', async () => {
    await docker.run({
      name: 'long',
      labels: { 'berth.host': 'x'.repeat(1_000_000), 'berth.port': '8080' },
    });
    await followed.until('is known', () => runs('long'));
    expect([...(followed.container('long')?.labels ?? [])]).toEqual([['berth.port', '8080']]);
    expect(problems('long')).toEqual(['The label berth.host is too long to be read.']);
    await seenAnew((anew) => expect(anew.container('long')?.labels.get('berth.port')).toBe('8080'));
  });

  test('twenty such containers: the list is whole, and the memory for it bounded', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `heavy${index}`);
    for (const name of names) {
      await docker.run({
        name,
        start: false,
        labels: { noise: '\\u00e9"\\\\\\n'.repeat(200_000) },
      });
    }
    await seenAnew((anew) => {
      for (const name of names) expect(anew.container(name)?.state).toBe('created');
    });
  });

  test('fifty thousand labels: as many are read as there may be', async () => {
    const labels = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, index) => [`label.${index}.${'n'.repeat(40)}`, 'v']),
    );
    await docker.run({ name: 'many', labels });
    await followed.until('is known', () => runs('many'));
    expect(followed.container('many')?.labels.size).toBe(limits.maxContainerLabels);
    expect(problems('many').join(' ')).toMatch(/labels; the first 512 are read/);
    await seenAnew((anew) => expect(anew.container('many')?.state).toBe('running'));
  });

  test('names, commands and variables without end', async () => {
    await docker.run({
      name: 'wordy',
      command: ['sleep', '600', ...Array.from({ length: 10 }, () => 'a'.repeat(50_000))],
      environment: { VIRTUAL_HOST: 'h'.repeat(100_000), VIRTUAL_PORT: '8080', TOKEN: 'secret' },
      labels: { ['n'.repeat(300)]: 'v', 'com.docker.compose.project': 'p'.repeat(5000) },
    });
    await followed.until('is known', () => runs('wordy'));
    const known = followed.container('wordy');
    expect(known).toMatchObject({
      project: null,
      environment: new Map([['VIRTUAL_PORT', '8080']]),
    });
    expect(problems('wordy')).toEqual([
      `The name of a label is too long to be read: ${'n'.repeat(39)}…`,
      'The variable VIRTUAL_HOST is too long to be read.',
    ]);
  });

  test('a thousand ports: those with the lowest numbers are read', async () => {
    await docker.run({
      name: 'porous',
      expose: Array.from({ length: 1000 }, (_, index) => 10_000 + index),
    });
    await followed.until('is known', () => runs('porous'));
    const ports = followed.container('porous')?.ports.map(({ port }) => port);
    expect(ports).toHaveLength(limits.maxContainerPorts);
    expect(ports?.[0]).toBe(8080);
    expect(problems('porous').join(' ')).toMatch(/ports; the first 64 are read/);
  });

  test('the honest one is followed all the same', async () => {
    await docker.act('honest', 'stop');
    await followed.until('has stopped', () => !runs('honest'), 1000);
    await docker.act('honest', 'start');
    await followed.until('runs', () => runs('honest'), 1000);
    expect(followed.container('honest')?.labels.get('berth.host')).toBe('honest.test');
  });
});
