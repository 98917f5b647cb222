import { expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { debuggersIn, inspectable, liveHeapBytes } from '../support/debugger.ts';
import { eventually } from '../support/eventually.ts';
import { goneHost, hazardHost, hazards, meet, startHazards } from '../support/hazards.ts';
import { openFilesOf } from '../support/openFiles.ts';
import { freePort } from '../support/redisServer.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { addHost } from '../support/storeClient.ts';

const roundsPerPart = 160;
const requestsPerPart = roundsPerPart * hazards.length;
/** The first five fill what is kept of requests; the size of code and caches moves in the others, by as much as a leak would. */
const maxParts = 20;
/** The smallest thing that one kind could leak, a socket, comes to several times as much over all kinds. */
const maxBytesPerRequest = 20;

async function meetAll(port: number, rounds: number): Promise<void> {
  const abreast = 8;
  for (let round = 0; round < rounds; round += abreast) {
    await Promise.all(
      Array.from({ length: abreast }, async () => {
        for (const hazard of hazards) await meet(port, hazard);
      }),
    );
  }
}

describeWhen(isLinux, linuxReason, 'thousands of requests of every hazardous kind', () => {
  it('leave no socket, file or memory behind in worker and supervisor', async () => {
    await using backend = await startHazards();
    await using berth = await startBerth({ env: inspectable });
    await addHost(berth.storePort, hazardHost, backend.url);
    await addHost(berth.storePort, goneHost, `http://127.0.0.1:${await freePort()}`);
    const [worker] = berth.workers();
    if (worker === undefined) throw new Error('no worker');
    const processes = [berth.pid, worker];
    await eventually('both can be looked into', () => debuggersIn(berth.said).length === 2);
    const filesBefore = processes.map(openFilesOf);
    const heaps = async (): Promise<readonly number[]> => {
      await eventually('backend connections are closed or idle', () => backend.open.size <= 8);
      return await Promise.all(debuggersIn(berth.said).map(liveHeapBytes));
    };

    // Caches fill and code is compiled for a while; a leak grows in every part.
    let before = await heaps();
    let growths: readonly number[] = [];
    for (let part = 0; part < maxParts; part++) {
      await meetAll(berth.port, roundsPerPart);
      const after = await heaps();
      growths = after.map((bytes, i) => (bytes - (before[i] ?? 0)) / requestsPerPart);
      before = after;
      if (Math.max(...growths) < maxBytesPerRequest) break;
    }
    expect(Math.max(...growths)).toBeLessThan(maxBytesPerRequest);

    for (const [i, pid] of processes.entries()) {
      await eventually('its files are closed', () => {
        // Idle backend connections may stay for a while; nothing of the clients may.
        return openFilesOf(pid) <= (filesBefore[i] ?? 0) + 8;
      });
    }
    expect(berth.workers()).toEqual([worker]);
    expect(berth.said).not.toMatch(/worker \d+ ended/);
  }, 300_000);
});
