import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { connectControl, controlSocket } from '../../src/core/client/index.ts';
import { directoriesFor } from '../../src/core/system/directories.ts';
import type { EngineName } from '../../src/shared/model/settings.ts';
import { eventually } from '../support/eventually.ts';
import { processTree } from './cpu.ts';

/** Something that listens on `port` and forwards to the backend, or is the backend. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  pids(): number[];
  stop(): Promise<void>;
}

export type StartContender = (directory: string, backendPort: number) => Promise<Contender>;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Serves /small, /64k, /1m and accepts any POST; nginx, since it costs the least beside what is measured. */
export async function startBackend(directory: string): Promise<Contender> {
  const root = join(directory, 'www');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'small'), 'x'.repeat(200));
  writeFileSync(join(root, '64k'), Buffer.alloc(64 * 1024, 0x78));
  writeFileSync(join(root, '1m'), Buffer.alloc(1024 * 1024, 0x78));
  const port = await freePort();
  const file = join(directory, 'backend.conf');
  writeFileSync(
    file,
    `${nginxPreamble(directory, 'backend')}
  access_log off;
  server { listen 127.0.0.1:${port}; root ${root}; location = /post { return 200 "ok"; } } }`,
  );
  return started('backend', port, spawn('nginx', ['-c', file], { stdio: 'ignore' }));
}

const nginxPreamble = (
  directory: string,
  name: string,
): string => `daemon off; worker_processes 1; user root;
pid ${directory}/${name}.pid; error_log ${directory}/${name}.err;
events { worker_connections 4096; }
http { keepalive_requests 100000000; sendfile on; client_body_temp_path ${directory}/${name}-body;
  proxy_temp_path ${directory}/${name}-proxy; fastcgi_temp_path ${directory}/${name}-f;
  uwsgi_temp_path ${directory}/${name}-u; scgi_temp_path ${directory}/${name}-s;`;

const nginx: StartContender = async (directory, backendPort) => {
  const port = await freePort();
  const file = join(directory, 'nginx.conf');
  writeFileSync(
    file,
    `${nginxPreamble(directory, 'nginx')}
  access_log ${directory}/nginx-access.log combined;
  upstream b { server 127.0.0.1:${backendPort}; keepalive 128; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://b; proxy_http_version 1.1;
    proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } } }`,
  );
  return started('nginx', port, spawn('nginx', ['-c', file], { stdio: 'ignore' }));
};

