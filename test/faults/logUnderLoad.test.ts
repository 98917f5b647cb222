import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost } from '../support/storeClient.ts';

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
});
