import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { isAlive, startBerth } from '../support/berthProcess.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost } from '../support/storeClient.ts';

const host = 'app.dev.local';

async function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => false),
    once(socket, 'error').then(() => true),
  ]).catch(() => true);
  socket.destroy();
  return outcome;
}

describeWhen(isLinux, linuxReason, 'a stop', () => {
  it('refuses new connections, finishes what runs, and has logged every request', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: { server: { workers: 2 } } });
    await addHost(berth.storePort, host, backend.url);
    await using load = startLoad({ port: berth.port, host });
    await load.more(50);
    const release = backend.hold();
    await eventually('every client waits', () => backend.held === 4);
    const workers = berth.workers();

    berth.signal('SIGTERM');
    await berth.saying(/stopping/);
    await eventually('new connections are refused', () => isRefused(berth.port));
    expect(load.failures).toEqual([]);
    const stopping = load.stop();
    release();
    await stopping;
    expect(load.failures).toEqual([]);
    expect(await berth.ended).toEqual({ code: 0, signal: null });
    expect(workers.some(isAlive)).toBe(false);
    const lines = (await readFile(berth.accessLog, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(backend.requests);
  });

  it('breaks what is not finished at the deadline', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: { server: { gracefulWait: 1 } } });
    await addHost(berth.storePort, host, backend.url);
    const release = backend.hold();
    await using load = startLoad({ port: berth.port, host, clients: 1 });
    await eventually('a request is under way', () => backend.held === 1);
    const stopped = berth.stop();
    const done = load.stop();
    expect(await stopped).toEqual({ code: 0, signal: null });
    await done;
    expect(load.failures).toHaveLength(1);
    release();
  });

  it('is at once on a second signal', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth();
    await addHost(berth.storePort, host, backend.url);
    const release = backend.hold();
    await using load = startLoad({ port: berth.port, host, clients: 1 });
    await eventually('a request is under way', () => backend.held === 1);
    const workers = berth.workers();
    berth.signal('SIGTERM');
    await berth.saying(/stopping/);
    berth.signal('SIGTERM');
    const done = load.stop();
    expect(await berth.ended).toEqual({ code: 143, signal: null });
    await eventually('no worker is left', () => !workers.some(isAlive), 1000);
    await done;
    release();
  });

  it('by SIGKILL leaves no worker for longer than a second, and the port is free', async () => {
    await using berth = await startBerth({ config: { server: { workers: 3 } } });
    await eventually('three workers run', () => berth.workers().length === 3);
    const workers = berth.workers();
    berth.signal('SIGKILL');
    await berth.ended;
    await eventually('no worker is left', () => !workers.some(isAlive), 1000);
    expect(await isRefused(berth.port)).toBe(true);
  });

  it('is left to the supervisor when the signal goes to the whole group', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ config: { server: { workers: 2 } } });
    await addHost(berth.storePort, host, backend.url);
    await eventually('two workers run', () => berth.workers().length === 2);
    const workers = berth.workers();
    for (const worker of workers) {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) {
        process.kill(worker, signal);
      }
    }
    await using load = startLoad({ port: berth.port, host });
    await load.more(50);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(berth.workers()).toEqual(workers);
  });
});
