import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithEngine } from '../support/namespace.ts';

const host = 'shop.localhost';

describeWithEngine('whoever asks for a container that starts waits for it', () => {
  let docker: DockerEngine;
  let berth: BerthProcess;
  let client: ControlClient;

  beforeAll(async () => {
    docker = await startDockerEngine();
    berth = await startBerth({
      config: { containers: { enabled: true, engines: [docker.address] } },
    });
    client = await connectControl({ socket: berth.controlSocket });
  });
  afterAll(async () => {
    client?.close();
    await berth?.[Symbol.asyncDispose]();
    await docker?.[Symbol.asyncDispose]();
  });

  const load = (
    accept: string,
  ): Promise<{
    readonly status: number;
    readonly retry: string | undefined;
    readonly body: string;
  }> =>
    new Promise((resolve, reject) => {
      const headers = { host, accept };
      get({ host: '127.0.0.1', port: berth.port, headers, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          body += part;
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            retry: response.headers['retry-after'],
            body,
          }),
        );
      }).on('error', reject);
    });

  test('from its start to its first answer, and is told when it does not run', async () => {
    const id = await docker.run({
      compose: { project: 'shop', service: 'web' },
      labels: { 'berth.host': host },
      // Each time, its server listens when a file says so.
      command: [
        'sh',
        '-c',
        'rm -f /tmp/go; while [ ! -e /tmp/go ]; do sleep 0.1; done; echo hello >/www/index.html; exec httpd -f -p 8080 -h /www',
      ],
    });
    const go = async (): Promise<void> => {
      const made = await docker.ask('POST', `/containers/${id}/exec`, {
        Cmd: ['touch', '/tmp/go'],
      });
      const { Id } = made.body as { Id: string };
      await docker.ask('POST', `/exec/${Id}/start`, { Detach: true });
    };
    await eventually('the host is known', async () => (await load('text/html')).status === 503);
    const page = await load('text/html');
    expect(page.body).toContain('The container of this host is starting');
    expect(page.body).toContain('web of shop');
    expect(page.body).toContain('location.reload()');
    const json = await load('application/json');
    expect([json.status, json.retry]).toEqual([503, '1']);
    expect(JSON.parse(json.body).error.code).toBe('BERTH_CONTAINER_STARTING');

    await go();
    const came = performance.now();
    await eventually('the container answers', async () => {
      const { status, body } = await load('text/html');
      // Nothing but the page that waits comes before.
      expect([200, 503]).toContain(status);
      return body === 'hello\n';
    });
    expect(performance.now() - came).toBeLessThan(3000);

    await docker.act(id, 'kill');
    await eventually('it is known to be down', async () => (await load('*/*')).status === 502);
    const stopped = JSON.parse((await load('application/json')).body).error;
    expect(stopped).toMatchObject({
      code: 'BERTH_CONTAINER_STOPPED',
      detail: 'Its container web of shop does not run.',
      command: 'docker compose -p shop start web',
    });

    await docker.act(id, 'start');
    await eventually('it starts anew', async () => (await load('text/html')).status === 503);
    await go();
    await eventually('it answers anew', async () => (await load('text/html')).status === 200);
    const marks = async (): Promise<readonly (number | null)[]> => {
      const health = (await client.api.health.list()).find(({ name }) => name === host);
      return health?.backends.map(({ markedForMs }) => markedForMs) ?? [];
    };
    await eventually('its backend is known', async () => (await marks()).length > 0);
    expect(await marks()).toEqual([null]);
  });
});
