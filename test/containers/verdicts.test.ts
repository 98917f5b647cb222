import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { createServer as createVite } from 'vite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { EngineFacts } from '../../src/core/containers/engines/index.ts';
import {
  addressFor,
  engineAway,
  type LookOptions,
  lookAt,
  lookAtMachine,
  lookAtPorts,
  lookInside,
  type Machine,
  surroundingsOf,
} from '../../src/core/containers/reach/index.ts';
import type { PortVerdict } from '../../src/shared/contract/containers.ts';
import type { Container } from '../../src/shared/model/container.ts';
import { makeCertificate } from '../support/certificates.ts';
import {
  type ContainerOptions,
  type DockerEngine,
  startDockerEngine,
} from '../support/dockerEngine.ts';
import { type FollowedEngines, followEngines } from '../support/followedEngines.ts';
import { describeWithEngine } from '../support/namespace.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

const run = promisify(execFile);

/** A web server in a shell, which lets in one host as Vite does. */
const picky = `nc -ll -p 8080 -e sh -c 'while read -r line; do
  case "$line" in Host:*) host="$line";; esac
  [ "\${#line}" -lt 2 ] && break
done
case "$host" in
  *"$ALLOWED"*) body=welcome; status="200 OK";;
  *) body="Invalid Host header"; status="403 Forbidden";;
esac
echo "HTTP/1.1 $status\r
Content-Length: \${#body}\r
\r
$body"'`;

