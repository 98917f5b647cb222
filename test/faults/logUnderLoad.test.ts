import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost, nameHost } from '../support/storeClient.ts';

const host = 'app.dev.local';

describeWhen(isLinux, linuxReason, 'the access log, rotated under load', () => {
  it('loses no line, and each request stands in it once', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: { server: { workers: 2 } } });
    await addHost(berth.storePort, host, backend.url);
    await using load = startLoad({ port: berth.port, host });
    const files: string[] = [];
    for (let turn = 1; turn <= 4; turn++) {
      await load.more(100);
      const rotated = join(berth.home, `access.log.${turn}`);
      await rename(berth.accessLog, rotated);
      files.push(rotated);
      const from = berth.said.length;
      berth.signal('SIGUSR1');
      await berth.saying(/access log .* is reopened/, from);
    }
    await load.more(100);
    await load.stop();
    await berth.stop();
    expect(load.failures).toEqual([]);

    const targets: string[] = [];
    for (const file of [...files, berth.accessLog]) {
      const text = await readFile(file, 'utf8');
      expect(text).not.toBe('');
      for (const [, target] of text.matchAll(/"GET (\S+) HTTP/g)) targets.push(target ?? '');
    }
    expect(targets).toHaveLength(backend.requests);
    expect(new Set(targets).size).toBe(backend.requests);
  });

  it('by its size, and by a signal beside that, loses no line either', async () => {
    await using backend = await startEchoBackend();
    const server = { workers: 2, accessLogMaxSize: 1, accessLogKeep: 50 };
    await using berth = await startBerth({ config: { server } });
    // A long identifier makes long lines.
    await addHost(berth.storePort, host, backend.url);
    await nameHost(berth.storePort, host, 'x'.repeat(1000));
    await using load = startLoad({ port: berth.port, host, keepAlive: true });
    await load.more(1500);
    await rename(berth.accessLog, join(berth.home, 'access.log.mine'));
    berth.signal('SIGUSR1');
    await berth.saying(/access log .* is reopened/);
    await load.more(1500);
    await load.stop();
    // What is told of was written, on a disk of any speed; a stop would not wait for so much.
    const from = berth.said.length;
    berth.signal('SIGUSR1');
    await berth.saying(/access log .* is reopened/, from);
    await berth.stop();
    expect(load.failures).toEqual([]);

    const files = (await readdir(berth.home)).filter((name) => name.startsWith('access.log'));
    expect(files.length).toBeGreaterThanOrEqual(4);
    const targets: string[] = [];
    for (const file of files) {
      expect((await stat(join(berth.home, file))).size).toBeLessThanOrEqual(1024 * 1024);
      const text = await readFile(join(berth.home, file), 'utf8');
      for (const [, target] of text.matchAll(/"GET (\S+) HTTP/g)) targets.push(target ?? '');
    }
    expect(targets).toHaveLength(backend.requests);
    expect(new Set(targets).size).toBe(backend.requests);
  });
});
