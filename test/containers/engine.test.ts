import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithEngine } from '../support/namespace.ts';

describeWithEngine('the engine of these tests', () => {
  let engine: DockerEngine;
  beforeAll(async () => {
    engine = await startDockerEngine();
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test('runs a container that answers at its address and at its published port', async () => {
    const id = await engine.run({ name: 'web', publish: { 8080: 0 } });
    const address = await engine.addressOf(id);
    const port = await engine.publishedPortOf(id, 8080);
    const body = (url: string) =>
      new Promise<string>((resolve, reject) => {
        get(url, { agent: false }, (response) => {
          response.setEncoding('utf8').once('data', resolve);
        }).once('error', reject);
      });
    await eventually('serves', () =>
      body(`http://${address}:8080/`).then(
        () => true,
        () => false,
      ),
    );
    expect(await body(`http://${address}:8080/`)).toBe(`${id.slice(0, 12)}\n`);
    expect(await body(`http://127.0.0.1:${port}/`)).toBe(`${id.slice(0, 12)}\n`);
  });

  test('is the same after it was killed and started again', async () => {
    const id = await engine.run({ name: 'again' });
    await engine.kill();
    await engine.start();
    await engine.act(id, 'start');
    expect(await engine.addressOf('again')).not.toBe('');
  });
});
