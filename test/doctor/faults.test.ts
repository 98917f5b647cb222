import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureAuthority } from '../../src/core/certificates/authorityFiles.ts';
import { authorityPlace } from '../../src/core/certificates/place.ts';
import { ownerOf } from '../../src/core/names/owner.ts';
import { planResolverFiles } from '../../src/core/names/resolvers/plan.ts';
import { resolverFiles } from '../../src/core/names/resolvers/resolver.ts';
import { nicknameOf, readAuthority } from '../../src/core/trust/authority.ts';
import type { CheckOutcome, CheckStatus } from '../../src/shared/contract/doctor.ts';
import { version } from '../../src/shared/version.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeEngine, inspected, startFakeEngine } from '../support/fakeEngine.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWhen, describeWith } from '../support/requirement.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';
import {
  blockEnd,
  clockFile,
  examine,
  hostNames,
  hostsFileFor,
  makePair,
  newScene,
  type Scene,
  type Subject,
  startBackend,
  startSubject,
  stopServer,
  urlOf,
} from './scene.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const rootReason = 'needs root on Linux, for a hosts file of its own';
const [app = '', web = ''] = hostNames;
const day = 86_400_000;
/** Nothing listens there. */
const deadPort = 9;

interface Fault {
  /** What is wrong. */
  readonly what: string;
  /** The check that names it. */
  readonly check: string;
  readonly status: Exclude<CheckStatus, 'ok' | 'skipped'>;
  /** What its evidence says, and its fix. */
  readonly evidence: RegExp;
  readonly fix: RegExp;
  /** Checks that turn because of it. */
  readonly follows?: readonly string[];
  inject(scene: Scene): Promise<void>;
}

let base: TemporaryDirectory;
let pair: { readonly key: string; readonly cert: string };
let subject: Subject;

const secure = (port: number, files = pair): object => ({
  https: { bind: ['127.0.0.1', '::1'], port, ...files },
});

/** Another instance in the place of the usual one, for as long as the scene lasts. */
async function another(
  scene: Scene,
  config: (port: number) => object,
  options: { readonly program?: string } = {},
): Promise<Subject> {
  const started = await startSubject(config, options);
  scene.defer(() => started[Symbol.asyncDispose]());
  scene.home = started.berth.home;
  return started;
}

/** Runs commands in the store of the usual instance, and waits until the instance has seen them. */
async function store(
  scene: Scene,
  host: string,
  write: (redis: Redis) => Promise<unknown>,
): Promise<void> {
  const redis = new Redis({ host: '127.0.0.1', port: subject.berth.storePort });
  scene.defer(async () => {
    await redis.del(`frontend:${host}`, `dead:${host}`, `berth:options:${host}`);
    await rewriteUsual();
    redis.disconnect();
  });
  const before = JSON.stringify(await subject.client.api.hosts.list());
  await write(redis);
  await eventually('the instance has seen it', async () => {
    return JSON.stringify(await subject.client.api.hosts.list()) !== before;
  });
}

async function rewriteUsual(): Promise<void> {
  for (const name of hostNames) {
    await subject.client.api.hosts.add({ name, backends: [subject.backend] });
  }
  await eventually('only the usual hosts', async () => {
    const hosts = await subject.client.api.hosts.list();
    return (
      hosts.length === hostNames.length && hosts.every(({ findings }) => findings.length === 0)
    );
  });
}

/** A home in which no instance runs, with a configuration that wants this port. */
async function homeWithout(
  scene: Scene,
  name: string,
  port: number,
  more: object = {},
): Promise<void> {
  scene.home = join(base.path, name);
  await mkdir(join(scene.home, 'config'), { recursive: true, mode: 0o700 });
  const http = { bind: '127.0.0.1', port };
  await writeFile(
    join(scene.home, 'config', 'config.json'),
    JSON.stringify({ http, driver: 'embedded:', user: 'root', ...more }),
  );
}

/** Adds backends to a host of the usual instance. */
async function addBackend(scene: Scene, name: string, url: string): Promise<void> {
  await subject.client.api.hosts.add({ name, backends: [url] });
  scene.defer(async () => {
    await subject.client.api.hosts.remove({ name, backends: [url] });
    await rewriteUsual();
  });
}

/** A host of the usual instance whose one backend is this. */
async function addHost(scene: Scene, name: string, url: string): Promise<void> {
  await subject.client.api.hosts.add({ name, backends: [url] });
  scene.hosts = hostsFileFor([...hostNames, name]);
  scene.defer(async () => {
    await subject.client.api.hosts.remove({ name });
    await rewriteUsual();
  });
}

