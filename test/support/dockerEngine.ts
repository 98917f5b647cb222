import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { eventually } from './eventually.ts';

/** A machine with much to do reads and starts dockerd and containerd first. */
const readyMs = 60_000;

/** A container to be made from the one image that there is: busybox, which serves its host name on port 8080. */
export interface ContainerOptions {
  readonly name?: string;
  /** `com.docker.compose.project` and `.service`. */
  readonly compose?: { readonly project: string; readonly service: string };
  readonly labels?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** In place of the web server on port 8080. */
  readonly command?: readonly string[];
  /** TCP ports beside 8080, which the image exposes. */
  readonly expose?: readonly number[];
  /** Container's port → port of the machine, 0 for one that the engine chooses; `127.0.0.1:8000` binds there alone. */
  readonly publish?: Readonly<Record<number, number | string>>;
  /** `bridge` when it is left out; `host`, `none`, or the name of one that was made. */
  readonly network?: string;
  /** A shell command, run every `healthMs` (1000) milliseconds, failing `healthRetries` (1) times in a row at most. */
  readonly health?: string;
  readonly healthMs?: number;
  readonly healthRetries?: number;
  readonly image?: string;
  /** False only makes it. */
  readonly start?: boolean;
}

interface EngineAnswer {
  readonly status: number;
  /** Parsed JSON, else text. */
  readonly body: unknown;
}

/** A real dockerd, alone in the test's namespaces. */
export interface DockerEngine extends AsyncDisposable {
  /** Path of its socket. */
  readonly socket: string;
  /** `unix://SOCKET` */
  readonly address: string;
  /** Of the process that runs now, or null. */
  readonly pid: number | null;
  /** Asks its API; an answer of 400 and above fails, unless `mayFail`. */
  ask(method: string, path: string, body?: unknown, mayFail?: boolean): Promise<EngineAnswer>;
  /** Makes and starts a container; resolves to its id. */
  run(options?: ContainerOptions): Promise<string>;
  /** `start`, `stop`, `kill`, `restart`, `pause`, `unpause`. */
  act(container: string, what: string): Promise<void>;
  rename(container: string, name: string): Promise<void>;
  remove(container: string): Promise<void>;
  /** The first IPv4 address of a container. */
  addressOf(container: string): Promise<string>;
  /** Where a port of a container is published on this machine. */
  publishedPortOf(container: string, port: number): Promise<number>;
  makeNetwork(name: string, options?: { readonly internal?: boolean }): Promise<string>;
  connect(network: string, container: string): Promise<void>;
  disconnect(network: string, container: string): Promise<void>;
  /** SIGKILL to dockerd; resolves when it has ended. The socket's file stays. */
  kill(): Promise<void>;
  /** SIGTERM to dockerd, which stops its containers and removes its socket. */
  end(): Promise<void>;
  /** Starts it again after `kill` or `end`; resolves when it answers. */
  start(): Promise<void>;
  /** SIGSTOP: takes connections and does not answer. */
  pause(): void;
  resume(): void;
}

const inspected = z.object({
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()).nullable(),
    Networks: z.record(z.string(), z.object({ IPAddress: z.string() })),
  }),
});
const created = z.object({ Id: z.string() });

