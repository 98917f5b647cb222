import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../../test/support/certificates.ts';
import type { PortVerdict } from '../../../shared/contract/containers.ts';
import { limits } from '../../../shared/limits.ts';
import type { Container } from '../../../shared/model/container.ts';
import type { Inside } from './inside.ts';
import { type LookOptions, lookAt, lookAtPorts } from './lookAt.ts';
import { type Surroundings, surroundingsOf } from './surroundings.ts';

const open: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  await Promise.all(
    open.splice(0).map(({ server, sockets }) => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(done));
    }),
  );
});

/** Listens on a free port of 127.0.0.1 until the test is over. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  open.push({ server, sockets });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

const web = (answer: RequestListener): Promise<number> => listen(createHttpServer(answer));
const raw = (take: (socket: Socket) => void): Promise<number> => listen(createServer(take));

/** A port at which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** A container whose address is this machine's own, so that its ports are those of the test's servers. */
const aContainer = (changes: Partial<Container> = {}): Container => ({
  engine: 'unix:///var/run/docker.sock',
  id: 'c0ffee'.padEnd(64, '0'),
  name: 'web',
  image: 'web',
  project: null,
  service: null,
  state: 'running',
  pid: 4711,
  health: null,
  healthOutput: '',
  startedAt: 0,
  exitCode: null,
  finishedAt: null,
  ports: [],
  networks: [{ name: 'bridge', driver: 'bridge', isInternal: false, addresses: ['127.0.0.1'] }],
  labels: new Map(),
  environment: new Map(),
  ...changes,
});

const around = (operatingSystem = 'Debian'): Surroundings =>
  surroundingsOf(
    {
      platform: 'linux',
      hostname: 'desk',
      subnets: ['127.0.0.1/8'],
      container: null,
    },
    {
      kind: 'docker',
      hostname: 'desk',
      operatingSystem,
      isRootless: false,
      isRemote: false,
      publishedAt: '127.0.0.1',
    },
    [],
  );

const optionsWith = (changes: Partial<LookOptions> = {}): LookOptions => ({
  container: aContainer(),
  surroundings: around(),
  name: 'app.dev.local',
  scheme: 'http',
  version: '1.2.3',
  inside: async () => null,
  signal: new AbortController().signal,
  now: () => performance.now(),
  wallClock: () => 1_000_000,
  ...changes,
});

const look = (port: number, changes: Partial<LookOptions> = {}): Promise<PortVerdict> =>
  lookAt(optionsWith(changes), port);

const seeing =
  (listeners: Inside['listeners'], commands: readonly string[] = []) =>
  async (): Promise<Inside> => ({ listeners, commands });

/** Published at another port, by an engine whose networks are not this machine's. */
const publishedAt = (port: number): Partial<LookOptions> => ({
  surroundings: around('Docker Desktop'),
  container: aContainer({ ports: [{ port: 80, published: [{ address: '0.0.0.0', port }] }] }),
});

describe('a look at a port that answers', () => {
  it('asks as a browser does, once, and names status, kind and time', async () => {
    const seen: unknown[] = [];
    const port = await web(({ method, url, headers }, response) => {
      seen.push([method, url, headers.host, headers['user-agent'], headers.accept?.slice(0, 9)]);
      response.setHeader('content-type', 'text/html; charset=utf-8').end('<p>hello');
    });
    const verdict = await look(port);
    expect(seen).toEqual([['GET', '/', 'app.dev.local', 'berth/1.2.3 (look)', 'text/html']]);
    expect(verdict).toMatchObject({
      kind: 'answers',
      works: true,
      status: 200,
      port,
      scheme: 'http',
      backend: `http://127.0.0.1:${port}`,
      fix: '',
    });
    expect(verdict.sentence).toBe(`web:${port} answers 200 HTML in ${verdict.ms} ms.`);
  });

  it.each([
    [302, { location: '/login' }, 'answers 302 to /login in'],
    [404, { 'content-type': 'application/problem+json' }, 'answers 404 JSON in'],
    [500, { 'content-type': 'text/plain' }, 'answers 500 text in'],
  ])('works when it answers %i', async (status, headers, words) => {
    const port = await web((_request, response) => response.writeHead(status, headers).end());
    const verdict = await look(port);
    expect(verdict).toMatchObject({ kind: 'answers', works: true, status });
    expect(verdict.sentence).toContain(words);
  });

  it('does not wait for the end of an answer, and leaves at once', async () => {
    let left: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    const port = await web((request, response) => {
      request.socket.on('close', left);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    });
    expect((await look(port)).sentence).toContain('answers 200 events');
    await gone;
  });

  it('reads a bounded part of a refusal without end', async () => {
    let sent = 0;
    let left: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    const port = await web((request, response) => {
      request.socket.on('close', left);
      response.writeHead(500);
      const more = (): void => {
        if (request.socket.destroyed) return;
        sent += 16_384;
        response.write('x'.repeat(16_384), more);
      };
      more();
    });
    expect(await look(port)).toMatchObject({ kind: 'answers', status: 500 });
    await gone;
    // What the kernel holds on its way counts as sent.
    expect(sent).toBeLessThan(1024 * limits.maxReachBodyBytes);
  });

  it('is of https where the port speaks TLS and either will do', async () => {
    const port = await listen(
      createHttpsServer(makeCertificate(), (_request, response) => response.end()),
    );
    expect(await look(port, { scheme: null })).toMatchObject({
      kind: 'answers',
      works: true,
      scheme: 'https',
      backend: `https://127.0.0.1:${port}`,
    });
    expect(await look(port, { scheme: 'https' })).toMatchObject({ works: true, scheme: 'https' });
  });
});

