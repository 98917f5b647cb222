import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, type RequestListener, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { seeded } from '../support/seeded.ts';
import { startTownEngine } from './townContainers.ts';

/** An instance with hosts as a developer has them, and people who use them: what a screenshot shows. */
export interface Town extends AsyncDisposable {
  readonly berth: BerthProcess;
  readonly client: ControlClient;
}

const random = seeded(7);
const below = (most: number): number => Math.floor(random() * most);

/** Requests a second that all hosts get together. */
const perSecond = 40;

export async function startTown(): Promise<Town> {
  const servers: Server[] = [];
  /** @returns the server's address */
  async function serve(delayMs: () => number, answer: RequestListener): Promise<string> {
    const server = createServer((incoming, response) => {
      incoming.resume();
      setTimeout(() => answer(incoming, response), delayMs());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }
  const web = await serve(
    () => below(14),
    (incoming, response) => {
      if (incoming.url === '/favicon.ico') response.statusCode = 404;
      response.end('x'.repeat(300 + below(6000)));
    },
  );
  const orders: RequestListener = (_incoming, response) => {
    if (below(30) === 0) response.statusCode = 500;
    response.setHeader('content-type', 'application/json');
    response.setHeader('set-cookie', 'session=8c7f2e0f1a; HttpOnly');
    const order = (id: number) => ({
      id: 8800 + id,
      state: id % 3 === 0 ? 'open' : 'sent',
      total: below(9000) / 100,
      customer: { name: 'Ada', city: 'Turin' },
    });
    response.end(
      JSON.stringify({ orders: Array.from({ length: 1 + below(12) }, (_, id) => order(id)) }),
    );
  };
  const api = await serve(() => 30 + below(90), orders);
  const reports = await serve(
    () => 300 + below(500),
    (_incoming, response) => response.end('x'.repeat(40_000)),
  );
  const second = await serve(() => 40 + below(80), orders);

  const portOf = (url: string): number => Number(new URL(url).port);
  const engine = await startTownEngine({
    web: portOf(web),
    api: portOf(api),
    reports: portOf(reports),
  });
  // One was added since the machine was set up.
  const known = ['localhost', 'app.dev.local', 'api.dev.local', 'admin.dev.local'];
  const machine = await mkdtemp(join(tmpdir(), 'berth-town-'));
  const hostsFile = join(machine, 'hosts');
  await writeFile(
    hostsFile,
    known.flatMap((name) => [`127.0.0.1\t${name}\n`, `::1\t${name}\n`]).join(''),
  );
  const berth = await startBerth({
    // To have a hosts file of its own takes root.
    ...(process.getuid?.() === 0 ? { hostsFile } : {}),
    config: {
      containers: { enabled: true, engines: [engine.address] },
      http: { bind: '127.0.0.1', port: 8080 },
      control: { port: 0 },
      server: { workers: 2 },
    },
  });
  const client = await connectControl({ socket: berth.controlSocket });
  const { hosts } = client.api;
  await hosts.add({ name: 'app.dev.local', backends: [web] });
  await hosts.add({ name: 'api.dev.local', backends: [api, second] });
  await hosts.add({ name: 'admin.dev.local', backends: ['http://127.0.0.1:5173'] });
  await hosts.add({ name: '*.preview.dev.local', backends: [web] });
  await hosts.add({ name: 'reports.localhost', backends: [reports] });
  await hosts.add({ name: 'docs.localhost', backends: [web] });
  await hosts.add({ name: 'shop.dev.local', backends: [web, 'http://127.0.0.1:9'] });
  await hosts.set({
    name: 'api.dev.local',
    options: { policy: 'round-robin', check: { path: '/health' } },
  });

  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const visits: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'app.dev.local',
      'GET',
      ['/', '/cart?step=2', '/assets/app-5f2c.js', '/assets/app.css', '/login', '/favicon.ico'],
    ],
    ['app.dev.local', 'POST', ['/cart', '/login']],
    [
      'api.dev.local',
      'GET',
      ['/v1/orders', '/v1/users/42?expand=orders,addresses', '/v1/search?q=rope'],
    ],
    ['api.dev.local', 'PUT', ['/v1/orders/8812']],
    ['admin.dev.local', 'GET', ['/', '/users']],
    ['pr-42.preview.dev.local', 'GET', ['/', '/changelog']],
    ['reports.localhost', 'GET', ['/monthly.csv']],
    ['shop.dev.local', 'GET', ['/products', '/products/7']],
    ['shop.dev.local', 'DELETE', ['/basket/3']],
  ];
  const visit = (): void => {
    const [host, method, paths] = visits[below(visits.length)] ?? ['app.dev.local', 'GET', ['/']];
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: berth.port,
        agent,
        method,
        path: paths[below(paths.length)],
        headers: { host, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0' },
      },
      (response) => response.resume(),
    );
    outgoing.on('error', () => undefined);
    outgoing.end();
  };
  const people = setInterval(visit, 1000 / perSecond);
  return {
    berth,
    client,
    [Symbol.asyncDispose]: async () => {
      clearInterval(people);
      agent.destroy();
      client.close();
      await berth[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      for (const server of servers) server.close();
      await rm(machine, { recursive: true, force: true });
    },
  };
}
