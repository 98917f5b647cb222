import { describe, expect, it } from 'vitest';
import { type BerthProcess, isAlive, startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost } from '../support/storeClient.ts';

const host = 'app.dev.local';
const clients = 8;

async function firstWorker(berth: BerthProcess, count: number): Promise<number> {
  await eventually('all workers run', () => berth.workers().length === count);
  const [worker] = berth.workers();
  if (worker === undefined) throw new Error('no worker');
  return worker;
}

describe.runIf(process.platform === 'linux')('a worker that fails under load', () => {
  it('costs at most the requests it was serving when it is killed, and is replaced', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: { server: { workers: 2 } } });
    await addHost(berth.storePort, host, backend.url);
    const victim = await firstWorker(berth, 2);
    await using load = startLoad({ port: berth.port, host, clients });
    await load.more(100);

    process.kill(victim, 'SIGKILL');
    await berth.saying(new RegExp(`worker ${victim} ended: SIGKILL`));
    await load.more(200);
    await eventually('two workers run', () => berth.workers().length === 2);
    expect(berth.workers()).not.toContain(victim);
    await load.more(100);
    await load.stop();
    expect(load.failures.length).toBeLessThanOrEqual(clients);
    for (const { reason } of load.failures) expect(reason).toMatch(/ECONNRESET|socket hang up/);
  });

  it('is missed by no client when it is the only one: connections wait for the next', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth();
    await addHost(berth.storePort, host, backend.url);
    const victim = await firstWorker(berth, 1);
    process.kill(victim, 'SIGKILL');
    await eventually('it is gone', () => !isAlive(victim));
    await using load = startLoad({ port: berth.port, host, clients });
    await load.more(50);
    await load.stop();
    expect(load.failures).toEqual([]);
  });

  it('gets no more connections while it hangs, and is replaced; its unserved ones are served', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: { server: { workers: 2 } } });
    await addHost(berth.storePort, host, backend.url);
    const victim = await firstWorker(berth, 2);
    await using load = startLoad({ port: berth.port, host, clients });
    await load.more(100);

    process.kill(victim, 'SIGSTOP');
    // The clients that it holds wait; everybody else goes on.
    await load.more(300);
    await berth.saying(new RegExp(`worker ${victim} ended: it gave no sign of life`));
    await load.more(200);
    await eventually('two workers run', () => berth.workers().length === 2);
    await load.stop();
    expect(load.failures.length).toBeLessThanOrEqual(clients);
  }, 60_000);
});
