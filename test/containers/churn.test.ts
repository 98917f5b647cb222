import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { limits } from '../../src/shared/limits.ts';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { eventually } from '../support/eventually.ts';
import { followEngines } from '../support/followedEngines.ts';
import { describeWithEngine } from '../support/namespace.ts';

const stateAnswer = z.object({ State: z.object({ Status: z.string() }) });

const count = 200;
/** Started and stopped side by side: what dockerd has under way. */
const atOnce = 8;

describeWithEngine(`${count} containers come and go within a minute`, () => {
  let docker: DockerEngine;
  beforeAll(async () => {
    docker = await startDockerEngine();
  });
  afterAll(() => docker[Symbol.asyncDispose]());

  const each = async (items: readonly string[], work: (item: string) => Promise<unknown>) => {
    const queue = [...items];
    const one = async (): Promise<void> => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
    };
    await Promise.all(Array.from({ length: atOnce }, one));
  };

  test('each end is known within a second, calls are few, and memory stays', async () => {
    await using followed = await followEngines(docker.address);
    const names = Array.from({ length: count }, (_, index) => `c${index}`);
    const state = (name: string) => followed.container(name)?.state;
    let calls = 0;
    const unsubscribe = followed.engines.subscribe(() => calls++);
    const heapBefore = process.memoryUsage().heapUsed;
    const begun = performance.now();
    await each(names, async (name) => {
      await docker.run({ name, network: 'none', command: ['sleep', '600'] });
      await followed.until(`${name} is known`, () => state(name) === 'running', 1000);
      await docker.act(name, 'kill');
      await followed.until(`the end of ${name} is known`, () => state(name) === 'exited', 1000);
    });
    const took = performance.now() - begun;
    unsubscribe();
    expect(took).toBeLessThan(60_000);
    expect(followed.engines.containers.size).toBe(count);
    expect(calls).toBeLessThan(took / limits.containerEventsMs);
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(32 * 1024 * 1024);
  }, 90_000);

  test('what is paused and goes on without rest is known as it is in the end', async () => {
    const names = Array.from({ length: atOnce }, (_, index) => `storm${index}`);
    await each(names, (name) => docker.run({ name, command: ['sleep', '600'] }));
    await using followed = await followEngines(docker.address);
    // An engine that is hurried so refuses some of it.
    const act = (name: string, what: string) =>
      docker.ask('POST', `/containers/${name}/${what}`, undefined, true);
    let turns = 0;
    const end = performance.now() + 3000;
    await each(names, async (name) => {
      while (performance.now() < end) {
        await act(name, 'pause');
        await act(name, 'unpause');
        turns++;
      }
    });
    expect(turns).toBeGreaterThan(20);
    const truth = new Map<string, string>();
    const stateOf = async (name: string): Promise<string> => {
      const { body } = await docker.ask('GET', `/containers/${name}/json`);
      return stateAnswer.parse(body).State.Status;
    };
    await each(names, async (name) => {
      const isPaused = Number(name.slice(-1)) % 2 === 0;
      const wanted = isPaused ? 'paused' : 'exited';
      await eventually(`${name} is ${wanted}`, async () => {
        await act(name, isPaused ? 'pause' : 'kill');
        truth.set(name, await stateOf(name));
        return truth.get(name) === wanted;
      });
    });
    expect(new Set(truth.values())).toEqual(new Set(['paused', 'exited']));
    await followed.until(
      'the end is known',
      () => names.every((name) => followed.container(name)?.state === truth.get(name)),
      1000,
    );
    for (const name of names) await docker.remove(name);
  });
});