const ofInstance: readonly Fault[] = [
  {
    what: 'no instance runs',
    check: 'instance.running',
    status: 'problem',
    evidence: /no instance runs/,
    fix: /berth --headless/,
    inject: async (scene) => {
      // The usual ports may be somebody's on this machine.
      await homeWithout(scene, 'nobody', await freePort());
    },
  },
  {
    what: 'the instance is of another version than the command',
    check: 'instance.running',
    status: 'warning',
    evidence: /version 9\.9\.9, this command is/,
    fix: /Restart the instance.*berth stop/,
    inject: async (scene) => {
      const dist = join(base.path, 'dist');
      await cp(resolve('dist'), dist, { recursive: true });
      await symlink(resolve('node_modules'), join(base.path, 'node_modules'));
      const program = join(dist, 'cli.cjs');
      const text = await readFile(program, 'utf8');
      await writeFile(program, text.replaceAll(`"${version}"`, '"9.9.9"'));
      await another(scene, () => ({}), { program });
    },
  },
  {
    what: 'the instance does not answer',
    check: 'instance.running',
    status: 'problem',
    evidence: /the instance cannot be asked: .* did not answer within/,
    fix: /./,
    // It serves the store, too.
    follows: ['store.reachable'],
    inject: async (scene) => {
      const { berth } = await another(scene, () => ({}));
      berth.signal('SIGSTOP');
      scene.defer(() => berth.signal('SIGCONT'));
    },
  },
  {
    what: 'the configuration file has become unreadable JSON',
    check: 'instance.configuration',
    status: 'problem',
    evidence: /config\.json, line 1, column \d+/,
    fix: /berth config validate/,
    inject: async (scene) => {
      const { berth } = await another(scene, () => ({}));
      await writeFile(join(berth.home, 'config.json'), '{"server": oops}');
    },
  },
  {
    what: 'the configuration file has a key that nobody knows',
    check: 'instance.configuration',
    status: 'warning',
    evidence: /wrokers/,
    fix: /Correct the file.*berth reload/,
    inject: async (scene) => {
      const { berth } = await another(scene, () => ({}));
      const file = join(berth.home, 'config.json');
      const config = JSON.parse(await readFile(file, 'utf8'));
      await writeFile(
        file,
        JSON.stringify({ ...config, server: { ...config.server, wrokers: 2 } }),
      );
    },
  },
  {
    what: 'others may look into the directory of data',
    check: 'instance.directories',
    status: 'problem',
    evidence: /\/data has mode 755/,
    fix: /chmod 700 .*\/data/,
    inject: async (scene) => {
      const data = join(scene.home, 'data');
      await chmod(data, 0o755);
      scene.defer(() => chmod(data, 0o700));
    },
  },
  {
    what: 'the disk of the store has hardly any room',
    check: 'store.durable',
    status: 'problem',
    evidence: /\d MB free at .*\/data/,
    fix: /Make room.*df -h/,
    inject: async (scene) => {
      const data = join(scene.home, 'data');
      scene.before = `cp -a ${data} ${base.path}/copy && mount -t tmpfs -o size=2m,mode=700 tmpfs ${data} && cp -a ${base.path}/copy/. ${data}`;
      scene.defer(() => rm(join(base.path, 'copy'), { recursive: true, force: true }));
    },
  },
  {
    what: 'the file of the store cannot be written',
    check: 'store.durable',
    status: 'problem',
    evidence: /store\.aof cannot be written: EROFS/,
    fix: /chmod u\+rw .*store\.aof/,
    inject: async (scene) => {
      const file = join(scene.home, 'data', 'store.aof');
      scene.before = `mount --bind ${file} ${file} && mount -o remount,ro,bind ${file}`;
    },
  },
];

const ofPorts: readonly Fault[] = [
  {
    what: 'another program has the port that the configuration names',
    check: 'ports.http',
    status: 'problem',
    evidence: /127\.0\.0\.1:\d+ is taken by .*\(pid \d+\)/,
    fix: /Stop .*kill \d+/,
    // It is why none runs.
    follows: ['instance.running'],
    inject: async (scene) => {
      const other = await startBackend();
      scene.defer(() => stopServer(other));
      const address = other.address();
      await homeWithout(scene, 'taken', typeof address === 'object' ? (address?.port ?? 0) : 0);
    },
  },
  {
    what: 'another program has the port for HTTPS that the configuration names',
    check: 'ports.https',
    status: 'problem',
    evidence: /127\.0\.0\.1:\d+ is taken by .*\(pid \d+\)/,
    fix: /Stop .*kill \d+/,
    follows: ['instance.running'],
    inject: async (scene) => {
      const other = await startBackend();
      scene.defer(() => stopServer(other));
      const address = other.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      const https = { bind: '127.0.0.1', port, ...pair };
      await homeWithout(scene, 'taken-https', await freePort(), { https });
    },
  },
  {
    what: 'another program answers at ::1',
    check: 'ports.loopback',
    status: 'problem',
    evidence: /\[::1\]:\d+ is answered by another program/,
    fix: /Stop that program/,
    inject: async (scene) => {
      const { port } = await another(scene, (at) => ({ http: { bind: '127.0.0.1', port: at } }));
      const other = await startBackend('::1', port);
      scene.defer(() => stopServer(other));
    },
  },
  {
    what: 'another Berth answers at ::1',
    check: 'ports.loopback',
    status: 'problem',
    evidence: /\[::1\]:\d+ is answered by another program: another Berth, or a Hipache/,
    fix: /Stop that program/,
    inject: async (scene) => {
      const { port } = await another(scene, (at) => ({ http: { bind: '127.0.0.1', port: at } }));
      const { home } = scene;
      await another(scene, () => ({ http: { bind: '::1', port } }));
      scene.home = home;
    },
  },
  {
    what: 'nothing is bound at ::1',
    check: 'ports.loopback',
    status: 'warning',
    evidence: /nothing is bound at \[::1\]:\d+/,
    fix: /\["127\.0\.0\.1", "::1"\]/,
    inject: async (scene) => {
      await another(scene, (at) => ({ http: { bind: '127.0.0.1', port: at } }));
    },
  },
  {
    what: 'the whole network can reach it',
    check: 'ports.exposed',
    status: 'warning',
    evidence: /others in the network reach 0\.0\.0\.0:\d+/,
    fix: /http\.bind/,
    inject: async (scene) => {
      await another(scene, (at) => ({ http: { bind: ['0.0.0.0', '::1'], port: at } }));
    },
  },
];

