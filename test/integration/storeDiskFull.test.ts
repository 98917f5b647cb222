import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { FileHandle, OpenFile } from '../../src/core/embedded/appendOnlyFile.ts';
import { openEmbeddedStore } from '../../src/core/embedded/index.ts';
import { startEmbeddedStore } from '../support/embeddedStore.ts';
import { eventually } from '../support/eventually.ts';
import { itWhen } from '../support/requirement.ts';
import { RespConnection, request } from '../support/respConnection.ts';
import { canMount, mountingReason, mountSmallDisk } from '../support/smallDisk.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

const fault = (code: string): Error => Object.assign(new Error(`${code}: no luck`), { code });

/** Files whose writes and syncs can be made to fail. */
class FaultyDisk {
  /** Bytes that can still be written; null is no limit. */
  space: number | null = null;
  syncFails = false;
  /** Resolves before each write; for holding one up. */
  gate: Promise<void> = Promise.resolve();

  readonly open: OpenFile = async (path, flags, mode) => {
    const handle = await open(path, flags, mode);
    const sync = async (): Promise<void> => {
      if (this.syncFails) throw fault('EIO');
      await handle.datasync();
    };
    const faulty: FileHandle = {
      write: async (buffer, offset, length, position) => {
        await this.gate;
        const room = Math.min(length, this.space ?? length);
        if (this.space !== null) this.space -= room;
        if (room === 0) throw fault('ENOSPC');
        return handle.write(buffer, offset, room, position);
      },
      truncate: (length) => handle.truncate(length),
      datasync: sync,
      sync,
      close: () => handle.close(),
    };
    return faulty;
  };
}

const misconf = /^-MISCONF Errors writing to the AOF file: ENOSPC: no luck\r\n$/;