const haproxy: StartContender = async (directory, backendPort) => {
  const port = await freePort();
  const file = join(directory, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 3s
  timeout client 30s
  timeout server 30s
  option forwardfor
  http-reuse always
frontend f
  bind 127.0.0.1:${port}
  default_backend b
backend b
  server s 127.0.0.1:${backendPort}
`,
  );
  return started('haproxy', port, spawn('haproxy', ['-db', '-q', '-f', file], { stdio: 'ignore' }));
};

const caddy: StartContender = async (directory, backendPort) => {
  const port = await freePort();
  const file = join(directory, 'Caddyfile');
  writeFileSync(
    file,
    `{
  admin off
  auto_https off
}
http://:${port} {
  bind 127.0.0.1
  log {
    output file ${directory}/caddy-access.log
  }
  reverse_proxy 127.0.0.1:${backendPort}
}
`,
  );
  const child = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', file], {
    stdio: 'ignore',
    env: { ...process.env, GOMAXPROCS: '1', HOME: directory, XDG_DATA_HOME: directory },
  });
  return started('caddy', port, child);
};

export const bareName = 'http-proxy alone';

/** http-proxy with a keep-alive agent and nothing else: what our engine may not cost much more than. */
export const bareHttpProxy: StartContender = async (_directory, backendPort) => {
  const port = await freePort();
  const program = `
    const http = require('node:http');
    const proxy = require('http-proxy').createProxyServer({
      agent: new http.Agent({ keepAlive: true, maxSockets: 100 }),
      target: 'http://127.0.0.1:${backendPort}', xfwd: true });
    proxy.on('error', (error, request, response) => response.destroy());
    http.createServer((request, response) => proxy.web(request, response)).listen(${port}, '127.0.0.1');`;
  return started(bareName, port, spawn(process.execPath, ['-e', program], { stdio: 'ignore' }));
};

export const berthName = 'berth';
/** Berth whose every request is told to one who reads it all, as `berth logs -f --json`. */
export const watchedName = 'berth watched';

/** Berth with the engine on bare sockets. */
const spliceName = 'berth splice';

const berth: StartContender = (directory, backendPort) =>
  startBerth(berthName, join(directory, 'berth'), backendPort);

const spliceBerth: StartContender = (directory, backendPort) =>
  startBerth(spliceName, join(directory, 'splice'), backendPort, 'splice');

const watchedBerth: StartContender = async (directory, backendPort) => {
  const home = join(directory, 'watched');
  const contender = await startBerth(watchedName, home, backendPort);
  const reader = spawn(process.execPath, [resolve('dist/cli.cjs'), 'logs', '-f', '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BERTH_HOME: home },
  });
  const gone = new Promise<void>((done) => reader.once('exit', () => done()));
  return {
    ...contender,
    pids: () => {
      if (reader.exitCode !== null) throw new Error(`nobody watches ${watchedName} any more`);
      return contender.pids();
    },
    stop: async () => {
      reader.kill('SIGTERM');
      await gone;
      await contender.stop();
    },
  };
};

async function startBerth(
  name: string,
  home: string,
  backendPort: number,
  engine: EngineName = 'http-proxy',
): Promise<Contender> {
  const port = await freePort();
  const storePort = await freePort();
  mkdirSync(home, { recursive: true });
  const file = join(home, 'config.json');
  writeFileSync(
    file,
    JSON.stringify({
      server: { engine, workers: 1, accessLog: join(home, 'access.log') },
      http: { bind: '127.0.0.1', port },
      driver: `embedded://127.0.0.1:${storePort}`,
      user: 'root',
      group: 'root',
    }),
  );
  const child = spawn(process.execPath, [resolve('dist/cli.cjs'), '--headless', '-c', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BERTH_HOME: home },
  });
  const contender = await started(name, port, child);
  try {
    await saysHello(name, home, child);
    const store = new Redis(storePort, '127.0.0.1');
    await store.rpush('frontend:bench.localhost', 'bench', `http://127.0.0.1:${backendPort}`);
    await store.quit();
  } catch (error) {
    await contender.stop();
    throw error;
  }
  return contender;
}

/** Waits for the control plane: it opens after the listeners, and a reader that comes before finds no instance. */
async function saysHello(name: string, home: string, child: ChildProcess): Promise<void> {
  const { platform } = process;
  const directories = directoriesFor({ platform, env: { BERTH_HOME: home }, home });
  const socket = controlSocket(directories);
  await eventually(`${name} answers at ${socket}`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended as it started`);
    const client = await connectControl({ socket }).catch(() => null);
    client?.close();
    return client !== null;
  });
}

/** By name, the one that others are compared with first; `program` is what must be installed. */
export const contenders: readonly {
  name: string;
  program: string | null;
  start: StartContender;
}[] = [
  { name: 'nginx', program: 'nginx', start: nginx },
  { name: 'haproxy', program: 'haproxy', start: haproxy },
  { name: 'caddy', program: 'caddy', start: caddy },
  { name: bareName, program: null, start: bareHttpProxy },
  { name: berthName, program: null, start: berth },
  { name: watchedName, program: null, start: watchedBerth },
  { name: spliceName, program: null, start: spliceBerth },
];

async function started(name: string, port: number, child: ChildProcess): Promise<Contender> {
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  await answering(name, port, child);
  return {
    name,
    port,
    pids: () => (child.pid === undefined ? [] : processTree(child.pid)),
    stop: async () => {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(hard);
    },
  };
}

async function answering(name: string, port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        done(true);
      });
      socket.once('error', () => done(false));
    });
    if (open) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`${name} did not start to listen on ${port}`);
}