const ofNames: readonly Fault[] = [
  {
    what: 'a host stands in no hosts file',
    check: 'names.hosts',
    status: 'problem',
    evidence: /app\.dev\.local: this system does not find it/,
    fix: /berth names install/,
    inject: async (scene) => {
      scene.hosts = '127.0.0.1 localhost\n127.0.0.1 web.localhost\n::1 web.localhost\n';
    },
  },
  {
    what: 'a host under localhost is found by browsers alone',
    check: 'names.hosts',
    status: 'warning',
    evidence: /web\.localhost: browsers and curl find it by themselves, other programs do not/,
    fix: /berth names install/,
    inject: async (scene) => {
      scene.hosts = '127.0.0.1 localhost\n127.0.0.1 app.dev.local\n::1 app.dev.local\n';
    },
  },
  {
    what: 'a line of the hosts file sends a host elsewhere',
    check: 'names.foreign-lines',
    status: 'problem',
    evidence: /line 3 of \/etc\/hosts sends app\.dev\.local to 203\.0\.113\.9/,
    fix: /Remove line 3.*sed -i '3d' \/etc\/hosts/,
    follows: ['names.hosts'],
    inject: async (scene) => {
      scene.hosts = hostsFileFor(hostNames, '203.0.113.9\tapp.dev.local\n');
    },
  },
  {
    what: 'two lines of the hosts file name the same host',
    check: 'names.foreign-lines',
    status: 'warning',
    evidence: /app\.dev\.local: more than one line of \/etc\/hosts/,
    fix: /Keep one line/,
    inject: async (scene) => {
      scene.hosts = hostsFileFor(hostNames, '127.0.0.1 app.dev.local\n127.0.0.1 app.dev.local\n');
    },
  },
  {
    what: 'another tool has left names under a suffix behind',
    check: 'names.leftovers',
    status: 'warning',
    evidence: /portless still names old\.dev\.local/,
    fix: /Remove what portless left: line 4.*sed -i '4d'/,
    inject: async (scene) => {
      const block = '# portless-start\n127.0.0.1 old.dev.local\n# portless-end\n';
      scene.hosts = hostsFileFor(hostNames, block);
    },
  },
  {
    what: 'the block of the hosts file lacks a host',
    check: 'names.hosts-file',
    status: 'warning',
    evidence: /web\.localhost: not in the block of Berth/,
    fix: /Write the block anew.*berth names install/,
    follows: ['names.hosts'],
    inject: async (scene) => {
      scene.hosts = hostsFileFor([app]);
    },
  },
  {
    what: 'the block of the hosts file has a host that is gone',
    check: 'names.hosts-file',
    status: 'warning',
    evidence: /gone\.dev\.local: still in the block of Berth/,
    fix: /berth names install/,
    inject: async (scene) => {
      scene.hosts = hostsFileFor([...hostNames, 'gone.dev.local']);
    },
  },
  {
    what: 'the block of the hosts file has lost its end',
    check: 'names.hosts-file',
    status: 'problem',
    evidence: /the block of Berth has no end/,
    fix: /Correct it by hand.*sudoedit \/etc\/hosts/,
    inject: async (scene) => {
      scene.hosts = hostsFileFor(hostNames).replace(blockEnd, '');
    },
  },
  {
    what: 'mDNS is asked before the hosts file',
    check: 'names.order',
    status: 'problem',
    evidence: /mdns4 ends the search for app\.dev\.local before the hosts file/,
    fix: /Put "files" before "mdns4".*sudoedit \/etc\/nsswitch.conf/,
    inject: async (scene) => {
      scene.nsswitch = 'hosts: mymachines mdns4 [NOTFOUND=return] files dns\n';
    },
  },
  {
    what: 'a wildcard host that no hosts file can say',
    check: 'names.suffixes',
    status: 'warning',
    evidence: /\*\.shop\.dev\.local: names below are not found/,
    fix: /berth names install --dns/,
    inject: (scene) => addHost(scene, '*.shop.dev.local', subject.backend),
  },
  {
    what: 'what is sent to the DNS server gets lost',
    check: 'names.dns',
    status: 'problem',
    evidence: /127\.0\.0\.1:\d+: no answer/,
    fix: /Restart Berth.*berth status/,
    inject: async (scene) => {
      const path = join(base.path, 'deaf.cjs');
      await writeFile(path, "require('node:dgram').Socket.prototype.send = () => {};\n");
      scene.env['NODE_OPTIONS'] = `--require ${path}`;
    },
  },
];

/** Where the resolver of a scene is: nobody else's. */
const resolverAddress = '127.0.0.87';

/**
 * A machine that asks dnsmasq, which has a file of the usual instance in its directory.
 *
 * @param hasRead whether it was started since that came
 */
