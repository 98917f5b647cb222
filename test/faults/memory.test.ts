import { expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost } from '../support/storeClient.ts';

const host = 'app.dev.local';

describeWhen(isLinux, linuxReason, 'a worker over its memory limit', () => {
  it('is replaced when another is ready, and no request fails', async () => {
    await using backend = await startEchoBackend();
    // Less than any Node process uses, so that every worker is over it from its start.
    const server = { workers: 2, memoryLimit: 32, memoryCheckInterval: 0.5 };
    await using berth = await startBerth({ config: { server } });
    await addHost(berth.storePort, host, backend.url);
    const first = new Set(berth.workers());
    await using load = startLoad({ port: berth.port, host, keepAlive: true });
    for (let replaced = 1; replaced <= 4; replaced++) {
      const from = berth.said.length;
      await berth.saying(/worker \d+ uses \d+ MB and will be replaced/, from);
      await load.more(20);
    }
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(berth.said).not.toMatch(/worker \d+ ended/);
    expect(berth.workers().some((worker) => !first.has(worker))).toBe(true);
  }, 60_000);
});