describe('a look at a port that refuses the host', () => {
  const vite = (host: string) =>
    `Blocked request. This host ("${host}") is not allowed.\nTo allow this host, add "${host}" to \`server.allowedHosts\` in vite.config.js.`;

  it.each([
    [403, vite('app.dev.local'), 'Vite answers 403', 'server.allowedHosts in vite.config.js'],
    [403, vite('a').replace('server.', 'preview.'), 'vite preview', 'preview.allowedHosts'],
    [200, 'Invalid Host header', 'webpack-dev-server answers 200', 'devServer.allowedHosts'],
    [400, 'Invalid host header', 'Starlette', 'TrustedHostMiddleware'],
    [
      400,
      "<title>DisallowedHost at /</title>Invalid HTTP_HOST header: 'app.dev.local'.",
      'Django',
      'ALLOWED_HOSTS',
    ],
    [403, `${' '.repeat(6000)}<h1>Blocked hosts: app.dev.local</h1>`, 'Rails', 'config.hosts <<'],
    [400, '<h2>Bad Request - Invalid Hostname</h2>', 'ASP.NET Core', 'AllowedHosts'],
  ])('knows %i "%.30s"', async (status, body, server, setting) => {
    const port = await web((_request, response) => {
      response.statusCode = status;
      response.end(body);
    });
    const verdict = await look(port);
    expect(verdict).toMatchObject({ kind: 'refuses-host', works: false, status });
    expect(verdict.sentence).toContain(`refuses the host app.dev.local: ${server}`);
    expect(verdict.fix).toContain(setting);
  });

  it('finds it by other hosts where the words are not known', async () => {
    const only = (pattern: RegExp) =>
      web(({ headers }, response) =>
        response.writeHead(pattern.test(headers.host ?? '') ? 200 : 403).end('no'),
      );
    const address = await look(await only(/^127\.0\.0\.1:\d+$/));
    expect(address.kind).toBe('refuses-host');
    expect(address.fix).toContain('berth set app.dev.local --host-header backend');
    const local = await look(await only(/^localhost$/));
    expect(local.fix).toBe('Let it answer app.dev.local, as it does localhost.');
  });

  it('takes a refusal of everybody for an answer', async () => {
    const port = await web((_request, response) => response.writeHead(403).end('members only'));
    expect(await look(port)).toMatchObject({ kind: 'answers', works: true, status: 403 });
  });
});