async function askDnsmasq(scene: Scene, hasRead: boolean): Promise<void> {
  const folder = await mkdtemp(join(base.path, 'dnsmasq-'));
  const etc = join(folder, 'etc');
  const { dns } = await subject.client.api.instance.status();
  if (dns === null) throw new Error('the instance has no DNS server');
  const owner = ownerOf(join(scene.home, 'data'));
  const options = { etc: '/etc', systemdVersion: null };
  const files = resolverFiles('dnsmasq', ['localhost', 'dev.local'], dns, options);
  const found = { isThere: true, files: new Map() };
  const planned = files && planResolverFiles(files, found, { isWanted: true, owner });
  const step = planned?.ok === true ? planned.steps[0] : undefined;
  if (step === undefined || !('file' in step)) throw new Error('there is no file for dnsmasq');
  await writeFile(join(folder, 'berth.conf'), step.file.after ?? '');
  const conf = [
    'conf-dir=/etc/dnsmasq.d/,*.conf',
    'no-resolv',
    'bind-interfaces',
    `listen-address=${resolverAddress}`,
    `pid-file=${folder}/pid`,
    'user=root',
  ];
  await writeFile(join(folder, 'dnsmasq.conf'), `${conf.join('\n')}\n`);
  await writeFile(join(folder, 'resolv.conf'), `nameserver ${resolverAddress}\n`);
  const tell = `cp ${folder}/berth.conf /etc/dnsmasq.d/berth.conf`;
  const start = 'dnsmasq';
  scene.before = [
    `cp -a /etc ${etc}`,
    `mount --bind ${etc} /etc`,
    `rm -rf /etc/dnsmasq.d /etc/resolv.conf`,
    'mkdir /etc/dnsmasq.d',
    `cp ${folder}/dnsmasq.conf ${folder}/resolv.conf /etc`,
    ...(hasRead ? [tell, start] : [start, tell]),
  ].join(' && ');
  scene.defer(async () => process.kill(Number(await readFile(join(folder, 'pid'), 'utf8'))));
}

const ofResolvers: readonly Fault[] = [
  {
    what: 'dnsmasq was not restarted since it was told of us',
    check: 'names.resolver',
    status: 'problem',
    evidence: /dnsmasq is told of it, and does not ask it: a look-up of berth-\w+\.dev\.local/,
    fix: /Have it read once more.*berth names install --dns/,
    follows: ['names.suffixes'],
    inject: (scene) => askDnsmasq(scene, false),
  },
];

const ofBrowsers: readonly Fault[] = [
  {
    what: 'browsers take names of a suffix over HTTPS alone',
    check: 'names.browser',
    status: 'problem',
    evidence: /chromium did not find shop\.mine\.dev on this machine/,
    fix: /Browsers open \.dev and \.app by HTTPS alone: use another suffix/,
    // It says so from the settings alone, without a browser.
    follows: ['names.order'],
    inject: async (scene) => {
      const { client, backend } = await another(scene, () => ({ suffixes: ['mine.dev'] }));
      for (const name of hostNames) await client.api.hosts.remove({ name });
      await client.api.hosts.add({ name: 'shop.mine.dev', backends: [backend] });
      scene.hosts = hostsFileFor(['shop.mine.dev']).replaceAll(/^.*welcome.*$\n/gm, '');
      scene.path = '/usr/bin:/bin';
    },
  },
];

const ofCertificates: readonly Fault[] = [
  {
    what: 'the certificate is for another host',
    check: 'certificates.hosts',
    status: 'problem',
    evidence: /web\.localhost: it is for DNS:app\.dev\.local/,
    fix: /https\.key/,
    inject: async (scene) => {
      const files = await makePair(join(base.path, 'one'), [app], 300);
      const port = await freePort();
      await another(scene, () => secure(port, files));
    },
  },
  {
    what: 'the certificate ends in a few days',
    check: 'certificates.hosts',
    status: 'warning',
    evidence: /it ends on \d{4}-/,
    fix: /https\.cert/,
    inject: async (scene) => {
      const files = await makePair(join(base.path, 'soon'), hostNames, 5);
      const port = await freePort();
      await another(scene, () => secure(port, files));
    },
  },
  {
    what: 'the CA may not sign for a host that a person sends here',
    check: 'certificates.hosts',
    status: 'problem',
    evidence:
      /www\.example\.com: the local CA may not sign for it, only for dev\.local and localhost/,
    fix: /berth config set certificates\.names '\["www\.example\.com"\]' && berth trust/,
    // Nobody was asked to trust it.
    follows: ['trust.system'],
    inject: async (scene) => {
      const port = await freePort();
      const { client, backend } = await another(scene, () => ({
        https: { bind: ['127.0.0.1', '::1'], port },
      }));
      await client.api.certificates.ensure();
      await client.api.hosts.add({ name: 'www.example.com', backends: [backend] });
      await agreeTo(scene, 'www.example.com');
      scene.hosts = hostsFileFor([...hostNames, 'www.example.com']);
    },
  },
  {
    what: 'the CA may not sign for a suffix that was added',
    check: 'certificates.authority',
    status: 'problem',
    evidence: /may not sign for dev\.local/,
    fix: /berth trust/,
    follows: ['trust.system'],
    inject: (scene) => makeAuthority(scene, ['localhost'], Date.now()),
  },
  {
    what: 'the CA has ended',
    check: 'certificates.authority',
    status: 'problem',
    evidence: /the local CA ended on \d{4}-/,
    fix: /berth trust/,
    follows: ['trust.system'],
    inject: (scene) => makeAuthority(scene, ['dev.local', 'localhost'], Date.now() - 4000 * day),
  },
  {
    what: 'others may read the key of the CA',
    check: 'certificates.key',
    status: 'problem',
    evidence: /ca-key\.pem has mode 644: others may sign with it/,
    fix: /chmod 600 .*ca-key\.pem/,
    // Nobody was asked to trust it.
    follows: ['trust.system'],
    inject: async (scene) => {
      await makeAuthority(scene, ['dev.local', 'localhost'], Date.now());
      await chmod(authorityPlace(join(scene.home, 'data')).key, 0o644);
    },
  },
];

/** Whom a person of this machine has asked for by name. */
async function agreeTo(scene: Scene, host: string): Promise<void> {
  const directory = join(scene.home, 'data', 'names');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(join(directory, 'by-hand'), `${host}\n`, { mode: 0o600 });
}

