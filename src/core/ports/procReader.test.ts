import { once } from 'node:events';
import { mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWhen, isLinux, linuxReason } from '../../../test/support/requirement.ts';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import { createProcReader } from './procReader.ts';

const line = (inode: string, uid: number): string =>
  `   0: 0100007F:1435 00000000:0000 0A 00000000:00000000 00:00000000 00000000  ${uid}  0 ${inode} 1`;

describe('a table of processes', () => {
  let directory: TemporaryDirectory;
  let proc: string;
  let uid: number;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    proc = directory.path;
    uid = process.getuid?.() ?? 0;
    await mkdir(join(proc, 'net'));
    await listens('111');
  });

  afterEach(() => directory[Symbol.asyncDispose]());

  const listens = (...inodes: string[]): Promise<void> =>
    writeFile(
      join(proc, 'net', 'tcp'),
      ['  sl  local_address', ...inodes.map((inode) => line(inode, uid))].join('\n'),
    );

  async function runs(pid: number, inode: string, program = `program${pid}`): Promise<void> {
    const own = join(proc, String(pid));
    await mkdir(join(own, 'fd'), { recursive: true });
    await writeFile(join(own, 'comm'), `${program}\n`);
    await writeFile(join(own, 'cmdline'), `/usr/bin/${program}\0--secret\0`);
    await symlink('/home/ann/shop', join(own, 'cwd'));
    await symlink(`socket:[${inode}]`, join(own, 'fd', '7'));
  }

  const owner = async (reader: ReturnType<typeof createProcReader>): Promise<string | null> => {
    const sockets = (await reader.sockets()) ?? [];
    const [found] = (await reader.processes(sockets)).values();
    return found === undefined ? null : `${found.name} ${found.pid} ${found.directory}`;
  };

  it('has the process, its name and its folder; of several the oldest', async () => {
    await runs(1200, '111');
    await runs(900, '111');
    await runs(800, '222');
    const reader = createProcReader({ pollMs: 1, proc, uid });
    expect(await owner(reader)).toBe('program900 900 /home/ann/shop');
  });

  it('is not looked through again while the process has its socket', async () => {
    await runs(900, '111');
    const reader = createProcReader({ pollMs: 1, proc, uid });
    await owner(reader);
    await writeFile(join(proc, '900', 'comm'), 'another\n');
    expect(await owner(reader)).toBe('program900 900 /home/ann/shop');
  });

  it('is looked through again when another process has taken the socket over', async () => {
    await runs(900, '111');
    const reader = createProcReader({ pollMs: 1, proc, uid });
    await owner(reader);
    await rm(join(proc, '900'), { recursive: true });
    await runs(901, '111');
    expect(await owner(reader)).toBe('program901 901 /home/ann/shop');
  });

  it('tells whether a process has its socket yet, and of what is not known, that it does not', async () => {
    await runs(900, '111');
    const reader = createProcReader({ pollMs: 1, proc, uid });
    expect(await reader.stillThere([])).toBe(true);
    expect(await reader.stillThere(['111'])).toBe(false);
    await owner(reader);
    expect(await reader.stillThere(['111'])).toBe(true);
    expect(await reader.stillThere(['111', '222'])).toBe(false);
    await rm(join(proc, '900', 'fd', '7'));
    expect(await reader.stillThere(['111'])).toBe(false);
  });

  it('does not say who has a socket that nobody shows', async () => {
    const reader = createProcReader({ pollMs: 1, proc, uid });
    expect(await reader.sockets()).toEqual([{ port: 5173, address: '127.0.0.1', id: '111' }]);
    expect(await owner(reader)).toBeNull();
  });

  it('says of other users what listens, and not who', async () => {
    await runs(900, '111');
    const reader = createProcReader({ pollMs: 1, proc, uid: uid + 1 });
    expect(await owner(reader)).toBeNull();
  });

  it('says that it does not know where there is no table', async () => {
    await rm(join(proc, 'net'), { recursive: true });
    expect(await createProcReader({ pollMs: 1, proc, uid }).sockets()).toBeNull();
  });
});

describeWhen(isLinux, linuxReason, 'this machine', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('says what this process listens on, by IPv4 and IPv6', async () => {
    const reader = createProcReader({ pollMs: 1 });
    for (const host of ['127.0.0.1', '::1', '0.0.0.0']) {
      const server = createServer().listen(0, host);
      servers.push(server);
      await once(server, 'listening');
      const at = server.address();
      const port = typeof at === 'object' && at !== null ? at.port : 0;
      const sockets = (await reader.sockets())?.filter((socket) => socket.port === port) ?? [];
      expect(sockets.map(({ address }) => address)).toEqual([host]);
      const [found] = (await reader.processes(sockets)).values();
      expect(found).toMatchObject({
        pid: process.pid,
        directory: await readlink('/proc/self/cwd'),
      });
    }
  });
});
