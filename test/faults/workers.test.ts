import { expect, it } from 'vitest';
import { type BerthProcess, isAlive, startBerth } from '../support/berthProcess.ts';
import { debuggersIn, inspectable, runInside } from '../support/debugger.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
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

async function nextDebugger(berth: BerthProcess): Promise<string> {
  await eventually('the next worker', () => debuggersIn(berth.said).length === 3);
  return debuggersIn(berth.said)[2] ?? '';
}

describeWhen(isLinux, linuxReason, 'a worker that fails under load', () => {
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

  it('ends with an error that nobody caught, which is told, and is replaced', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ env: inspectable });
    await addHost(berth.storePort, host, backend.url);
    const victim = await firstWorker(berth, 1);
    await eventually('both can be looked into', () => debuggersIn(berth.said).length === 2);
    // A process waits for its debugger to leave before it ends.
    const inside = debuggersIn(berth.said)[1] ?? '';
    await runInside(inside, "setTimeout(() => { throw new Error('of a test') }, 200)");
    await berth.saying(new RegExp(`worker ${victim} ended: exit code 1: Error: of a test`));
    const insideNext = await nextDebugger(berth);
    // A process announces its debugger before it can run anything.
    await using first = startLoad({ port: berth.port, host });
    await first.more(1);
    await first.stop();
    await runInside(insideNext, "setTimeout(async () => { throw new Error('unhandled') }, 200)");
    await berth.saying(/ended: exit code 1: Error: unhandled/);
    await using load = startLoad({ port: berth.port, host, clients });
    await load.more(50);
    await load.stop();
    expect(load.failures).toEqual([]);
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