describe('a disk that is full', () => {
  it('refuses what cannot be kept, shows nothing of it, and goes on when there is room', async () => {
    const disk = new FaultyDisk();
    await using store = await startEmbeddedStore({ openFile: disk.open });
    const client = new RespConnection(store);
    const other = new RespConnection(store);
    await client.send('rpush', 'frontend:a', 'a', 'http://x');
    const before = await readFile(store.file);

    disk.space = 20;
    expect(await client.send('rpush', 'frontend:a', 'http://y')).toMatch(misconf);
    expect(await other.send('llen', 'frontend:a')).toBe(':2\r\n');
    expect(await client.send('set', 'new', 'x')).toMatch(misconf);
    expect(await other.send('exists', 'new')).toBe(':0\r\n');
    client.write(request('multi') + request('del', 'frontend:a') + request('publish', 'c', 'm'));
    for (let i = 0; i < 3; i++) await client.next();
    expect(await client.send('exec')).toMatch(misconf);
    expect(await other.send('exists', 'frontend:a')).toBe(':1\r\n');
    expect(await client.send('sadd', 'dead:a', '0')).toBe(':1\r\n');
    expect(await readFile(store.file)).toEqual(before);
    expect(await other.send('info', 'persistence')).toContain('aof_last_write_status:err');

    disk.space = null;
    expect(await client.send('rpush', 'frontend:a', 'http://z')).toBe(':3\r\n');
    expect(await other.send('info', 'persistence')).toContain('aof_last_write_status:ok');
    const said = store.lines.filter((line) => line.includes('cannot be written'));
    expect(said).toHaveLength(1);
    await store.reopen();
    const after = new RespConnection(store);
    expect(await after.send('lrange', 'frontend:a', '1', '-1')).toBe(
      '*2\r\n$8\r\nhttp://x\r\n$8\r\nhttp://z\r\n',
    );
  });

  it('takes back everything built upon a refused write, and answers reads by what remains', async () => {
    const disk = new FaultyDisk();
    await using store = await startEmbeddedStore({ openFile: disk.open });
    const client = new RespConnection(store);
    await client.send('set', 'n', '1');
    disk.space = 0;
    client.write(
      request('incr', 'n') +
        request('get', 'n') +
        request('rename', 'n', 'm') +
        request('keys', '*'),
    );
    expect(await client.next()).toMatch(misconf);
    expect(await client.next()).toBe('$1\r\n1\r\n');
    expect(await client.next()).toMatch(misconf);
    expect(await client.next()).toBe('*1\r\n$1\r\nn\r\n');
  });

  it('neither shows nor tells a write before it is on the disk', async () => {
    const disk = new FaultyDisk();
    await using store = await startEmbeddedStore({ openFile: disk.open });
    const [writer, reader, tracker, listener] = [0, 1, 2, 3].map(() => new RespConnection(store));
    if (!writer || !reader || !tracker || !listener) throw new Error('no connection');
    const id = (await listener.send('client', 'id')).slice(1, -2);
    await listener.send('subscribe', '__redis__:invalidate');
    await tracker.send('client', 'tracking', 'on', 'redirect', id, 'bcast');
    let release = (): void => {};
    disk.gate = new Promise((resolve) => {
      release = resolve;
    });
    const written = writer.send('set', 'k', 'x');
    await eventually('the write is under way', async () =>
      (await reader.send('client', 'list')).includes('cmd=set'),
    );
    let seen: string | null = null;
    const read = reader.send('get', 'k').then((reply) => {
      seen = reply;
    });
    expect(await tracker.send('get', 'other')).toBe('$-1\r\n');
    expect(seen).toBeNull();
    expect(listener.unread).toBe('');
    release();
    expect(await written).toBe('+OK\r\n');
    await read;
    expect(seen).toBe('$1\r\nx\r\n');
    expect(await listener.next()).toContain('$1\r\nk\r\n');
  });

  it('writes the file anew before it trusts a disk again whose sync has failed', async () => {
    const disk = new FaultyDisk();
    await using store = await startEmbeddedStore({ openFile: disk.open });
    const client = new RespConnection(store);
    await client.send('rpush', 'a', '1');
    disk.syncFails = true;
    expect(await client.send('rpush', 'a', '2')).toMatch(/^-MISCONF .*EIO/);
    expect(await client.send('rpush', 'a', '3')).toMatch(/^-MISCONF /);
    disk.syncFails = false;
    expect(await client.send('rpush', 'a', '4')).toBe(':2\r\n');
    await store.reopen();
    const after = new RespConnection(store);
    expect(await after.send('lrange', 'a', '0', '-1')).toBe('*2\r\n$1\r\n1\r\n$1\r\n4\r\n');
  });

  it('starts with the file as it is when there is no room to compact it', async () => {
    const disk = new FaultyDisk();
    await using store = await startEmbeddedStore();
    const client = new RespConnection(store);
    for (let i = 0; i < 20; i++) await client.send('set', 'k', String(i));
    await using second = await temporaryDirectory();
    await writeFile(join(second.path, 'store.aof'), await readFile(store.file));
    disk.space = 10;
    const lines: string[] = [];
    await using full = await openEmbeddedStore({
      directory: second.path,
      socketPath: join(second.path, 's'),
      tcp: null,
      log: (level, message) => lines.push(`${level} ${message}`),
      openFile: disk.open,
    });
    const reader = new RespConnection({ path: full.socketPath });
    expect(await reader.send('get', 'k')).toBe('$2\r\n19\r\n');
    expect(lines.join()).toMatch(/could not be compacted/);
  });
});

itWhen(canMount, mountingReason, 'holds on a real file system that is full', async () => {
  await using directory = await temporaryDirectory();
  const unmount = mountSmallDisk(directory.path, 256);
  try {
    const ballast = join(directory.path, 'ballast');
    await writeFile(ballast, Buffer.alloc(128 * 1024));
    await using store = await openEmbeddedStore({
      directory: join(directory.path, 'data'),
      socketPath: join(directory.path, 's'),
      tcp: null,
      log: () => {},
    });
    const client = new Redis(store.socketPath);
    let written = 0;
    const refusal = await (async () => {
      for (;;) {
        try {
          await client.rpush('a', 'x'.repeat(1000));
          written++;
        } catch (error) {
          return String(error);
        }
      }
    })();
    expect(refusal).toMatch(/MISCONF .*ENOSPC/);
    expect(await client.llen('a')).toBe(written);
    await rm(ballast);
    expect(await client.rpush('a', 'y')).toBe(written + 1);
    client.disconnect();
  } finally {
    unmount();
  }
});