describeWithEngine('a verdict on a port, with a real engine', () => {
  let engine: DockerEngine;
  let followed: FollowedEngines;
  const made: string[] = [];

  beforeAll(async () => {
    engine = await startDockerEngine();
    followed = await followEngines(engine.address);
  });
  afterAll(async () => {
    await followed[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    for (const name of made.splice(0)) await engine.remove(name);
  });

  const start = async (options: ContainerOptions & { readonly name: string }): Promise<void> => {
    made.push(options.name);
    await engine.run(options);
  };

  interface Look extends Partial<LookOptions> {
    readonly facts?: Partial<EngineFacts>;
    readonly machine?: Partial<Machine>;
  }

  /** What Berth knows of a container, once that holds. */
  async function known(
    name: string,
    holds: (container: Container) => boolean = ({ state }) => state === 'running',
  ): Promise<Container> {
    const found = (): Container | undefined => followed.container(name);
    await followed.until(`${name} is known`, () => {
      const container = found();
      return container !== undefined && holds(container);
    });
    const container = found();
    if (container === undefined) throw new Error(`${name} is gone`);
    return container;
  }

  function optionsFor(container: Container, changes: Look = {}): LookOptions {
    const { facts, machine, ...others } = changes;
    const own = followed.engines.facts.get(engine.address);
    if (own === undefined) throw new Error('nothing is known of the engine');
    return {
      container,
      surroundings: surroundingsOf(
        { ...lookAtMachine(), container: null, ...machine },
        { ...own, ...facts },
        followed.engines.containers.values(),
      ),
      name: 'app.dev.local',
      scheme: 'http',
      version: '0.0.1',
      inside: lookInside,
      signal: AbortSignal.timeout(20_000),
      now: () => performance.now(),
      wallClock: Date.now,
      ...others,
    };
  }

  /** The verdict once it is of this kind, or as it is after five seconds: servers take a moment to come up. */
  async function verdictOf(
    kind: PortVerdict['kind'],
    container: Container,
    port = 8080,
    changes: Look = {},
  ): Promise<PortVerdict> {
    const options = optionsFor(container, changes);
    for (const end = performance.now() + 5000; ; ) {
      const verdict = await lookAt(options, port);
      if (verdict.kind === kind || performance.now() > end) return verdict;
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Does what a verdict says, as a person does who copies it into a shell. */
  const follow = async (fix: string): Promise<string> => {
    const env = { ...process.env, DOCKER_HOST: engine.address };
    const { stdout, stderr } = await run('sh', ['-c', fix], { env });
    return stdout + stderr;
  };

  test('answers: at the address of the container', async () => {
    await start({ name: 'web' });
    const verdict = await verdictOf('answers', await known('web'));
    expect(verdict.sentence).toMatch(/^web:8080 answers 200 HTML in \d+ ms\.$/);
    expect(verdict).toMatchObject({ works: true, status: 200, fix: '' });
    expect(verdict.backend).toBe(`http://${await engine.addressOf('web')}:8080`);
  });

  test('answers: in a network without a way out, which this machine is in', async () => {
    await engine.makeNetwork('inner', { internal: true });
    await start({ name: 'web', network: 'inner' });
    expect((await verdictOf('answers', await known('web'))).works).toBe(true);
  });

  test('answers: in networks that were made a moment ago', async () => {
    for (const name of ['one', 'two', 'three']) {
      await engine.makeNetwork(name);
      await start({ name, network: name });
      const container = await known(name);
      const { surroundings } = optionsFor(container);
      expect(addressFor(container, 8080, surroundings)).toMatchObject({ ok: true, by: 'address' });
    }
  });

  test('answers: on the network of this machine', async () => {
    const command = [
      'sh',
      '-c',
      'echo hi >/www/index.html; exec httpd -f -p 127.0.0.1:8095 -h /www',
    ];
    await start({ name: 'web', network: 'host', command });
    const verdict = await verdictOf('answers', await known('web'), 8095);
    expect(verdict).toMatchObject({ works: true, backend: 'http://localhost:8095' });
    const gone = await verdictOf('nothing-listens', await known('web'), 8096);
    expect(gone.sentence).toBe('Nothing listens on port 8096 of web; it listens on 8095.');
    // What others on the machine serve is none of its answers.
    const other = createHttpServer((_request, response) => response.end('other')).listen(8097);
    await once(other, 'listening');
    await verdictOf('nothing-listens', await known('web'), 8097).finally(() => other.close());
  });

  test('not-running: says how it ended, and docker start makes it work', async () => {
    await start({ name: 'web' });
    await engine.act('web', 'kill');
    const ended = await known('web', ({ exitCode }) => exitCode !== null);
    const verdict = await verdictOf('not-running', ended);
    expect(verdict.sentence).toMatch(/^web does not run: it ended with code 137, \d+ s ago\.$/);
    await follow(verdict.fix);
    expect((await verdictOf('answers', await known('web'))).works).toBe(true);
  });

  test('not-running: a paused container works when it goes on', async () => {
    await start({ name: 'web' });
    await engine.act('web', 'pause');
    const verdict = await verdictOf(
      'not-running',
      await known('web', ({ state }) => state === 'paused'),
    );
    expect(verdict.sentence).toBe('web is paused.');
    await follow(verdict.fix);
    expect((await verdictOf('answers', await known('web'))).works).toBe(true);
  });

  test('not-running: one that was never started works when it is', async () => {
    await start({ name: 'web', start: false });
    const verdict = await verdictOf(
      'not-running',
      await known('web', ({ state }) => state === 'created'),
    );
    expect(verdict.sentence).toBe('web was never started.');
    await follow(verdict.fix);
    expect((await verdictOf('answers', await known('web'))).works).toBe(true);
  });

  test('not-running: one that ends again and again tells why in its log', async () => {
    made.push('web');
    await follow(
      "docker run -d --name web --restart always test/web:1 sh -c 'echo no database; exit 7'",
    );
    const verdict = await verdictOf(
      'not-running',
      await known('web', ({ state }) => state === 'restarting'),
    );
    expect(verdict.sentence).toBe('web ends with code 7 and is started again, over and over.');
    expect(await follow(verdict.fix.replace('See why: ', ''))).toContain('no database');
  });

  test('nothing-listens: names the port that is listened on, and that one works', async () => {
    const command = ['sh', '-c', 'exec httpd -f -p 3000 -h /www'];
    await start({ name: 'web', command });
    const container = await known('web');
    await verdictOf('answers', container, 3000);
    const verdict = await verdictOf('nothing-listens', container);
    expect(verdict.sentence).toBe('Nothing listens on port 8080 of web; it listens on 3000.');
    expect(verdict.fix).toBe('berth map app.dev.local web:3000');
    expect((await verdictOf('answers', container, 3000)).works).toBe(true);
  });

  test('nothing-listens: in a network with a resolver inside, that is not taken for a server', async () => {
    await engine.makeNetwork('shop');
    await start({ name: 'web', network: 'shop', command: ['sleep', '1000'] });
    const verdict = await verdictOf('nothing-listens', await known('web'));
    expect(verdict.sentence).toMatch(/^Nothing listens on port 8080 of web, nor on any other/);
  });

  test('loopback-only: the server works when it is started as the fix says', async () => {
    const serve = (where: string) => ['sh', '-c', `exec httpd -f ${where} -h /www`];
    await start({ name: 'web', command: serve('-p 127.0.0.1:8080') });
    const verdict = await verdictOf('loopback-only', await known('web'));
    expect(verdict.sentence).toBe(
      'web listens on 127.0.0.1:8080 alone, which nothing outside of it reaches.',
    );
    expect(verdict.fix).toBe('Start it with -p 0.0.0.0:8080');
    await start({ name: 'fixed', command: serve(verdict.fix.replace('Start it with ', '')) });
    expect((await verdictOf('answers', await known('fixed'))).works).toBe(true);
  });

  test('loopback-only: also where the port is published, whose proxy takes connections', async () => {
    const command = ['sh', '-c', 'exec httpd -f -p 127.0.0.1:8080 -h /www'];
    await start({ name: 'web', command, publish: { 8080: 0 } });
    const container = await known('web');
    const facts = { isRemote: true };
    expect((await verdictOf('loopback-only', container, 8080, { facts })).kind).toBe(
      'loopback-only',
    );
    const blind = { facts, inside: async () => null };
    const verdict = await verdictOf('nothing-listens', container, 8080, blind);
    expect(verdict.sentence).toContain('nothing listens there, or only on 127.0.0.1 inside');
  });

  test('not-published: a container behind an engine of its own networks works when it is run as the fix says', async () => {
    await start({ name: 'web' });
    const facts = { isRemote: true };
    const verdict = await verdictOf('not-published', await known('web'), 8080, { facts });
    expect(verdict.fix).toBe('Run it again with -p 127.0.0.1::8080');
    made.push('fixed');
    await follow(`docker run -d --name fixed ${verdict.fix.split(' with ')[1]} test/web:1`);
    const fixed = await verdictOf('answers', await known('fixed'), 8080, { facts });
    expect(fixed).toMatchObject({
      works: true,
      backend: `http://127.0.0.1:${await engine.publishedPortOf('fixed', 8080)}`,
    });
  });

  test('no-network: a container without one works when it was given one', async () => {
    await start({ name: 'web', network: 'none' });
    const verdict = await verdictOf('no-network', await known('web'));
    expect(verdict.sentence).toBe('web is in no network: it runs with --network none.');
    await follow(verdict.fix);
    const connected = await known('web', ({ networks }) =>
      networks.some((n) => n.addresses.length > 0),
    );
    expect((await verdictOf('answers', connected)).works).toBe(true);
  });

  test('no-network: a container that shares none with that of Berth has a way when it does', async () => {
    await engine.makeNetwork('back');
    await start({ name: 'web', network: 'back' });
    await start({ name: 'berth' });
    const within = { machine: { container: (await known('berth')).id.slice(0, 12) } };
    const verdict = await verdictOf('no-network', await known('web'), 8080, within);
    expect(verdict.sentence).toBe('web and the container that Berth runs in share no network.');
    expect(verdict.fix).toBe('docker network connect back berth');
    await follow(verdict.fix);
    await known('berth', ({ networks }) => networks.some(({ name }) => name === 'back'));
    const { surroundings } = optionsFor(await known('web'), within);
    expect(addressFor(await known('web'), 8080, surroundings)).toMatchObject({
      ok: true,
      host: await engine.addressOf('web'),
    });
  });

  test('silent: a server that takes connections and says nothing', async () => {
    await start({ name: 'web', command: ['nc', '-ll', '-p', '8080', '-e', 'sleep', '1000'] });
    const verdict = await verdictOf('silent', await known('web'));
    expect(verdict.sentence).toBe('web:8080 takes connections and gives no answer within 3 s.');
    expect(verdict).toMatchObject({ kind: 'silent', works: false });
    await follow(verdict.fix.split(': ')[1] ?? '');
  });

  test('not-http: a server that greets with something else', async () => {
    const greet = 'echo SSH-2.0-dropbear; sleep 1';
    const command = ['nc', '-ll', '-p', '8080', '-e', 'sh', '-c', greet];
    await start({ name: 'web', command });
    const verdict = await verdictOf('not-http', await known('web'));
    expect(verdict.sentence).toBe('web:8080 speaks SSH, not HTTP.');
  });

  test('not-http: a server that speaks TLS works as https', async () => {
    await start({ name: 'web', network: 'host', command: ['sleep', '1000'] });
    const server = createServer(makeCertificate(), (_request, response) => response.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const container = await known('web');
      const verdict = await verdictOf('not-http', container, port);
      expect(verdict).toMatchObject({
        sentence: `web:${port} speaks TLS.`,
        fix: 'Map it as https.',
      });
      const fixed = await verdictOf('answers', container, port, { scheme: 'https' });
      expect(fixed).toMatchObject({ works: true, backend: `https://localhost:${port}` });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('refuses-host: a server with a list of hosts works when the host is in it', async () => {
    const command = ['sh', '-c', picky];
    await start({ name: 'web', command, environment: { ALLOWED: 'localhost' } });
    const verdict = await verdictOf('refuses-host', await known('web'));
    expect(verdict).toMatchObject({ kind: 'refuses-host', works: false, status: 403 });
    expect(verdict.sentence).toContain('web:8080 refuses the host app.dev.local');
    expect(verdict.fix).toContain('Add "app.dev.local" to devServer.allowedHosts');
    await start({ name: 'fixed', command, environment: { ALLOWED: 'app.dev.local' } });
    expect((await verdictOf('answers', await known('fixed'))).works).toBe(true);
  });

  test('refuses-host: Vite works when its setting is changed as the fix says', async () => {
    await using root = await temporaryDirectory();
    await start({ name: 'web', network: 'host', command: ['sleep', '1000'] });
    const container = await known('web');
    const verdictWith = async (
      kind: PortVerdict['kind'],
      allowedHosts: string[],
    ): Promise<PortVerdict> => {
      const vite = await createVite({
        root: root.path,
        configFile: false,
        logLevel: 'silent',
        server: { host: '127.0.0.1', port: 0, allowedHosts, watch: null },
      });
      try {
        await vite.listen();
        if (vite.httpServer === null) throw new Error('Vite serves nothing');
        const { port } = vite.httpServer.address() as AddressInfo;
        return await verdictOf(kind, container, port);
      } finally {
        await vite.close();
      }
    };
    const verdict = await verdictWith('refuses-host', []);
    expect(verdict).toMatchObject({
      kind: 'refuses-host',
      status: 403,
      fix: 'Add "app.dev.local" to server.allowedHosts in vite.config.js.',
    });
    const [host = ''] = /"([^"]+)"/.exec(verdict.fix)?.slice(1) ?? [];
    expect((await verdictWith('answers', [host])).works).toBe(true);
  });

  test('no-port: the port that is named instead works', async () => {
    await start({ name: 'web' });
    await follow('docker export web | docker import -c \'CMD ["/bin/serve"]\' - test/bare:1');
    await start({ name: 'bare', image: 'test/bare:1' });
    const container = await known('bare');
    await verdictOf('answers', container);
    const blind = optionsFor(container, { inside: async () => null });
    const [verdict] = await lookAtPorts(blind);
    expect(verdict).toMatchObject({
      kind: 'no-port',
      port: null,
      sentence: 'bare exposes no port.',
      fix: 'Name the port that it listens on: berth map app.dev.local bare:PORT',
    });
    const seen = await lookAtPorts(optionsFor(container));
    expect(seen).toMatchObject([{ port: 8080, kind: 'answers' }]);
  });

  test('engine-away: says what the engine is, and all is well when it runs again', async () => {
    await start({ name: 'web' });
    await known('web');
    const view = () => followed.engines.engines.find(({ id }) => id === engine.address);
    await engine.end();
    await followed.until('the engine is away', () => view()?.state === 'stopped');
    const away = view();
    if (away === undefined) throw new Error('the engine is not known');
    const verdict = engineAway(away, 8080, 'http');
    expect(verdict).toMatchObject({ kind: 'engine-away', works: false, fix: away.advice });
    expect(verdict.sentence).toBe(away.reason);
    expect(verdict.sentence).not.toBe('');
    await engine.start();
    await engine.act('web', 'start');
    expect((await verdictOf('answers', await known('web'))).works).toBe(true);
  });
});