/** Where files stay in memory, if there is such a place: overlay mounts need one that is no overlay itself. */
function roomyDirectory(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

export interface DockerEngineOptions {
  /** False: without networks. Only one engine at a time may have them. */
  readonly networks?: boolean;
}

/** Starts an engine with the image `test/web:1`. Only in namespaces of its own: `describeWithEngine`. */
export async function startDockerEngine({
  networks = true,
}: DockerEngineOptions = {}): Promise<DockerEngine> {
  const directory = await mkdtemp(join(roomyDirectory(), 'berth-docker-'));
  const socket = join(directory, 'docker.sock');
  const pidFile = join(directory, 'docker.pid');
  const log = join(directory, 'log');
  let child: ChildProcess | null = null;

  const answer = (method: string, path: string, payload?: Buffer, type = 'application/json') =>
    new Promise<EngineAnswer>((resolve, reject) => {
      const sent = request(
        {
          socketPath: socket,
          method,
          path,
          agent: false,
          headers:
            payload === undefined
              ? {}
              : { 'content-type': type, 'content-length': payload.byteLength },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: response.statusCode ?? 0, body: parsed(text) });
          });
        },
      );
      sent.once('error', reject);
      sent.end(payload);
    });

  const ask = async (method: string, path: string, body?: unknown, mayFail = false) => {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const answered = await answer(method, path, payload);
    if (answered.status >= 400 && !mayFail) {
      throw new Error(`${method} ${path}: ${answered.status} ${JSON.stringify(answered.body)}`);
    }
    return answered;
  };

  const start = async (): Promise<void> => {
    // A process of the same number may run by now.
    await rm(pidFile, { force: true });
    const output = openSync(log, 'a');
    const started = spawn(
      'dockerd',
      [
        ...['-H', `unix://${socket}`, '--pidfile', pidFile],
        ...['--data-root', join(directory, 'data'), '--exec-root', join(directory, 'exec')],
        ...(networks
          ? ['--bip', '10.209.0.1/24', '--default-address-pool', 'base=10.210.0.0/16,size=24']
          : ['--bridge', 'none', '--iptables=false', '--ip6tables=false']),
      ],
      { stdio: ['ignore', output, output] },
    );
    closeSync(output);
    child = started;
    const isReady = async (): Promise<boolean> => {
      if (started.exitCode !== null) {
        throw new Error(`dockerd ended (${started.exitCode}):\n${await readFile(log, 'utf8')}`);
      }
      return answer('GET', '/_ping').then(
        ({ status }) => status === 200,
        () => false,
      );
    };
    await eventually('dockerd answers', isReady, readyMs);
  };

  const leave = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    await gone;
  };

  const inspect = async (container: string) =>
    inspected.parse((await ask('GET', `/containers/${container}/json`)).body).NetworkSettings;

  const act = async (container: string, what: string): Promise<void> => {
    await ask('POST', `/containers/${container}/${what}`);
  };

  const removeAll = async (): Promise<void> => {
    const { body } = await ask('GET', '/containers/json?all=true');
    await Promise.all(
      z
        .array(created)
        .parse(body)
        .map(({ Id }) => ask('DELETE', `/containers/${Id}?force=true&v=true`, undefined, true)),
    );
  };

  const stop = async (): Promise<void> => {
    if (child !== null) {
      child.kill('SIGCONT');
      await removeAll();
    }
    await leave('SIGTERM');
    await unmountAll(directory);
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };

  const importImage = async (): Promise<void> => {
    const image = await webImage(directory);
    const query = new URLSearchParams({ fromSrc: '-', repo: 'test/web', tag: '1' });
    for (const change of ['CMD ["/bin/serve"]', 'EXPOSE 8080']) query.append('changes', change);
    const made = await answer('POST', `/images/create?${query}`, image, 'application/x-tar');
    if (made.status !== 200) throw new Error(`no image: ${JSON.stringify(made.body)}`);
  };

  try {
    await start();
    await importImage();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    socket,
    address: `unix://${socket}`,
    get pid() {
      return child?.pid ?? null;
    },
    ask,
    act,
    run: async (options = {}) => {
      const name = options.name === undefined ? '' : `?name=${options.name}`;
      const { body } = await ask('POST', `/containers/create${name}`, toCreate(options));
      const { Id } = created.parse(body);
      if (options.start !== false) await act(Id, 'start');
      return Id;
    },
    rename: async (container, name) => {
      await ask('POST', `/containers/${container}/rename?name=${name}`);
    },
    remove: async (container) => {
      await ask('DELETE', `/containers/${container}?force=true&v=true`);
    },
    addressOf: async (container) => {
      const { Networks } = await inspect(container);
      const found = Object.values(Networks).find(({ IPAddress }) => IPAddress !== '');
      if (found === undefined) throw new Error(`${container} has no address`);
      return found.IPAddress;
    },
    publishedPortOf: async (container, port) => {
      const { Ports } = await inspect(container);
      const found = Ports?.[`${port}/tcp`]?.[0];
      if (found === undefined) throw new Error(`${container} publishes no port ${port}`);
      return Number(found.HostPort);
    },
    makeNetwork: async (name, { internal = false } = {}) => {
      const wanted = { Name: name, CheckDuplicate: true, Internal: internal };
      return created.parse((await ask('POST', '/networks/create', wanted)).body).Id;
    },
    connect: async (network, container) => {
      await ask('POST', `/networks/${network}/connect`, { Container: container });
    },
    disconnect: async (network, container) => {
      await ask('POST', `/networks/${network}/disconnect`, { Container: container, Force: true });
    },
    kill: () => leave('SIGKILL'),
    end: () => leave('SIGTERM'),
    start,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    [Symbol.asyncDispose]: stop,
  };
}

