import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

let berth: BerthProcess;
let client: ControlClient;
afterEach(async () => {
  client.close();
  await berth[Symbol.asyncDispose]();
});
const connect = async () => {
  client = await connectControl({ socket: join(berth.home, 'run', 'control.sock') });
  return client.api;
};

test('a setting holds in the running instance, stands in its file, and nothing else changes there', async () => {
  berth = await startBerth({ config: { mine: { of: 'nobody' } } });
  const { settings, instance } = await connect();
  const view = await settings.get();
  const before = JSON.parse(await readFile(view.file, 'utf8'));
  const pids = berth.workers();
  const after = await settings.set({
    patch: { server: { workers: 2 }, suffixes: ['test'] },
    expect: view.revision,
  });
  expect(after).toMatchObject({ values: { server: { workers: 2 }, suffixes: ['test'] } });
  expect((await instance.status()).suffixes).toEqual(['test']);
  expect(berth.workers().filter((pid) => !pids.includes(pid))).toHaveLength(2);
  expect(JSON.parse(await readFile(view.file, 'utf8'))).toEqual({
    ...before,
    server: { ...before.server, workers: 2 },
    suffixes: ['test'],
  });
});

test('what the instance cannot do is refused with the reason, and the file is as it was', async () => {
  await using taken = await startEchoBackend('taken');
  berth = await startBerth();
  const { settings, instance } = await connect();
  const { file } = await settings.get();
  const before = await readFile(file, 'utf8');
  const { listeners } = await instance.status();
  await expect(
    settings.set({ patch: { http: { port: Number(new URL(taken.url).port) } } }),
  ).rejects.toMatchObject({
    code: 'BERTH_PORT_TAKEN',
    detail: expect.stringContaining('as it was'),
  });
  expect(await readFile(file, 'utf8')).toBe(before);
  expect((await instance.status()).listeners).toEqual(listeners);
});

test("without any file, Berth's own is begun, and the next start reads it", async () => {
  await using place = await temporaryDirectory();
  const home = place.path;
  // A port that is free on every machine; the rest as it is without a file.
  const own = join(home, 'config', 'berth.json');
  await mkdir(join(home, 'config'), { recursive: true, mode: 0o700 });
  await writeFile(own, '{"http":{"port":0},"driver":"embedded:","control":{"port":0}}');
  berth = await startBerth({ config: null, home });
  const { settings } = await connect();
  expect(await settings.get()).toMatchObject({ file: own, exists: true });
  await settings.set({ patch: { server: { tcpTimeout: 7 } } });
  client.close();
  await berth.stop();
  berth = await startBerth({ config: null, home });
  const again = await connect();
  expect((await again.settings.get()).values).toMatchObject({ server: { tcpTimeout: 7 } });
});