describe('a look at a port that speaks something else', () => {
  it.each([
    ['SSH-2.0-OpenSSH_9.2\r\n', 'speaks SSH, not HTTP'],
    ['220 mail ESMTP Postfix\r\n', 'speaks SMTP, not HTTP'],
    ['J\0\0\0\n8.0.36\0', 'speaks MySQL, not HTTP'],
    ['-ERR unknown command\r\n', 'speaks the protocol of Redis, not HTTP'],
    ['\0\0\u0006\u0004\0\0\0\0\0\0\u0003\0\0\0d', 'speaks HTTP/2 alone, not HTTP'],
    ['hello?\n', 'answers, but not with HTTP'],
  ])('reads %j', async (greeting, words) => {
    const port = await raw((socket) => socket.write(Buffer.from(greeting, 'latin1')));
    const verdict = await look(port);
    expect(verdict).toMatchObject({ kind: 'not-http', works: false, status: null });
    expect(verdict.sentence).toContain(words);
  });

  it('says when it speaks TLS, however it says so itself', async () => {
    const node = await listen(
      createHttpsServer(makeCertificate(), (_request, response) => response.end()),
    );
    const alert = await raw((socket) =>
      socket.once('data', () => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]))),
    );
    for (const port of [node, alert]) {
      expect(await look(port)).toMatchObject({
        kind: 'not-http',
        sentence: `web:${port} speaks TLS.`,
        fix: 'Map it as https.',
      });
    }
  });

  it('says when it does not speak TLS', async () => {
    const port = await web((_request, response) => response.end());
    expect(await look(port, { scheme: 'https' })).toMatchObject({
      kind: 'not-http',
      sentence: `web:${port} speaks plain HTTP, not TLS.`,
      fix: 'Map it as http.',
    });
  });

  it('says when it hangs up', async () => {
    const port = await raw((socket) => socket.destroy());
    expect((await look(port)).sentence).toBe(`web:${port} ends the connection without an answer.`);
  });

  it('says when nothing comes', async () => {
    const port = await raw((socket) => socket.resume());
    expect(await look(port)).toMatchObject({
      kind: 'silent',
      sentence: `web:${port} takes connections and gives no answer within 3 s.`,
      fix: 'Its log may say what it waits for: docker logs --tail 20 web',
    });
  });
});

describe('a look at a port where nothing listens', () => {
  it('names what is listened on instead', async () => {
    const port = await freePort();
    const one = seeing([
      { address: '0.0.0.0', port: 3000 },
      { address: '::', port: 3000 },
      { address: '127.0.0.1', port: 9229 },
    ]);
    expect(await look(port, { inside: one })).toMatchObject({
      kind: 'nothing-listens',
      sentence: `Nothing listens on port ${port} of web; it listens on 3000 and 9229.`,
      fix: 'berth map app.dev.local web:3000',
    });
    const wildcard = { name: 'any.dev.local', frontend: '*.dev.local' };
    expect((await look(port, { inside: one, ...wildcard })).fix).toBe(
      "berth map '*.dev.local' web:3000",
    );
    expect(await look(port, { inside: seeing([]) })).toMatchObject({
      sentence: `Nothing listens on port ${port} of web, nor on any other.`,
    });
  });

  it('says that its container has just started', async () => {
    const container = aContainer({ startedAt: 998_000 });
    const verdict = await look(await freePort(), { container, inside: seeing([]) });
    expect(verdict.sentence).toContain('(it started 2 s ago)');
  });

  it('tells both reasons that there can be where it cannot look inside', async () => {
    const port = await freePort();
    const verdict = await look(port);
    expect(verdict.sentence).toBe(
      `Nothing takes connections on port ${port} of web: nothing listens there, or only on 127.0.0.1 inside.`,
    );
    expect(verdict.fix).toContain('--host 0.0.0.0');
  });

  it('says that it listens on its loopback alone, and how this server is told otherwise', async () => {
    const port = await freePort();
    const of = (...commands: readonly string[]) =>
      look(port, { inside: seeing([{ address: '127.0.0.1', port }], commands) });
    const vite = await of('npm run dev', 'node /app/node_modules/.bin/vite');
    expect(vite).toMatchObject({
      kind: 'loopback-only',
      sentence: `web listens on 127.0.0.1:${port} alone, which nothing outside of it reaches.`,
      fix: 'Start it with --host 0.0.0.0, or set server.host to true in vite.config.js.',
    });
    expect((await of('python manage.py runserver')).fix).toContain(`runserver 0.0.0.0:${port}`);
    expect((await of('./server')).fix).toContain('HOST=0.0.0.0');
  });

  it('is not deceived by the proxy of a published port', async () => {
    const port = await raw((socket) => socket.destroy());
    const loopback = await look(80, {
      ...publishedAt(port),
      inside: seeing([{ address: '::1', port: 80 }]),
    });
    expect(loopback.kind).toBe('loopback-only');
    expect(loopback.sentence).toContain('[::1]:80');
    expect((await look(80, publishedAt(port))).kind).toBe('nothing-listens');
    expect((await look(80, { ...publishedAt(port), scheme: 'https' })).kind).toBe(
      'nothing-listens',
    );
    const hangsUp = seeing([{ address: '0.0.0.0', port: 80 }]);
    expect((await look(80, { ...publishedAt(port), inside: hangsUp })).kind).toBe('not-http');
  });

  it('speaks of the machine whose network the container uses', async () => {
    const port = await freePort();
    const host = { name: 'host', driver: 'host', isInternal: false, addresses: [] };
    expect(await look(port, { container: aContainer({ networks: [host] }) })).toMatchObject({
      kind: 'nothing-listens',
      backend: `http://localhost:${port}`,
      sentence: `Nothing listens on port ${port} of the machine, whose network web uses.`,
    });
  });

  it('asks nobody else on the machine whose network the container uses', async () => {
    const host = { name: 'host', driver: 'host', isInternal: false, addresses: [] };
    const requests: string[] = [];
    const port = await web((request, response) => {
      requests.push(request.url ?? '');
      response.end();
    });
    const container = aContainer({ networks: [host] });
    const elsewhere = seeing([{ address: '0.0.0.0', port: 3000 }]);
    expect(await look(port, { container, inside: elsewhere })).toMatchObject({
      kind: 'nothing-listens',
      works: false,
      sentence: `Nothing listens on port ${port} of web; it listens on 3000.`,
    });
    expect(requests).toEqual([]);
    const own = seeing([{ address: '0.0.0.0', port }]);
    expect(await look(port, { container, inside: own })).toMatchObject({ works: true });
  });
});

