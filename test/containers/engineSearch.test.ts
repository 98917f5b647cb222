import { rm, symlink } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngines } from '../../src/core/containers/engines/index.ts';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithEngine } from '../support/namespace.ts';

/** Where /var/run/docker.sock leads, in a /run of its own. */
const usual = '/run/docker.sock';

describeWithEngine('an engine is found where it usually is', () => {
  let docker: DockerEngine;
  beforeAll(async () => {
    docker = await startDockerEngine();
  });
  afterAll(async () => {
    await rm(usual, { force: true });
    await docker[Symbol.asyncDispose]();
  });

  const open = (env: Record<string, string>) =>
    openEngines({
      configured: [],
      env: { PATH: process.env['PATH'], ...env },
      platform: 'linux',
      home: '/nowhere',
      log: () => {},
    });

  test('installed and not running is said; when it comes, it is found', async () => {
    const id = await docker.run({ name: 'web' });
    const engines = open({});
    await engines.ready;
    expect(engines.engines).toEqual([]);
    expect(engines.reasonNone).toEqual({
      reason: 'Docker is installed and does not run.',
      advice: 'Start it: sudo systemctl start docker.',
      isInstalled: true,
    });

    await symlink(docker.socket, usual);
    await eventually('is found', () => engines.containers.get(id)?.state === 'running');
    expect(engines.reasonNone).toBeNull();
    expect(engines.engines).toMatchObject([
      { id: 'unix:///var/run/docker.sock', name: 'Docker', source: 'socket', state: 'running' },
    ]);
    await engines.close();
  });

  test('at two addresses it is one', async () => {
    await rm(usual, { force: true });
    await symlink(docker.socket, usual);
    const engines = open({ DOCKER_HOST: docker.address });
    await engines.ready;
    expect(engines.engines).toMatchObject([
      { id: docker.address, name: 'Docker', source: 'DOCKER_HOST', state: 'running' },
    ]);
    await engines.close();
  });
});
