import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { withBlock } from '../../src/core/names/hostsFile/block.ts';
import { type Owner, ownerOf } from '../../src/core/names/owner.ts';
import type { CheckCounts, CheckOutcome } from '../../src/shared/contract/doctor.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { freePort } from '../support/redisServer.ts';
import { startScript } from '../support/verb.ts';

/** What `berth doctor --json` said. */
export interface Examined {
  readonly exitCode: number | null;
  readonly outcomes: readonly CheckOutcome[];
  readonly counts: CheckCounts;
  /** Ids of checks that report a problem or a warning, by their letters. */
  readonly turned: readonly string[];
  of(id: string): CheckOutcome;
}

/** A machine for one examination: files of the system that are put in the place of its own, in a mount namespace. */
export interface Scene {
  /** Of the instance that is looked at. */
  home: string;
  /** Text of /etc/hosts. */
  hosts: string;
  /** Text of /etc/nsswitch.conf. */
  nsswitch: string;
  env: Record<string, string>;
  /** Commands of a shell before it, in the namespace. */
  before: string;
  /** Folders where programs are found: none, so that no browser is started. */
  path: string;
  /** Runs at the end, the last one first. */
  defer(undo: () => unknown): void;
}

export const hostNames = ['app.dev.local', 'web.localhost'];

/** Stands for the instance that is looked at, until its home is known. */
const anOwner: Owner = { id: '00000000', of: '/nowhere' };

/** What ends the block of a scene. */
export const blockEnd = `# END berth ${anOwner.id}\n`;

/** A hosts file with what the instance of a scene needs, as Berth writes it. */
export function hostsFileFor(names: readonly string[], others = ''): string {
  const made = withBlock(
    `127.0.0.1\tlocalhost\n::1\tlocalhost\n${others}`,
    [...names, 'welcome.localhost', 'welcome.dev.local'],
    '\n',
    anOwner,
  );
  if (!made.ok || made.text === null) throw new Error('no block');
  return made.text;
}

export function newScene(home: string): Scene & { end(): Promise<void> } {
  const undo: (() => unknown)[] = [];
  return {
    home,
    hosts: hostsFileFor(hostNames),
    nsswitch: 'hosts: files dns\n',
    // This machine may have one for its own network.
    env: { NODE_EXTRA_CA_CERTS: '' },
    before: '',
    path: '/nonexistent',
    defer: (step) => void undo.push(step),
    end: async () => {
      for (const step of undo.reverse()) await step();
    },
  };
}

const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs the doctor of the built command line in a mount namespace with the files of the scene. */
export async function examine(scene: Scene, argv: readonly string[] = []): Promise<Examined> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-doctor-scene-'));
  try {
    const put = async (name: string, text: string): Promise<string> => {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    };
    const { id } = ownerOf(join(scene.home, 'data'));
    const hosts = scene.hosts.replaceAll(` berth ${anOwner.id}`, ` berth ${id}`);
    const mounts = [
      `mount --bind ${await put('hosts', hosts)} /etc/hosts`,
      `mount --bind ${await put('nsswitch', scene.nsswitch)} /etc/nsswitch.conf`,
    ];
    const env = Object.entries(scene.env).map(([name, value]) => `${name}=${shellWord(value)}`);
    const inside = [
      ...mounts,
      ...(scene.before === '' ? [] : [scene.before]),
      `PATH=${scene.path} ${env.join(' ')} exec "$NODE" "$PROGRAM" doctor --json ${argv.map(shellWord).join(' ')}`,
    ].join(' && ');
    const ran = await startScript(
      scene.home,
      `exec unshare --mount --propagation private sh -c ${shellWord(inside)}`,
    ).ended;
    return read(ran);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function read({
  stdout,
  stderr,
  exitCode,
}: {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}): Examined {
  const records = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const summary = records.find(({ kind }) => kind === 'summary');
  if (summary === undefined) throw new Error(`no summary:\n${stdout}\n${stderr}`);
  const outcomes: readonly CheckOutcome[] = records.filter(({ kind }) => kind === 'check');
  return {
    exitCode,
    outcomes,
    counts: summary,
    turned: outcomes
      .filter(({ status }) => status === 'problem' || status === 'warning')
      .map(({ id }) => id)
      .sort(),
    of: (id) => {
      const found = outcomes.find((outcome) => outcome.id === id);
      if (found === undefined) throw new Error(`no check ${id}`);
      return found;
    },
  };
}

/** An instance that nothing is wrong with, its backend, and a connection to it. */
export interface Subject extends AsyncDisposable {
  readonly berth: BerthProcess;
  readonly client: ControlClient;
  readonly port: number;
  /** URL of its one backend. */
  readonly backend: string;
}

export async function startBackend(address = '127.0.0.1', port = 0): Promise<Server> {
  const server = createServer((_request, response) => response.end('hello')).listen(port, address);
  await once(server, 'listening');
  return server;
}

export const urlOf = (server: Server): string => {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
};

export function stopServer(server: Server): void {
  server.close();
  server.closeAllConnections();
}

export async function startSubject(
  config: (port: number) => object = () => ({}),
  options: { readonly program?: string } = {},
): Promise<Subject> {
  const server = await startBackend();
  const backend = urlOf(server);
  const port = await freePort();
  const berth = await startBerth({
    ...options,
    config: {
      http: { bind: ['127.0.0.1', '::1'], port },
      containers: { enabled: false },
      ...config(port),
    },
  });
  const client = await connectControl({ socket: berth.controlSocket });
  for (const name of hostNames) {
    await client.api.hosts.add({ name, backends: [backend] });
    // There are records before anybody asks whether they are kept, and workers know each host.
    await client.api.instance.try({ name });
  }
  return {
    berth,
    client,
    port,
    backend,
    [Symbol.asyncDispose]: async () => {
      client.close();
      await berth[Symbol.asyncDispose]();
      stopServer(server);
    },
  };
}

/** Key and certificate for these names, in a directory of their own. */
export async function makePair(
  directory: string,
  names: readonly string[],
  days: number,
): Promise<{ readonly key: string; readonly cert: string }> {
  await mkdir(directory, { recursive: true });
  const key = join(directory, 'key.pem');
  const cert = join(directory, 'cert.pem');
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', key, '-out', cert, '-days', String(days), '-subj', '/CN=berth test'],
    ...['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`],
  ]);
  return { key, cert };
}

/** A file for `node --require` that moves the clock by so many milliseconds. */
export async function clockFile(directory: string, ms: number): Promise<string> {
  const path = join(directory, `clock${ms}.cjs`);
  await writeFile(
    path,
    `const Real = Date; const now = () => Real.now() + ${ms};
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length === 0 ? [now()] : given)); }
  static now() { return now(); }
};\n`,
  );
  return path;
}
