import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEmbeddedStore } from '../../src/core/embedded/index.ts';
import { limits } from '../../src/shared/limits.ts';
import { startEmbeddedStore } from '../support/embeddedStore.ts';
import { RespConnection, request } from '../support/respConnection.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

it('says once that it is spoken to in HTTP, however often it is', async () => {
  await using store = await startEmbeddedStore();
  for (let i = 0; i < 50; i++) {
    const connection = new RespConnection(store);
    connection.write('POST / HTTP/1.1\r\n\r\n');
    await connection.closed;
  }
  expect(store.lines.filter((line) => line.includes('HTTP'))).toHaveLength(1);
});

it('parts from the largest of those that leave too much unfinished, and serves the others', async () => {
  await using store = await startEmbeddedStore();
  const share = Math.floor(limits.maxRespHeldBytes / 3);
  const half = (bytes: number): string => `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${bytes}\r\n`;
  const refused: RespConnection[] = [];
  const open = [0, 1, 2].map((i) => {
    const connection = new RespConnection(store);
    const bytes = share + i * 1024 * 1024;
    connection.write(half(bytes + 10) + 'x'.repeat(bytes));
    void connection.closed.then(() => refused.push(connection));
    return connection;
  });
  await Promise.race(open.map(({ closed }) => closed));
  const patient = new RespConnection(store);
  patient.write(request('PING'));
  expect(await patient.next()).toBe('+PONG\r\n');
  expect(refused).toHaveLength(1);
  for (const connection of [...open, patient]) connection.close();
});

it.each([
  ['a directory', (path: string) => mkdir(path)],
  ['a device', (path: string) => symlink('/dev/null', path)],
])('refuses %s in the place of its file, by name', async (_what, make) => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'store.aof');
  await make(path);
  const opening = openEmbeddedStore({
    directory: directory.path,
    socketPath: join(directory.path, 's'),
    tcp: null,
    log: () => {},
  });
  await expect(opening).rejects.toMatchObject({
    code: 'BERTH_EMBEDDED_CORRUPT',
    detail: expect.stringContaining(path),
  });
});