async function makeAuthority(scene: Scene, names: readonly string[], now: number): Promise<void> {
  const place = authorityPlace(join(scene.home, 'data'));
  await rm(place.directory, { recursive: true, force: true });
  await ensureAuthority(place, { names, machine: 'test', now });
  scene.defer(() => rm(place.directory, { recursive: true, force: true }));
}

const ofHosts: readonly Fault[] = [
  {
    what: 'the server of a host lets nobody in by that name',
    check: 'hosts.answer',
    status: 'warning',
    evidence: /shut\.dev\.local: Vite refuses the host \(403\)/,
    fix: /Add "shut\.dev\.local" to server\.allowedHosts in vite\.config\.js/,
    inject: async (scene) => {
      const server = createServer((request, response) => {
        response.statusCode = 403;
        response.end(`Blocked request. This host ("${request.headers.host}") is not allowed.`);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      scene.defer(() => stopServer(server));
      await addHost(scene, 'shut.dev.local', urlOf(server));
    },
  },
  {
    what: 'nothing listens where a host leads',
    check: 'hosts.answer',
    status: 'problem',
    evidence: /down\.dev\.local has no answer: .*BERTH_BACKEND_REFUSED/,
    fix: /Start what should answer for down\.dev\.local: http:\/\/127\.0\.0\.1:9/,
    inject: (scene) => addHost(scene, 'down.dev.local', `http://127.0.0.1:${deadPort}`),
  },
  {
    what: 'a backend is the instance itself',
    check: 'hosts.loops',
    status: 'problem',
    evidence: /loop\.dev\.local: backend #0 is this instance itself/,
    fix: /berth set loop\.dev\.local --backend/,
    follows: ['hosts.answer'],
    inject: (scene) => addHost(scene, 'loop.dev.local', `http://127.0.0.1:${subject.port}`),
  },
  {
    what: 'a backend is the instance, by the name of a host of it',
    check: 'hosts.loops',
    status: 'problem',
    evidence:
      /round\.dev\.local: backend #0 is this instance, by its name: http:\/\/app\.dev\.local/,
    fix: /berth set round\.dev\.local --backend/,
    // The instance is not in the mount namespace, and finds no such name.
    follows: ['hosts.answer'],
    inject: (scene) => addHost(scene, 'round.dev.local', `http://${app}:${subject.port}`),
  },
  {
    what: 'a dead mark is left of a backend that is gone',
    check: 'hosts.dead-marks',
    status: 'warning',
    evidence: /app\.dev\.local: index 7 is marked dead/,
    fix: /berth health revive app\.dev\.local/,
    inject: (scene) => store(scene, app, (redis) => redis.sadd(`dead:${app}`, '7')),
  },
  {
    what: 'a frontend is no list',
    check: 'hosts.entries',
    status: 'problem',
    evidence: /web\.localhost: /,
    fix: /berth lint web\.localhost/,
    follows: ['hosts.answer'],
    inject: (scene) =>
      store(scene, web, (redis) =>
        redis.multi().del(`frontend:${web}`).set(`frontend:${web}`, 'x').exec(),
      ),
  },
  {
    what: 'a backend is no address',
    check: 'hosts.entries',
    status: 'problem',
    evidence: /web\.localhost: backend #1 .*: ftp:\/\/files/,
    fix: /berth lint web\.localhost/,
    inject: (scene) => store(scene, web, (redis) => redis.rpush(`frontend:${web}`, 'ftp://files')),
  },
  {
    what: 'two backends of a host are the same server',
    check: 'hosts.conflicts',
    status: 'warning',
    evidence:
      /app\.dev\.local: http:\/\/127\.0\.0\.1:\d+ and http:\/\/localhost:\d+ are the same server/,
    fix: /berth rm app\.dev\.local http:\/\/localhost/,
    inject: (scene) => addBackend(scene, app, subject.backend.replace('127.0.0.1', 'localhost')),
  },
];

/** A container of a project that asks for a host by its label; its port is one of this machine. */
const labelled = (id: string, project: string, port: number): object =>
  inspected(id, 'running', {
    Name: `/${project}-web-1`,
    Config: {
      Image: 'web',
      ExposedPorts: { '80/tcp': {} },
      Labels: {
        'berth.host': 'twice.localhost',
        'com.docker.compose.project': project,
        'com.docker.compose.service': 'web',
      },
    },
    NetworkSettings: {
      Ports: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      Networks: {},
    },
  });

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** An engine in a virtual machine: the way to a container is the port that it publishes. */
async function startEngine(scene: Scene): Promise<FakeEngine> {
  const engine = await startFakeEngine();
  scene.defer(() => engine[Symbol.asyncDispose]());
  engine.on('/info', {
    ID: 'one',
    Name: hostname(),
    OperatingSystem: 'Docker Desktop',
    SecurityOptions: [],
  });
  return engine;
}

const ofContainers: readonly Fault[] = [
  {
    what: 'the container engine is gone',
    check: 'containers.engine',
    status: 'warning',
    evidence: /nothing-there\.sock|engine/i,
    fix: /./,
    inject: async (scene) => {
      await another(scene, () => ({
        containers: { enabled: true, engines: [`unix://${base.path}/nothing-there.sock`] },
      }));
    },
  },
  {
    what: 'two containers ask for the same host',
    check: 'hosts.conflicts',
    status: 'warning',
    evidence: /twice\.localhost is asked for by web of blog and web of shop: only the first/,
    fix: /Take twice\.localhost out of the labels/,
    // The labels of the other cannot be followed.
    follows: ['containers.labels'],
    inject: async (scene) => {
      const engine = await startEngine(scene);
      const servers = [await startBackend(), await startBackend()] as const;
      for (const server of servers) scene.defer(() => stopServer(server));
      engine.has('a'.repeat(64), labelled('a'.repeat(64), 'blog', portOf(servers[0])));
      engine.has('b'.repeat(64), labelled('b'.repeat(64), 'shop', portOf(servers[1])));
      const { client } = await another(scene, () => ({
        containers: { enabled: true, engines: [engine.address] },
      }));
      scene.hosts = hostsFileFor([...hostNames, 'twice.localhost']);
      await eventually('one of them is mapped', async () => {
        const hosts = await client.api.hosts.list();
        return hosts.some(({ name, backends }) => name.startsWith('twice') && backends.length > 0);
      });
    },
  },
  {
    what: 'a container that a host is mapped to does not run',
    check: 'containers.mappings',
    status: 'problem',
    evidence: /blog\.localhost: /,
    fix: /berth containers/,
    follows: ['hosts.answer', 'hosts.entries'],
    inject: async (scene) => {
      const engine = await startEngine(scene);
      const server = await startBackend();
      scene.defer(() => stopServer(server));
      const id = 'c'.repeat(64);
      engine.has(id, labelled(id, 'blog', portOf(server)));
      const { client } = await another(scene, () => ({
        containers: { enabled: true, engines: [engine.address], labels: false },
      }));
      await eventually('the container is seen', async () => {
        return (await client.api.containers.list()).containers.length === 1;
      });
      await client.api.containers.map({ name: 'blog.localhost', container: 'blog-web-1' });
      engine.has(id, inspected(id, 'exited', { Name: '/blog-web-1' }));
      engine.say({ Type: 'container', Action: 'die', Actor: { ID: id } });
      scene.hosts = hostsFileFor([...hostNames, 'blog.localhost']);
      await eventually('it is seen to have ended', async () => {
        const { mappings } = await client.api.containers.list();
        return mappings.some(({ state }) => state === 'stopped');
      });
    },
  },
];

/** A home whose browsers have a store of their own, and the programs that look into it. */
async function browsersHome(scene: Scene): Promise<string> {
  const home = join(base.path, `home-${Math.random()}`);
  const database = join(home, '.pki', 'nssdb');
  await mkdir(database, { recursive: true });
  await promisify(execFile)('certutil', ['-N', '-d', `sql:${database}`, '--empty-password']);
  scene.path = join(base.path, 'bin');
  await mkdir(scene.path, { recursive: true });
  for (const program of ['certutil', 'openssl', 'curl', 'tstclnt', 'chromium']) {
    const found = `/usr/bin/${program}`;
    await symlink(found, join(scene.path, program)).catch(() => undefined);
  }
  scene.env['HOME'] = home;
  return database;
}

const ofTrust: readonly Fault[] = [
  {
    what: 'the system does not trust the CA',
    check: 'trust.system',
    status: 'warning',
    evidence: /so that programs warn of HTTPS/,
    fix: /berth trust --store/,
    inject: (scene) => makeAuthority(scene, ['dev.local', 'localhost'], Date.now()),
  },
  {
    what: 'browsers do not trust the CA',
    check: 'trust.browsers',
    status: 'warning',
    evidence: /so that browsers warn of HTTPS/,
    fix: /berth trust --store/,
    follows: ['trust.system'],
    inject: async (scene) => {
      await makeAuthority(scene, ['dev.local', 'localhost'], Date.now());
      await browsersHome(scene);
    },
  },
  {
    what: 'browsers trust a CA that may not sign for a suffix',
    check: 'trust.browsers',
    status: 'problem',
    evidence: /: The certificate of the CA that is in it does not cover all names/,
    fix: /berth trust --store/,
    follows: ['certificates.authority', 'trust.system'],
    inject: async (scene) => {
      const database = await browsersHome(scene);
      // Who shakes hands takes more programs than those.
      scene.path = '/usr/bin:/bin';
      await makeAuthority(scene, ['localhost'], Date.now());
      const { certificate } = authorityPlace(join(scene.home, 'data'));
      const { fingerprint } = readAuthority(await readFile(certificate, 'utf8'));
      const add = ['-A', '-d', `sql:${database}`, '-t', 'C,,', '-n', nicknameOf({ fingerprint })];
      await promisify(execFile)('certutil', [...add, '-i', certificate]);
    },
  },
  {
    what: 'browsers trust a CA that may not sign for a name that was added by hand',
    check: 'trust.browsers',
    status: 'problem',
    evidence: /: The certificate of the CA that is in it does not cover all names/,
    fix: /berth trust --store/,
    follows: ['certificates.authority', 'trust.system'],
    inject: async (scene) => {
      await another(scene, () => ({ certificates: { names: ['by-hand.example'] } }));
      const database = await browsersHome(scene);
      scene.path = '/usr/bin:/bin';
      await makeAuthority(scene, ['dev.local', 'localhost'], Date.now());
      const { certificate } = authorityPlace(join(scene.home, 'data'));
      const { fingerprint } = readAuthority(await readFile(certificate, 'utf8'));
      const add = ['-A', '-d', `sql:${database}`, '-t', 'C,,', '-n', nicknameOf({ fingerprint })];
      await promisify(execFile)('certutil', [...add, '-i', certificate]);
    },
  },
  {
    what: 'browsers trust an earlier certificate of the CA',
    check: 'trust.browsers',
    status: 'problem',
    evidence: /earlier certificate of the CA/,
    fix: /berth trust --store/,
    follows: ['trust.system'],
    inject: async (scene) => {
      const database = await browsersHome(scene);
      await makeAuthority(scene, ['localhost'], Date.now());
      const place = authorityPlace(join(scene.home, 'data'));
      const { fingerprint } = readAuthority(await readFile(place.certificate, 'utf8'));
      const before = [
        '-A',
        '-d',
        `sql:${database}`,
        '-t',
        'C,,',
        '-n',
        nicknameOf({ fingerprint }),
      ];
      await promisify(execFile)('certutil', [...before, '-i', place.certificate]);
      await ensureAuthority(place, {
        names: ['dev.local', 'localhost'],
        machine: 'test',
        now: Date.now(),
      });
    },
  },
];

const ofNode: readonly Fault[] = [
  {
    what: 'Node is told of other CAs than ours',
    check: 'trust.node',
    status: 'warning',
    evidence: /NODE_EXTRA_CA_CERTS names .*cert\.pem, which does not have it/,
    fix: /export NODE_EXTRA_CA_CERTS=.*ca\.pem/,
    follows: ['trust.system'],
    inject: async (scene) => {
      await makeAuthority(scene, ['dev.local', 'localhost'], Date.now());
      scene.env['NODE_EXTRA_CA_CERTS'] = pair.cert;
    },
  },
];

const ofMachine: readonly Fault[] = [
  {
    what: 'the clock of the machine is two hours behind',
    check: 'machine.clock',
    status: 'problem',
    evidence: /was written 2 h in the future, by this clock/,
    fix: /timedatectl set-ntp true/,
    // By such a clock it has not begun.
    follows: ['certificates.hosts'],
    inject: async (scene) => {
      scene.env['NODE_OPTIONS'] = `--require ${await clockFile(base.path, -7_200_000)}`;
    },
  },
  {
    what: 'a proxy variable sends requests away',
    check: 'machine.proxy',
    status: 'warning',
    evidence: /HTTP_PROXY sends requests for localhost, dev\.local.* to http:\/\/proxy\.corp:3128/,
    fix: /export NO_PROXY=corp\.example,localhost,dev\.local/,
    inject: async (scene) => {
      scene.env['HTTP_PROXY'] = 'http://user:secret@proxy.corp:3128';
      scene.env['NO_PROXY'] = 'corp.example';
    },
  },
  {
    what: 'hardly any files may be open',
    check: 'machine.open-files',
    status: 'warning',
    evidence: /only 256 files may be open/,
    fix: /ulimit -n/,
    inject: async (scene) => {
      scene.before = 'ulimit -n 256';
    },
  },
];

/** An instance on a Redis of its own. */
async function onRedis(scene: Scene, args: readonly string[] = []): Promise<RedisServer> {
  const redis = await startRedisServer({ args });
  scene.defer(() => redis.stop());
  await another(scene, () => ({ driver: redis.url }));
  return redis;
}

const lasting: readonly string[] = ['--appendonly', 'yes'];

const ofRedis: readonly Fault[] = [
  {
    what: 'Redis is gone',
    check: 'store.reachable',
    status: 'problem',
    evidence: /redis:\/\/127\.0\.0\.1:\d+.*ECONNREFUSED/,
    fix: /Start the server.*redis-cli -u redis:\/\/127\.0\.0\.1:\d+ ping/,
    inject: async (scene) => {
      const redis = await onRedis(scene, lasting);
      await redis.kill();
    },
  },
  {
    what: 'Redis keeps nothing',
    check: 'store.durable',
    status: 'warning',
    evidence: /writes nothing to its disk/,
    fix: /redis-cli config set appendonly yes/,
    inject: async (scene) => void (await onRedis(scene)),
  },
  {
    what: 'Redis drops hosts when its memory is full',
    check: 'store.durable',
    status: 'warning',
    evidence: /maxmemory-policy is allkeys-lru/,
    fix: /redis-cli config set maxmemory-policy noeviction/,
    inject: async (scene) => {
      const memory = ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'];
      await onRedis(scene, [...lasting, ...memory]);
    },
  },
  {
    what: 'Redis tells of no changes',
    check: 'store.push',
    status: 'warning',
    evidence: /has no CLIENT TRACKING: it is asked on every request/,
    fix: /Use Redis 6 or newer/,
    inject: async (scene) => {
      await onRedis(scene, [...lasting, '--rename-command', 'CLIENT', 'NOCLIENT']);
    },
  },
  {
    what: 'Redis has another time',
    check: 'store.clock',
    status: 'problem',
    evidence: /its TIME is 60 min behind the clock of this machine/,
    fix: /Set both by NTP/,
    inject: async (scene) => {
      await onRedis(scene, lasting);
      scene.env['NODE_OPTIONS'] = `--require ${await clockFile(base.path, 3_600_000)}`;
    },
  },
];

describeWhen(isRoot, rootReason, 'the doctor', () => {
  beforeAll(async () => {
    base = await temporaryDirectory();
    pair = await makePair(
      join(base.path, 'tls'),
      [...hostNames, '*.dev.local', '*.shop.dev.local'],
      300,
    );
    const port = await freePort();
    subject = await startSubject(() => ({ ...secure(port), names: { dnsPort: 0 } }));
  });
  afterAll(async () => {
    await subject?.[Symbol.asyncDispose]();
    await base?.[Symbol.asyncDispose]();
  });

  it('finds nothing wrong with a healthy instance', async () => {
    const scene = newScene(subject.berth.home);
    const { turned, of, exitCode, counts } = await examine(scene);
    expect(turned.map((id) => of(id).evidence)).toEqual([]);
    expect(exitCode).toBe(0);
    expect(counts.ok).toBeGreaterThanOrEqual(20);
  });

  it('makes no CA, and says that there is none; with one it finds nothing wrong, beside a host of another domain', async () => {
    const scene = newScene('');
    try {
      const port = await freePort();
      const { client, backend } = await another(scene, () => ({
        https: { bind: ['127.0.0.1', '::1'], port },
        names: { dnsPort: 0 },
      }));
      await client.api.hosts.add({ name: 'www.example.com', backends: [backend] });
      const files = () => readdir(scene.home, { recursive: true });
      const before = await files();
      const first = await examine(scene);
      // Twice: the doctor of the instance, which the pages show, makes none either.
      const ofPage: CheckOutcome[] = [];
      for await (const event of await client.api.doctor.run()) {
        if (event.kind === 'outcome') ofPage.push(event.outcome);
      }
      for (const outcomes of [first.outcomes, ofPage]) {
        const of = (id: string) => outcomes.find((outcome) => outcome.id === id);
        expect(of('certificates.authority')).toMatchObject({
          status: 'warning',
          evidence: expect.stringMatching(/^there is no local CA yet, so that nothing trusts it/),
          fix: { command: 'berth trust' },
        });
        const untried = ['certificates.hosts', 'certificates.key', 'trust.system', 'trust.node'];
        for (const id of [...untried, 'ports.loopback']) {
          expect(of(id), id).toMatchObject({
            status: 'skipped',
            evidence: expect.stringContaining('there is no local CA yet'),
          });
        }
      }
      expect(first.turned).toEqual(['certificates.authority']);
      expect((await client.api.certificates.list()).authority).toBeNull();
      expect(await files()).toEqual(before);

      await client.api.certificates.ensure();
      const { turned, of } = await examine(scene);
      // Nobody was asked to trust it.
      expect(turned.map((id) => `${id}: ${of(id).evidence}`)).toEqual([
        expect.stringMatching(/^trust\.system: /),
      ]);
      expect(of('certificates.hosts')).toMatchObject({
        status: 'ok',
        evidence: expect.stringMatching(/^2 hosts at .*; 1 host of other domains without one$/),
      });
      expect(of('certificates.authority').status).toBe('ok');
      expect(of('ports.loopback').status).toBe('ok');
    } finally {
      await scene.end();
    }
  });

  it.each([
    ...ofInstance,
    ...ofPorts,
    ...ofNames,
    ...ofCertificates,
    ...ofHosts,
    ...ofContainers,
    ...ofTrust,
    ...ofNode,
    ...ofMachine,
  ])('names the fault when $what', find);

  describeWith('chromium', 'with a browser', () => {
    it.each(ofBrowsers)('names the fault when $what', find);

    it('is told by it where every host leads', async () => {
      const scene = newScene(subject.berth.home);
      scene.path = '/usr/bin:/bin';
      const { of } = await examine(scene);
      expect(of('names.browser')).toMatchObject({
        status: 'ok',
        evidence: expect.stringMatching(/^2 hosts led .*chromium to this machine$/),
      });
    });
  });

  describeWith('dnsmasq', 'with a resolver', () => {
    it.each(ofResolvers)('names the fault when $what', find);

    it('says that it asks us when a look-up has shown it', async () => {
      const scene = newScene(subject.berth.home);
      try {
        await askDnsmasq(scene, true);
        const { of, turned } = await examine(scene);
        expect(of('names.resolver')).toMatchObject({
          status: 'ok',
          evidence: expect.stringMatching(
            /^dnsmasq asks it at 127\.0\.0\.1:\d+: a look-up of berth-\w+\.dev\.local led here$/,
          ),
        });
        expect(turned).toEqual([]);
      } finally {
        await scene.end();
      }
    });
  });

  describeWith('redis', 'with a Redis', () => {
    it.each(ofRedis)('names the fault when $what', find);
  });

  it('says in each case what it did not try, and never calls that well', async () => {
    const scene = newScene(join(base.path, 'nobody-else'));
    await mkdir(scene.home, { mode: 0o700 });
    const { outcomes } = await examine(scene);
    for (const { id, status, evidence } of outcomes) {
      if (needsInstance.test(id)) {
        expect({ id, status, evidence }).toMatchObject({
          status: 'skipped',
          evidence: expect.stringMatching(/^not tried: /),
        });
      }
    }
  });
});

const needsInstance = /^(hosts|containers)\.|^ports\.(loopback|exposed)|^names\.(hosts|browser)$/;

/** Injects it, and expects that its check names it, and that nothing else turns. */
async function find({ inject, check, status, evidence, fix, follows = [] }: Fault): Promise<void> {
  const scene = newScene(subject.berth.home);
  try {
    await inject(scene);
    const { turned, of, exitCode } = await examine(scene);
    const found = of(check);
    expect(found).toMatchObject({ status });
    expect(found.evidence).toMatch(evidence);
    expect(`${found.fix?.says} ${found.fix?.command ?? ''}`).toMatch(fix);
    const said = turned.map((id) => `${id}: ${of(id).evidence}`).join('\n');
    expect(turned, said).toEqual([check, ...follows].sort());
    const isProblem = [check, ...follows].some((id) => of(id).status === 'problem');
    expect(exitCode).toBe(isProblem ? 7 : 0);
  } finally {
    await scene.end();
  }
}
