import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { startBerth } from '../support/berthProcess.ts';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { describeWithEngine } from '../support/namespace.ts';

const telling = ['sh', '-c', 'hostname >/www/index.html; exec httpd -f -vv -p 8080 -h /www'];

const ask = (
  port: number,
  host: string,
): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers: { host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: body.trim() }));
    }).on('error', reject);
  });

describeWithEngine('containers change while no instance runs', () => {
  let docker: DockerEngine;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-start-'));
    docker = await startDockerEngine();
  });
  afterAll(async () => {
    await docker?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  test('the first request goes to the container that is mapped, not to one that has its address now', async () => {
    const config = { containers: { enabled: true, engines: [docker.address] } };
    const mapped = await docker.run({ name: 'mapped', command: telling });
    const address = await docker.addressOf(mapped);
    {
      await using berth = await startBerth({ config, home });
      const client = await connectControl({ socket: berth.controlSocket });
      await client.api.containers.map({ name: 'app.test', container: 'mapped' });
      client.close();
      expect(await ask(berth.port, 'app.test')).toEqual({ status: 200, body: mapped.slice(0, 12) });
    }
    await docker.act(mapped, 'kill');
    const other = await docker.run({ name: 'other', command: telling });
    expect(await docker.addressOf(other)).toBe(address);
    await docker.act(mapped, 'start');
    expect(await docker.addressOf(mapped)).not.toBe(address);
    {
      // An engine that needs a moment longer than a worker to be ready.
      docker.pause();
      const resumed = setTimeout(() => docker.resume(), 600);
      await using berth = await startBerth({ config, home });
      const { body } = await ask(berth.port, 'app.test');
      expect(body).not.toContain(other.slice(0, 12));
      clearTimeout(resumed);
      docker.resume();
    }
    const { body: log } = await docker.ask('GET', `/containers/${other}/logs?stdout=1&stderr=1`);
    expect(String(log)).not.toContain('GET /');
  });
});
