import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { type FollowedEngines, followEngines } from '../support/followedEngines.ts';
import { describeWithEngine } from '../support/namespace.ts';

describeWithEngine('what is the case with an engine is said, and seen when it changes', () => {
  let docker: DockerEngine;
  beforeAll(async () => {
    docker = await startDockerEngine();
  });
  afterAll(() => docker[Symbol.asyncDispose]());

  const view = (followed: FollowedEngines) => followed.engines.engines[0];
  const become = (followed: FollowedEngines, state: string, ms?: number) =>
    followed.until(`is ${state}`, () => view(followed)?.state === state, ms);

  test('killed under way: it is away within a second, and its list is right within one of its return', async () => {
    const id = await docker.run({ name: 'survivor' });
    const gone = await docker.run({ name: 'removed' });
    await using followed = await followEngines(docker.address);
    expect(followed.container(id)?.state).toBe('running');

    await docker.kill();
    await become(followed, 'stopped', 1000);
    expect(followed.engines.containers.size).toBe(0);
    expect(view(followed)).toMatchObject({
      reason: expect.stringContaining('does not run'),
      advice: 'Start it: sudo systemctl start docker.',
      version: expect.stringMatching(/^\d/),
    });

    await docker.start();
    await become(followed, 'running', 1000);
    // The engine was killed without its containers, and ends them when it comes back.
    await followed.until('is right', () => followed.container(id)?.state === 'exited', 1000);
    await docker.remove(gone);
    await docker.act(id, 'start');
    await followed.until('events flow', () => followed.container(id)?.state === 'running', 1000);
    await followed.until('events flow', () => followed.container(gone) === undefined, 1000);
  });

  test('killed again and again, it is found again each time', async () => {
    await using followed = await followEngines(docker.address);
    for (let round = 0; round < 3; round++) {
      await docker.kill();
      await docker.start();
      const id = await docker.run({ name: `round-${round}` });
      await followed.until('is known', () => followed.container(id)?.state === 'running', 1500);
    }
  });

  test('ended in order: stopped, without a socket; and back', async () => {
    await using followed = await followEngines(docker.address);
    await docker.end();
    await become(followed, 'stopped', 1000);
    await docker.start();
    await become(followed, 'running', 1000);
  });

  test('one that takes connections and says nothing is starting, and then runs', async () => {
    docker.pause();
    try {
      const following = followEngines(docker.address);
      await using early = await Promise.race([
        following,
        new Promise<never>((_resolve, reject) => {
          setTimeout(() => reject(new Error('readiness waits for the engine')), 3000);
        }),
      ]);
      expect(view(early)).toMatchObject({
        state: 'starting',
        reason: expect.stringContaining('takes connections and does not answer'),
      });
      docker.resume();
      await become(early, 'running', 8000);
    } finally {
      docker.resume();
    }
  });

  test('another user is told how to be let in', async () => {
    // The folder may be entered, the socket not: as /var/run/docker.sock is for who is not in its group.
    await chmod(dirname(docker.socket), 0o711);
    await chmod(docker.socket, 0o660);
    const child = spawn(
      process.execPath,
      ['build/run.mjs', 'test/fixtures/engineLook.ts', docker.address],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await once(child, 'close');
    expect(JSON.parse(said)).toMatchObject([
      {
        state: 'forbidden',
        reason: expect.stringContaining('This user may not talk to'),
        advice: expect.stringContaining('sudo usermod -aG docker'),
      },
    ]);
  });
});
