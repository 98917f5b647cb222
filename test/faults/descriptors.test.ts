import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { cpuSecondsOf } from '../support/cpuTime.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost } from '../support/storeClient.ts';

const host = 'app.dev.local';
const openFiles = 72;
const floodSize = 400;

/** Connections that say nothing; those that were closed again are not in `open`. */
async function flood(port: number) {
  const open = new Set<Socket>();
  for (let i = 0; i < floodSize; i++) {
    const socket = connect(port, '127.0.0.1');
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.resume();
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  }
  return {
    open,
    end: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

function cpuOfAll(berth: BerthProcess): number {
  return [berth.pid, ...berth.workers()].reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
}

describeWhen(isLinux, linuxReason, 'more connections than open files', () => {
  it('are held or closed without a crash or a busy loop, and all is well when they are gone', async () => {
    await using backend = await startEchoBackend();
    await using berth = await startBerth({ openFiles, config: { server: { workers: 2 } } });
    await addHost(berth.storePort, host, backend.url);
    await eventually('two workers run', () => berth.workers().length === 2);
    const workers = berth.workers();
    for (let round = 1; round <= 2; round++) {
      const { open, end } = await flood(berth.port);
      await eventually('most are refused', () => open.size < floodSize / 2);

      const before = cpuOfAll(berth);
      const began = performance.now();
      await eventually('two seconds pass', () => performance.now() - began > 2000);
      expect(cpuOfAll(berth) - before).toBeLessThan(1);

      end();
      await using load = startLoad({ port: berth.port, host, clients: 2 });
      await load.more(100);
      const failed = load.failures.length;
      await load.more(100);
      await load.stop();
      expect(load.failures.length).toBe(failed);
    }
    expect(berth.workers()).toEqual(workers);
    expect((await berth.stop()).code).toBe(0);
  }, 60_000);

  it('are said to be fewer than configured at the start', async () => {
    await using berth = await startBerth({ openFiles });
    expect(berth.said).toMatch(/the limit of 72 open files allows \d+ connections/);
  });
});
