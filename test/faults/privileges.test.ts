import { once } from 'node:events';
import {
  chmod,
  chown,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, parse, resolve } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { dial, get } from '../support/rawClient.ts';
import { describeWhen, isLinux, isRoot, rootReason } from '../support/requirement.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost } from '../support/storeClient.ts';
import { makeTlsFiles } from '../support/tlsFiles.ts';

const host = 'app.dev.local';
const user = 'nobody';
const uid = 65_534;

/** Uid, gid and groups of a process, as the kernel has them: real, effective, saved, file system. */
async function identityOf(pid: number) {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const ids = (name: string): readonly number[] =>
    (new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(text)?.[1] ?? '').trim().split(/\s+/).map(Number);
  return { uids: ids('Uid'), gids: ids('Gid'), groups: ids('Groups') };
}

describeWhen(isLinux && isRoot, `${rootReason}, on Linux`, 'an instance started as root', () => {
  let place: string;
  let program: string;

  /** A copy that another user may read, wherever this checkout lies. */
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'public-berth-'));
    await chmod(place, 0o755);
    await mkdir(join(place, 'dist'));
    for (const file of ['cli.cjs', 'worker.cjs']) {
      await copyFile(resolve('dist', file), join(place, 'dist', file));
    }
    for (const name of packagesOf(['ioredis', 'ioredis-mock', 'http-proxy'])) {
      await cp(resolve('node_modules', name), join(place, 'node_modules', name), {
        recursive: true,
      });
    }
    program = join(place, 'dist', 'cli.cjs');
  }, 60_000);
  afterAll(() => rm(place, { recursive: true, force: true }));

  const startAs = async (config: object): Promise<BerthProcess> => {
    const home = join(await mkdtemp(join(place, 'home-')), 'berth');
    await chmod(join(home, '..'), 0o755);
    return await startBerth({ program, home, config });
  };

  it('runs as the user of its configuration, and so do its workers, on a privileged port', async () => {
    await using backend = await startEchoBackend();
    const port = await privilegedPort();
    const bind = { http: { bind: '127.0.0.1', port } };
    await using berth = await startAs({ ...bind, user, server: { workers: 1 } });
    await addHost(berth.storePort, host, backend.url);
    await eventually('a worker runs', () => berth.workers().length === 1);

    for (const pid of [berth.pid, ...berth.workers()]) {
      const { uids, gids, groups } = await identityOf(pid);
      expect(uids).toEqual([uid, uid, uid, uid]);
      expect(gids).toEqual([uid, uid, uid, uid]);
      expect(groups).toEqual([uid]);
    }
    // Whom it can be asked by: that user, and root.
    const socket = await stat(berth.controlSocket);
    expect([socket.uid, socket.mode & 0o777]).toEqual([uid, 0o600]);
    const client = await connectControl({ socket: berth.controlSocket });
    expect(client.instance.pid).toBe(berth.pid);
    client.close();
    expect((await stat(berth.accessLog)).uid).toBe(uid);

    const [victim] = berth.workers();
    if (victim === undefined) throw new Error('no worker');
    process.kill(victim, 'SIGKILL');
    await using load = startLoad({ port, host });
    await load.more(50);
    await berth.reload();
    await load.more(50);
    await load.stop();
    expect(load.failures).toEqual([]);

    const from = berth.said.length;
    await berth.reload({ http: { bind: '127.0.0.1', port: await privilegedPort() }, user });
    await berth.saying(/BERTH_PORT_FORBIDDEN/, from);
    expect((await berth.stop()).code).toBe(0);
  }, 60_000);

  it('starts again with what it left behind', async () => {
    const first = await startAs({ user });
    await addHost(first.storePort, host, 'http://127.0.0.1:9');
    await first.stop();
    await using again = await startBerth({ program, home: first.home, config: { user } });
    expect(again.said).not.toMatch(/error/);
  });

  it('reloads what it may read, and goes on with a key that only root may', async () => {
    await using files = await makeTlsFiles('first.test', place);
    const { dir: directory } = parse(files.key);
    await chmod(directory, 0o755);
    await chmod(files.key, 0o600);
    const https = { bind: '127.0.0.1', port: 0, key: files.key, cert: files.cert };
    await using berth = await startAs({ user, https });
    await files.write('second.test');

    const reloaded = async (config: object): Promise<string> => {
      const from = berth.said.length;
      await berth.reload({ user, ...config });
      return berth.said.slice(from);
    };
    const said = await reloaded({ https, server: { workers: 2 } });
    expect(said).toMatch(/configuration is read again/);
    expect(warningsIn(said)).toEqual([expect.stringContaining('chgrp')]);
    expect(said).toContain(
      `"${files.key}" (https.key, or key of a bind) cannot be read: it may not be read by this user`,
    );
    await eventually('two workers run', () => berth.workers().length === 2);
    expect(await certificateName(berth.securePort)).toBe('first.test');

    const elsewhere = join(directory, 'other.pem');
    await copyFile(files.key, elsewhere);
    await chmod(elsewhere, 0o600);
    expect(await reloaded({ https: { ...https, key: elsewhere } })).toMatch(
      /other\.pem" \(.*\) cannot be read: [\s\S]*BERTH_CONFIG_INVALID/,
    );
    expect(await certificateName(berth.securePort)).toBe('first.test');

    await chown(files.key, 0, uid);
    await chmod(files.key, 0o640);
    expect(warningsIn(await reloaded({ https }))).toEqual([]);
    expect(await certificateName(berth.securePort)).toBe('second.test');
  }, 60_000);

  it('goes on with error pages that only root may read, and takes no new ones of that kind', async () => {
    const pages = await mkdtemp(join(place, 'pages-'));
    await chmod(pages, 0o755);
    const page = join(pages, 'error_400.html');
    const write = async (path: string, text: string): Promise<void> => {
      await writeFile(path, text);
      await chmod(path, 0o600);
    };
    await write(page, 'first page');
    await using berth = await startAs({ user, server: { staticDir: pages } });
    const reloaded = async (server: object): Promise<string> => {
      const from = berth.said.length;
      await berth.reload({ user, server: { staticDir: pages, ...server } });
      return berth.said.slice(from);
    };
    const served = async (): Promise<string> => {
      const client = await dial(berth.port);
      const { body } = await client.send(get('unknown.dev.local')).response();
      client.destroy();
      return body;
    };
    expect(await served()).toBe('first page');

    await write(page, 'second page');
    const kept = await reloaded({ workers: 2 });
    expect(kept).toMatch(/configuration is read again/);
    expect(warningsIn(kept)).toEqual([
      expect.stringContaining(`"${page}" may not be read by this user`),
    ]);
    await eventually('two workers run', () => berth.workers().length === 2);
    expect(await served()).toBe('first page');

    const added = join(pages, 'error_502.html');
    await write(added, 'new page');
    expect(await reloaded({})).toMatch(
      /error_502\.html" cannot be read: it may not be read by this user\n[\s\S]*BERTH_CONFIG_INVALID/,
    );
    await rm(added);

    await chmod(pages, 0o700);
    const closed = await reloaded({ workers: 1 });
    expect(closed).toMatch(/configuration is read again/);
    expect(warningsIn(closed)).toEqual([
      expect.stringContaining(`"${pages}" may not be read by this user`),
    ]);
    await eventually('one worker runs', () => berth.workers().length === 1);
    expect(await served()).toBe('first page');

    const elsewhere = await mkdtemp(join(place, 'other-pages-'));
    const refused = await reloaded({ staticDir: elsewhere });
    expect(refused).toContain(
      `server.staticDir is "${elsewhere}": it may not be read by this user`,
    );
    expect(await served()).toBe('first page');

    await chmod(pages, 0o755);
    await chmod(page, 0o644);
    expect(warningsIn(await reloaded({}))).toEqual([]);
    expect(await served()).toBe('second page');
  }, 60_000);

  it('says at the start when a rotation has to make the new log, and then opens that', async () => {
    await using backend = await startEchoBackend();
    const logs = await mkdtemp(join(place, 'root-owned-'));
    await chmod(logs, 0o755);
    const accessLog = join(logs, 'access.log');
    await using berth = await startAs({ user, server: { accessLog } });
    await addHost(berth.storePort, host, backend.url);
    expect(warningsIn(berth.said)).toEqual([
      `berth: warning: ${user} may not make files in ${logs}; this matters only to a rotation that renames the access log and leaves it to Berth to make the new one: let the rotation make it (logrotate: create 640 ${user}), or chown the directory to ${user}`,
    ]);

    await rename(accessLog, `${accessLog}.1`);
    berth.signal('SIGUSR1');
    await berth.saying(/cannot be opened anew/);
    await using load = startLoad({ port: berth.port, host });
    await load.more(10);
    await load.stop();
    const linesIn = async (path: string): Promise<number> =>
      (await readFile(path, 'utf8')).split('\n').length - 1;
    await eventually(
      'every line is in the old file',
      async () => (await linesIn(`${accessLog}.1`)) === load.answered,
    );

    // What "create 640 nobody" in logrotate does: the new file is there before the signal.
    await writeFile(accessLog, '', { mode: 0o640 });
    await chown(accessLog, uid, 0);
    const from = berth.said.length;
    berth.signal('SIGUSR1');
    await berth.saying(/is reopened/, from);
    await using more = startLoad({ port: berth.port, host });
    await more.more(10);
    await more.stop();
    await berth.stop();
    expect(await linesIn(`${accessLog}.1`)).toBe(load.answered);
    expect(await linesIn(accessLog)).toBe(more.answered);
  }, 60_000);

  it('opens its log anew in a directory of the user, and then has nothing to say', async () => {
    await using backend = await startEchoBackend();
    const logs = await mkdtemp(join(place, 'user-owned-'));
    await chown(logs, uid, uid);
    const accessLog = join(logs, 'access.log');
    await using berth = await startAs({ user, server: { accessLog } });
    await addHost(berth.storePort, host, backend.url);
    expect(warningsIn(berth.said)).toEqual([]);

    await rename(accessLog, `${accessLog}.1`);
    berth.signal('SIGUSR1');
    await berth.saying(/is reopened/);
    await using load = startLoad({ port: berth.port, host });
    await load.more(10);
    await load.stop();
    await berth.stop();
    expect((await readFile(accessLog, 'utf8')).trimEnd().split('\n')).toHaveLength(load.answered);
    expect((await stat(accessLog)).uid).toBe(uid);
  }, 60_000);

  it('stays root for user "root"', async () => {
    await using berth = await startAs({ user: 'root' });
    expect((await identityOf(berth.pid)).uids[0]).toBe(0);
  });

  it('does not start without a user, or with one that nobody knows', async () => {
    await expect(startAs({ user: undefined })).rejects.toThrow('BERTH_USER_REQUIRED');
    await expect(startAs({ user: 'nobody-such' })).rejects.toThrow('BERTH_CONFIG_INVALID');
  });

  it('makes a new home, with new directories above it, that its user can enter', async () => {
    const open = await mkdtemp(join(place, 'new-'));
    await chmod(open, 0o755);
    await using berth = await startBerth({ program, home: join(open, 'a', 'b'), config: { user } });
    await addHost(berth.storePort, host, 'http://127.0.0.1:9');
    expect((await berth.stop()).code).toBe(0);
    expect((await stat(join(open, 'a', 'b', 'data'))).uid).toBe(uid);
  });

  it('names the directory that its user cannot enter, and what to do', async () => {
    const closed = await mkdtemp(join(place, 'closed-'));
    const failure = await startBerth({
      program,
      home: join(closed, 'berth'),
      config: { user },
    }).then(() => '', String);
    expect(failure).toContain(`${closed} may not be entered by the user with the id ${uid}`);
    expect(failure).toContain('name another with BERTH_HOME. [BERTH_DIRECTORY_UNUSABLE]');
    expect(failure).not.toMatch(/\n\s+at /);
  });
});

/**
 * Lines with warnings, less those of the store: a worker that gets no answer from it for two seconds says so, and on a
 * machine with much to do that happens while another one starts.
 */
const warningsIn = (said: string): readonly string[] =>
  said.split('\n').filter((line) => /warning: (?!store: )/.test(line));

/** The name in the certificate that is served. */
async function certificateName(port: number): Promise<unknown> {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate().subject.CN;
  } finally {
    socket.destroy();
  }
}

async function privilegedPort(): Promise<number> {
  for (;;) {
    const port = 200 + Math.floor(Math.random() * 800);
    const free = await new Promise<boolean>((done) => {
      const server = createServer();
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return port;
  }
}

/** Packages with everything that they need. */
function packagesOf(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const file = createRequire(import.meta.url)(resolve('node_modules', name, 'package.json')) as {
      readonly dependencies?: Readonly<Record<string, string>>;
      readonly peerDependencies?: Readonly<Record<string, string>>;
    };
    for (const next of Object.keys({ ...file.dependencies, ...file.peerDependencies })) {
      if (!next.startsWith('@types/')) add(next);
    }
  };
  for (const name of names) add(name);
  return found;
}