describe('a look that cannot ask', () => {
  it('says that the container does not run, how it ended and since when', async () => {
    const container = aContainer({ state: 'exited', exitCode: 1, finishedAt: 880_000 });
    expect(await look(80, { container })).toMatchObject({
      kind: 'not-running',
      backend: null,
      sentence: 'web does not run: it ended with code 1, 2 min ago.',
      fix: 'docker start web',
    });
  });

  it.each([
    ['paused', 'web is paused.', 'docker unpause web'],
    ['created', 'web was never started.', 'docker start web'],
    [
      'restarting',
      'web ends with code 7 and is started again, over and over.',
      'See why: docker logs --tail 20 web',
    ],
  ] as const)('says that it is %s', async (state, sentence, fix) => {
    const container = aContainer({ state, exitCode: state === 'restarting' ? 7 : null });
    expect(await look(80, { container })).toMatchObject({ kind: 'not-running', sentence, fix });
  });

  it('says that there is no way, and what makes one', async () => {
    const verdict = await look(80, { surroundings: around('Docker Desktop') });
    expect(verdict).toMatchObject({
      kind: 'not-published',
      backend: null,
      fix: 'Run it again with -p 127.0.0.1::80',
    });
  });

  it('ends with its signal', async () => {
    const port = await raw((socket) => socket.resume());
    const controller = new AbortController();
    const looking = look(port, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(looking).rejects.toThrow('enough');
    await expect(look(port, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('a look at all ports', () => {
  it('asks those that are exposed, the published ones first', async () => {
    const ports = [
      await web((_request, response) => response.end()),
      await raw((socket) => socket.end('SSH-2.0-x\r\n')),
    ];
    const [http = 0, ssh = 0] = ports;
    const container = aContainer({
      ports: [
        { port: ssh, published: [] },
        { port: http, published: [{ address: '127.0.0.1', port: http }] },
      ],
    });
    const verdicts = await lookAtPorts(optionsWith({ container }));
    expect(verdicts.map(({ port, kind }) => [port, kind])).toEqual([
      [http, 'answers'],
      [ssh, 'not-http'],
    ]);
  });

  it('asks those that are listened on where none is exposed', async () => {
    const port = await web((_request, response) => response.end());
    const inside = seeing([{ address: '0.0.0.0', port }]);
    expect(await lookAtPorts(optionsWith({ inside }))).toMatchObject([{ port, kind: 'answers' }]);
  });

  it('says that there is no port', async () => {
    expect(await lookAtPorts(optionsWith())).toMatchObject([
      {
        kind: 'no-port',
        port: null,
        sentence: 'web exposes no port.',
        fix: 'Name the port that it listens on: berth map app.dev.local web:PORT',
      },
    ]);
  });

  it('says once that the container does not run', async () => {
    const ports = [80, 443].map((port) => ({ port, published: [] }));
    const container = aContainer({ state: 'paused', ports });
    expect(await lookAtPorts(optionsWith({ container }))).toMatchObject([
      { kind: 'not-running', port: null },
    ]);
  });
});
