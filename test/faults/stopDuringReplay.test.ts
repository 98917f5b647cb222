import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open as openFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { openEmbeddedStore } from '../../src/core/embedded/index.ts';
import { startBerth } from '../support/berthProcess.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/redisServer.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

// A stop while the embedded store reads its file: nobody waits for the end of it, the file stays byte for byte as it
// was, although it could be compacted and its end is torn, and the next process may have the directory.

const oneCommand = '*3\r\n$5\r\nRPUSH\r\n$4\r\nlist\r\n$1\r\nx\r\n';

/** A file with a key for each command, and a torn end. */
function fileOf(keys: number): Buffer {
  const commands = Array.from({ length: keys }, (_, index) => {
    const key = `frontend:app-${String(index).padStart(8, '0')}.dev.local`;
    return `*3\r\n$5\r\nRPUSH\r\n$${key.length}\r\n${key}\r\n$3\r\napp\r\n*2\r\n$3\r\nDEL\r\n$4\r\nnone\r\n`;
  });
  return Buffer.from(`${commands.join('')}${oneCommand.slice(0, 20)}`);
}

const locksIn = async (directory: string): Promise<readonly string[]> =>
  (await readdir(directory).catch(() => [])).filter((name) => name.startsWith('store.lock.'));

it('is heard between two pieces of the file, and leaves the directory as it was', async () => {
  await using directory = await temporaryDirectory();
  const bytes = Buffer.from(oneCommand.repeat(200_000));
  await writeFile(join(directory.path, 'store.aof'), bytes);
  const stop = new AbortController();
  const reason = new Error('asked to stop');
  let commands = 0;
  const open = (signal?: AbortSignal) =>
    openEmbeddedStore({
      directory: directory.path,
      socketPath: join(directory.path, 's'),
      tcp: null,
      log: () => {},
      wallClock: () => {
        commands++;
        if (commands === 1000) stop.abort(reason);
        return Date.now();
      },
      ...(signal === undefined ? {} : { signal }),
    });
  await expect(open(stop.signal)).rejects.toBe(reason);
  expect(commands).toBeLessThan(100_000);
  expect(await readdir(directory.path)).toEqual(['store.aof']);
  expect((await readFile(join(directory.path, 'store.aof'))).equals(bytes)).toBe(true);
  await (await open()).close();
  expect(commands).toBeGreaterThan(200_000);
});

it('is heard while the file is written anew from memory, and nothing takes its place', async () => {
  await using directory = await temporaryDirectory();
  const bytes = Buffer.from(oneCommand.repeat(20));
  await writeFile(join(directory.path, 'store.aof'), bytes);
  const stop = new AbortController();
  const reason = new Error('asked to stop');
  const opening = openEmbeddedStore({
    directory: directory.path,
    socketPath: join(directory.path, 's'),
    tcp: null,
    log: () => {},
    openFile: async (path, flags, mode) => {
      stop.abort(reason);
      return await openFile(path, flags, mode);
    },
    signal: stop.signal,
  });
  await expect(opening).rejects.toBe(reason);
  expect(await readdir(directory.path)).toEqual(['store.aof']);
  expect((await readFile(join(directory.path, 'store.aof'))).equals(bytes)).toBe(true);
});

describeWhen(
  isLinux,
  linuxReason,
  'an instance that is told to stop while it reads a long file',
  () => {
    const bytes = fileOf(400_000);

    it('at its start ends at once, with exit code 0, and has never served', async () => {
      await using home = await temporaryDirectory();
      const data = join(home.path, 'data');
      await mkdir(data, { recursive: true });
      await writeFile(join(data, 'store.aof'), bytes);
      const config = join(home.path, 'config.json');
      await writeFile(
        config,
        JSON.stringify({
          http: { bind: '127.0.0.1', port: 0 },
          driver: 'embedded://127.0.0.1:0',
          user: 'root',
          server: { workers: 1, accessLog: join(home.path, 'access.log') },
        }),
      );
      const child = spawn(process.execPath, [resolve('dist/cli.cjs'), '--headless', '-c', config], {
        env: { ...process.env, BERTH_HOME: home.path, NO_COLOR: '1' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (part: string) => {
        said += part;
      });
      const ended = once(child, 'close');
      await eventually('it has begun', async () => (await locksIn(data)).length === 1);
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      expect(said).toBe('berth: stopped before it served\n');
      expect(await readdir(data)).toEqual(['store.aof']);
      expect((await readFile(join(data, 'store.aof'))).equals(bytes)).toBe(true);
    });

    it('during a reload gives the reload up and ends', async () => {
      const driver = `redis://127.0.0.1:${await freePort()}`;
      await using berth = await startBerth({ config: { driver } });
      const data = join(berth.home, 'data');
      await writeFile(join(data, 'store.aof'), bytes);
      const reloading = berth.reload({ driver: 'embedded://127.0.0.1:0' }).catch(() => {});
      await eventually('it has begun', async () => (await locksIn(data)).length === 1);
      expect(await berth.stop()).toEqual({ code: 0, signal: null });
      await reloading;
      // Said as soon as the file was read.
      expect(berth.said).not.toMatch(/torn by a crash/);
      expect(berth.said).not.toMatch(/configuration is read again/);
      expect(await readdir(data)).toEqual(['store.aof']);
      expect((await readFile(join(data, 'store.aof'))).equals(bytes)).toBe(true);
    });
  },
);