/** What a killed engine leaves mounted. */
async function unmountAll(directory: string): Promise<void> {
  const lines = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
  const points = lines.map((line) => line.split(' ')[1] ?? '');
  for (const point of points.reverse()) {
    if (point.startsWith(`${directory}/`)) spawnSync('umount', ['-l', point]);
  }
}

/** A file system of busybox alone, with a web server that answers with its host name. */
async function webImage(directory: string): Promise<Buffer> {
  const root = join(directory, 'image');
  await mkdir(join(root, 'bin'), { recursive: true });
  for (const empty of ['www', 'tmp', 'etc']) await mkdir(join(root, empty));
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  for (const name of [
    'sh',
    'httpd',
    'hostname',
    'nc',
    'sleep',
    'cat',
    'wget',
    'touch',
    'rm',
    'test',
    'env',
  ]) {
    await symlink('busybox', join(root, 'bin', name));
  }
  await writeFile(
    join(root, 'bin/serve'),
    '#!/bin/sh\nhostname >/www/index.html\nexec httpd -f -p 8080 -h /www\n',
    { mode: 0o755 },
  );
  return execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 64 * 1024 * 1024 });
}

function toCreate(options: ContainerOptions): Record<string, unknown> {
  const { compose, health, healthMs = 1000, healthRetries = 1, network } = options;
  const publish = Object.entries(options.publish ?? {});
  const exposed = [...(options.expose ?? []), ...publish.map(([port]) => Number(port))];
  return {
    Image: options.image ?? 'test/web:1',
    // As the first process, a shell ignores SIGTERM.
    StopSignal: 'SIGKILL',
    ...(options.command === undefined ? {} : { Cmd: options.command }),
    Env: Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: {
      ...(compose === undefined
        ? {}
        : {
            'com.docker.compose.project': compose.project,
            'com.docker.compose.service': compose.service,
          }),
      ...options.labels,
    },
    ExposedPorts: Object.fromEntries(exposed.map((port) => [`${port}/tcp`, {}])),
    ...(health === undefined
      ? {}
      : {
          Healthcheck: {
            Test: ['CMD-SHELL', health],
            Interval: healthMs * 1_000_000,
            Timeout: 5_000_000_000,
            Retries: healthRetries,
          },
        }),
    HostConfig: {
      ...(network === undefined ? {} : { NetworkMode: network }),
      PortBindings: Object.fromEntries(
        publish.map(([port, at]) => {
          const [, address, number] = /^(?:(.*):)?(\d+)$/.exec(String(at)) ?? [];
          const binding = { HostIp: address ?? '', HostPort: number === '0' ? '' : number };
          return [`${port}/tcp`, [binding]];
        }),
      ),
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
