import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost } from '../support/storeClient.ts';

const isLinuxRoot = process.platform === 'linux' && process.getuid?.() === 0;
if (!isLinuxRoot) {
  process.stderr.write('skipped: dropping privileges (needs to run as root on Linux)\n');
}
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

describe.runIf(isLinuxRoot)('an instance started as root', () => {
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

  it('stays root for user "root"', async () => {
    await using berth = await startAs({ user: 'root' });
    expect((await identityOf(berth.pid)).uids[0]).toBe(0);
  });

  it('does not start without a user, or with one that nobody knows', async () => {
    await expect(startAs({ user: undefined })).rejects.toThrow('BERTH_USER_REQUIRED');
    await expect(startAs({ user: 'nobody-such' })).rejects.toThrow('BERTH_CONFIG_INVALID');
  });
});

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
