import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { debuggersIn, inspectable, liveBytes } from '../support/debugger.ts';
import { startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { goneHost, hazardHost, hazards, meet, stalls, startHazards } from '../support/hazards.ts';
import { openFilesOf } from '../support/openFiles.ts';
import { freePort } from '../support/redisServer.ts';
import { describeWhen, isLinux, linuxReason } from '../support/requirement.ts';
import { startLoad } from '../support/steadyLoad.ts';
import { addHost, removeHost } from '../support/storeClient.ts';

// What an instance meets in hours, in less than a minute: clients and backends that abort, stall and reset, while hosts
// change, the configuration is read again and workers are replaced. BERTH_SOAK_PARTS makes it longer.

const parts = Number(process.env['BERTH_SOAK_PARTS'] ?? 4);
const partMs = 4000;
const abreast = 8;
const steadyHost = 'steady.dev.local';
/** Each part has a worker of its own, whose code and caches begin anew: so much is theirs. */
const maxWorkerGrowth = 8 * 1024 * 1024;
/** The supervisor keeps the last requests, and fills that first. */
const maxSupervisorGrowth = 3 * 1024 * 1024;
/** Connections to backends may be idle for a while. */
const idleFiles = 10;

describeWhen(
  isLinux,
  linuxReason,
  'clients and backends that fail in every way, while everything changes',
  () => {
    it(
      'fail no other request, and leave no socket, file or memory behind',
      async () => {
        await using backend = await startHazards();
        await using steady = await startEchoBackend();
        await using berth = await startBerth({
          env: inspectable,
          config: { server: { gracefulWait: 1 } },
        });
        const { storePort } = berth;
        const goneUrl = `http://127.0.0.1:${await freePort()}`;
        await addHost(storePort, steadyHost, steady.url);
        await addHost(storePort, hazardHost, backend.url);
        await addHost(storePort, goneHost, goneUrl);

        let changing = true;
        const changes = (async () => {
          for (let i = 0; changing; i++) {
            const name = `host-${i % 40}.dev.local`;
            if (i % 3 === 0) await removeHost(storePort, name);
            else await addHost(storePort, name, backend.url);
            await addHost(storePort, goneHost, ...(i % 2 === 0 ? [goneUrl] : [goneUrl, goneUrl]));
            await delay(20);
          }
        })();
        await using load = startLoad({ port: berth.port, host: steadyHost, clients: 2 });
        const all = [...hazards, ...stalls];
        const meetFor = async (ms: number): Promise<number> => {
          const until = performance.now() + ms;
          let met = 0;
          const one = async (number: number): Promise<void> => {
            for (let i = number; performance.now() < until; i++) {
              const hazard = all[i % all.length];
              if (hazard !== undefined) await meet(berth.port, hazard);
              met++;
            }
          };
          await Promise.all(Array.from({ length: abreast }, (_, number) => one(number * 3)));
          return met;
        };
        const replaced = async (reload: () => Promise<void>): Promise<number> => {
          const before = berth.workers();
          await reload();
          await eventually('the worker is another', () => {
            const now = berth.workers();
            return now.length === 1 && !now.some((pid) => before.includes(pid));
          });
          return berth.workers()[0] ?? 0;
        };

        const supervisor: number[] = [];
        const supervisorFiles: number[] = [];
        const workerGrowth: number[] = [];
        let met = 0;
        for (let part = 0; part < parts; part++) {
          const worker = await replaced(() =>
            berth.reload({ server: { gracefulWait: 1, retryOnError: 1 + (part % 3) } }),
          );
          const began = debuggersIn(berth.said);
          const [ofSupervisor = '', ofWorker = ''] = [began[0], began.at(-1)];
          met += await meetFor(partMs / 4);
          const before = await liveBytes(ofWorker);
          const filesBefore = openFilesOf(worker);
          met += await meetFor(partMs);
          await eventually('connections are closed or idle', () => backend.open.size <= idleFiles);
          await eventually(
            'its files are closed',
            () => openFilesOf(worker) <= filesBefore + idleFiles,
          );
          workerGrowth.push((await liveBytes(ofWorker)) - before);
          supervisor.push(await liveBytes(ofSupervisor));
          supervisorFiles.push(openFilesOf(berth.pid));
          expect(berth.workers()).toEqual([worker]);
        }
        changing = false;
        await changes;
        await load.stop();

        expect(load.failures).toEqual([]);
        expect(load.answered).toBeGreaterThan(parts * 20);
        expect(met).toBeGreaterThan(parts * 100);
        expect(Math.max(...workerGrowth)).toBeLessThan(maxWorkerGrowth);
        const grown = supervisor.slice(1).map((bytes, i) => bytes - (supervisor[i] ?? 0));
        expect(Math.min(...grown)).toBeLessThan(maxSupervisorGrowth);
        const [first = 0] = supervisorFiles;
        expect(Math.max(...supervisorFiles)).toBeLessThanOrEqual(first + 4);
        expect(berth.said).not.toMatch(/worker \d+ ended/);
        expect((await berth.stop()).code).toBe(0);
      },
      60_000 + parts * 20_000,
    );
  },
);
