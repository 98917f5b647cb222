import { get } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { errorCatalogue } from '../../src/shared/errors.ts';
import type { ContainerNote } from '../../src/shared/model/options.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { type DockerEngine, startDockerEngine } from '../support/dockerEngine.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithEngine } from '../support/namespace.ts';

/** Milliseconds in which a list follows its containers. */
const soonMs = 1000;
/** What is answered for a host that is no frontend. */
const unknownHost = errorCatalogue.BERTH_HOST_UNKNOWN.status;
const compose = { project: 'shop', service: 'web' } as const;
/** As the standard one, but its log names what it was asked for. */
const telling = ['sh', '-c', 'hostname >/www/index.html; exec httpd -f -vv -p 8080 -h /www'];

describeWithEngine('a host that is mapped follows its containers', () => {
  let docker: DockerEngine;
  let berth: BerthProcess;
  let client: ControlClient;
  const made: string[] = [];

  beforeAll(async () => {
    docker = await startDockerEngine();
    berth = await startBerth({
      config: { containers: { enabled: true, engines: [docker.address] } },
    });
    client = await connectControl({ socket: berth.controlSocket });
    await eventually('the engine is known', async () => {
      const { engines } = await client.api.containers.list();
      return engines[0]?.state === 'running';
    });
  });
  afterAll(async () => {
    client?.close();
    await berth?.[Symbol.asyncDispose]();
    await docker?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await eventually('there is no host', async () => {
      const hosts = await client.api.hosts.list();
      // What has just gone may be listed for a moment.
      await Promise.all(hosts.map(({ name }) => client.api.hosts.remove({ name }).catch(() => {})));
      return hosts.length === 0;
    });
  });
  afterEach(async () => {
    for (const id of made.splice(0)) await docker.remove(id).catch(() => {});
  });

  const run = async (options: Parameters<DockerEngine['run']>[0]): Promise<string> => {
    const id = await docker.run(options);
    made.push(id);
    await eventually('it is known', async () => {
      const { containers } = await client.api.containers.list();
      return containers.some((one) => one.id === id && one.state === 'running');
    });
    return id;
  };
  const urlOf = async (id: string): Promise<string> => `http://${await docker.addressOf(id)}:8080`;
  const host = (name: string) => client.api.hosts.get({ name });
  const lists = async (name: string, urls: readonly string[]): Promise<number> => {
    const begun = performance.now();
    await eventually(
      `${name} lists ${urls.join()}`,
      async () => (await host(name)).backends.toSorted().join() === urls.toSorted().join(),
      soonMs,
    );
    return performance.now() - begun;
  };
  const noteOf = async (name: string): Promise<ContainerNote | null> =>
    (await host(name)).options.container;
  const ask = (name: string): Promise<{ readonly status: number; readonly body: string }> =>
    new Promise((resolve) => {
      // The end of a container in the middle of its answer is nobody's answer.
      const reject = (): void => resolve({ status: 0, body: '' });
      const headers = { host: name };
      get({ host: '127.0.0.1', port: berth.port, headers, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          body += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: body.trim() }));
        response.on('error', reject);
      }).on('error', reject);
    });
  /** Asks for a host until `stop`; tells who answered how often. */
  const load = (name: string) => {
    const answers = new Map<string, number>();
    let isOver = false;
    const running = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!isOver) {
          const { status, body } = await ask(name);
          const who = status === 200 ? body : String(status);
          answers.set(who, (answers.get(who) ?? 0) + 1);
        }
      }),
    );
    return {
      answers,
      stop: async (): Promise<void> => {
        isOver = true;
        await running;
      },
    };
  };
  const logOf = async (id: string): Promise<string> => {
    const { body } = await docker.ask('GET', `/containers/${id}/logs?stdout=1&stderr=1`);
    return String(body);
  };

  test('and not to a single run beside the service, which serves nobody', async () => {
    const labels = { 'com.docker.compose.oneoff': 'True' };
    const single = await run({ name: 'shop-web-run-1', compose, labels });
    const serving = await run({ name: 'shop-web-1', compose });
    await client.api.containers.map({ name: 'app.test', container: 'web' });
    await lists('app.test', [await urlOf(serving)]);
    await docker.act(serving, 'stop');
    await lists('app.test', []);
    const { containers, mappings } = await client.api.containers.list();
    expect(containers.find(({ id }) => id === single)).toMatchObject({ project: null });
    expect(mappings[0]?.containers).toEqual([serving]);
  });

  test('as a service is scaled up and down, and answers from the first moment', async () => {
    const first = await run({ name: 'shop-web-1', compose });
    const { mapping } = await client.api.containers.map({ name: 'app.test', container: 'web' });
    expect(mapping).toMatchObject({
      state: 'up',
      source: 'hand',
      backends: [await urlOf(first)],
      containers: [first],
    });
    expect(await ask('app.test')).toEqual({ status: 200, body: first.slice(0, 12) });
    await client.api.hosts.add({ name: 'app.test', backends: ['http://127.0.0.1:9'] });
    const others = [];
    for (const number of [2, 3, 4]) {
      others.push(await docker.run({ name: `shop-web-${number}`, compose }));
    }
    made.push(...others);
    const foreign = 'http://127.0.0.1:9';
    const urls = await Promise.all([first, ...others].map(urlOf));
    await lists('app.test', [foreign, ...urls]);
    const [second = '', third = '', fourth = ''] = others;
    await docker.act(second, 'stop');
    await docker.act(third, 'kill');
    await docker.remove(fourth);
    await lists('app.test', [foreign, await urlOf(first)]);
  });

  test('stopped, started again, paused and renamed', async () => {
    const id = await run({ name: 'api' });
    await client.api.containers.map({ name: 'api.test', container: 'api' });
    await docker.act(id, 'stop');
    await lists('api.test', []);
    expect(await noteOf('api.test')).toEqual({ what: 'api', state: 'stopped', until: 0 });
    await docker.act(id, 'start');
    await lists('api.test', [await urlOf(id)]);
    expect(await noteOf('api.test')).toBe(null);
    await docker.act(id, 'pause');
    await lists('api.test', []);
    await docker.act(id, 'unpause');
    await lists('api.test', [await urlOf(id)]);
    await docker.rename(id, 'backend');
    await eventually(
      'the mapping has the new name',
      async () => {
        const { mappings } = await client.api.containers.list();
        const [mapping] = mappings.filter(({ name }) => name === 'api.test');
        return mapping?.target.kind === 'container' && mapping.target.name === 'backend';
      },
      soonMs,
    );
    expect((await host('api.test')).backends).toEqual([await urlOf(id)]);
    await docker.act(id, 'restart');
    await lists('api.test', [await urlOf(id)]);
    expect(await ask('api.test')).toEqual({ status: 200, body: id.slice(0, 12) });
  });

  test('and one in the network of another, for as long as that is there', async () => {
    const vpn = await run({ name: 'vpn' });
    const command = ['sh', '-c', 'echo side > /www/index.html; httpd -f -p 8181 -h /www'];
    const side = await run({ name: 'side', network: `container:${vpn}`, command, expose: [] });
    await client.api.containers.map({ name: 'side.test', container: 'side', port: 8181 });
    const beside = `http://${await docker.addressOf(vpn)}:8181`;
    await lists('side.test', [beside]);
    expect(await ask('side.test')).toEqual({ status: 200, body: 'side' });
    await docker.act(vpn, 'restart');
    await lists('side.test', []);
    await docker.act(side, 'restart');
    await lists('side.test', [`http://${await docker.addressOf(vpn)}:8181`]);
    expect(await ask('side.test')).toEqual({ status: 200, body: 'side' });
  });

  test('whose labels ask for a host, for as long as they are there', async () => {
    const labels = { 'berth.host': 'asked.test' };
    const id = await run({ name: 'asking', labels });
    await eventually('it answers', async () => (await ask('asked.test')).status === 200, soonMs);
    expect((await host('asked.test')).backends).toEqual([await urlOf(id)]);
    await docker.act(id, 'stop');
    await lists('asked.test', []);
    await docker.remove(id);
    await eventually(
      'it is gone',
      async () => (await ask('asked.test')).status === unknownHost,
      soonMs,
    );
  });

  test('and nobody gets requests for another whose address it has by now', async () => {
    const first = await run({ name: 'first', command: telling });
    const address = await docker.addressOf(first);
    await client.api.containers.map({ name: 'first.test', container: 'first' });
    await lists('first.test', [`http://${address}:8080`]);
    expect((await ask('first.test')).body).toBe(first.slice(0, 12));
    const { answers, stop } = load('first.test');
    const others: string[] = [];
    for (let round = 0; round < 5; round++) {
      await docker.act(first, 'kill');
      const other = await docker.run({ name: `other-${round}`, command: telling });
      made.push(other);
      others.push(other);
      expect(await docker.addressOf(other)).toBe(address);
      await eventually(
        'requests are refused',
        () => (answers.get('503') ?? 0) + (answers.get('502') ?? 0) > 0,
      );
      await docker.remove(other).catch(() => {});
      await docker.act(first, 'start');
      answers.delete('503');
      answers.delete('502');
      await eventually('it answers again', async () => (await ask('first.test')).status === 200);
    }
    await docker.act(first, 'kill');
    const last = await run({ name: 'last', command: telling });
    expect(await docker.addressOf(last)).toBe(address);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await stop();
    const whos = [...answers.keys()].filter((who) => !/^(0|50[234])$/.test(who));
    expect(whos).toEqual([first.slice(0, 12)]);
    expect(await logOf(first)).toMatch(/url:/);
    expect(await logOf(last)).not.toMatch(/url:/);
  });

  test('with a HEALTHCHECK: who is unhealthy gets no requests while another is up', async () => {
    const health = { health: 'test ! -e /tmp/ill', healthMs: 200, compose };
    const well = await run({ name: 'shop-web-1', ...health });
    const ill = await run({ name: 'shop-web-2', ...health });
    await client.api.containers.map({ name: 'app.test', container: 'web' });
    await lists('app.test', [await urlOf(well), await urlOf(ill)]);
    const url = await urlOf(ill);
    const stateOf = async () => {
      const hosts = await client.api.health.list();
      const { backends = [] } = hosts.find(({ name }) => name === 'app.test') ?? {};
      return backends.find((one) => one.url === url);
    };
    const exec = async (command: string): Promise<void> => {
      const { body } = await docker.ask('POST', `/containers/${ill}/exec`, {
        Cmd: ['sh', '-c', command],
      });
      await docker.ask('POST', `/exec/${(body as { Id: string }).Id}/start`, { Detach: true });
    };
    await eventually('it is healthy', async () => (await stateOf())?.state === 'up');
    await exec('touch /tmp/ill');
    await eventually('it is down', async () => (await stateOf())?.state === 'down');
    expect((await stateOf())?.reason).toMatch(/^its container is unhealthy/);
    await eventually('it is marked', async () => (await stateOf())?.markedForMs !== null);
    const answers = new Set<string>();
    for (let i = 0; i < 40; i++) answers.add((await ask('app.test')).body);
    expect([...answers]).toEqual([well.slice(0, 12)]);
    await exec('rm /tmp/ill');
    await eventually('it is up', async () => (await stateOf())?.state === 'up');
    await eventually(
      'it answers again',
      async () => (await ask('app.test')).body === ill.slice(0, 12),
    );
  });

  test('while its engine is killed and comes back, under load', async () => {
    const id = await run({ name: 'lasting' });
    await client.api.containers.map({ name: 'lasting.test', container: 'lasting' });
    const { answers, stop } = load('lasting.test');
    await eventually('it answers', () => (answers.get(id.slice(0, 12)) ?? 0) > 10);
    await docker.kill();
    const stateNow = async () => {
      const { mappings } = await client.api.containers.list();
      return mappings.find(({ name }) => name === 'lasting.test');
    };
    await eventually(
      'it is not known',
      async () => (await stateNow())?.state === 'unknown',
      soonMs,
    );
    expect((await host('lasting.test')).backends).toHaveLength(1);
    await expect(client.api.containers.look({ container: 'lasting' })).rejects.toMatchObject({
      code: 'BERTH_CONTAINER_ENGINE_AWAY',
    });
    const before = answers.get(id.slice(0, 12)) ?? 0;
    await eventually('it answers on', () => (answers.get(id.slice(0, 12)) ?? 0) > before + 10);
    expect([...answers.keys()]).toEqual([id.slice(0, 12)]);
    await docker.start();
    // What ran is ended by an engine that comes back.
    await eventually('it is stopped', async () => (await stateNow())?.state === 'stopped');
    await docker.act(id, 'start');
    await lists('lasting.test', [await urlOf(id)]);
    await stop();
    expect([...answers.keys()].filter((who) => !/^(0|50[234])$/.test(who))).toEqual([
      id.slice(0, 12),
    ]);
    expect((await ask('lasting.test')).status).toBe(200);
  });
});
