import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { fieldOf } from '../support/messageReader.ts';
import { dial, get } from '../support/rawClient.ts';
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

  it('answers the first request of a connection that was opened before', async () => {
    await using backend = await startEchoBackend();
    const server = { workers: 1, memoryLimit: 32, memoryCheckInterval: 0.5 };
    await using berth = await startBerth({ config: { server } });
    await addHost(berth.storePort, host, backend.url);
    const [worker] = berth.workers();
    const client = await dial(berth.port);
    await eventually('another worker', () => berth.workers().at(-1) !== worker);
    await berth.saying(/worker \d+ uses \d+ MB and will be replaced[\s\S]+will be replaced/);
    await delay(2 * limits.drainLingerMs);
    const [response] = await client.send(get(host, '/first')).responses();
    client.destroy();
    expect(response?.body).toContain('GET /first');
    expect(response && fieldOf(response, 'connection')).toBe('close');
  });
});
