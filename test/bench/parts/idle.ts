import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '../../../src/shared/limits.ts';
import { groundOf, type Part } from '../bench.ts';
import { nameOf, startBerth } from '../berth.ts';
import { residentMegabytes } from '../cpu.ts';
import { type Finding, findingOf } from '../findings.ts';
import { benchHost } from '../load.ts';
import type { Contender } from '../processes.ts';
import { nginx } from '../proxies.ts';

const connections = 2000;
/** Opened at once. */
const wave = 100;
/** Until a worker has seen that nothing comes, and has given back what it can. */
const settleMs = 2 * limits.restMs + 1000;
const aim = { bar: 90, goal: 70, best: 'least' } as const;

/** Memory of a worker that holds 2,000 connections of clients, each of which has had one answer. */
export const idle: Part = async (bench) => {
  const findings: Finding[] = [];
  let failed = 0;
  const measure = async (contender: Contender): Promise<{ before: number; after: number }> => {
    bench.keep(contender);
    const before = largest(contender.pids());
    const sockets: Socket[] = [];
    for (let opened = 0; opened < connections; opened += wave) {
      const answers = await Promise.all(Array.from({ length: wave }, () => ask(contender.port)));
      for (const { socket, answered } of answers) {
        sockets.push(socket);
        if (!answered) failed++;
      }
    }
    await delay(settleMs);
    const after = largest(contender.pids());
    failed += sockets.filter((socket) => socket.destroyed).length;
    for (const socket of sockets) socket.destroy();
    await contender.stop();
    return { before, after };
  };
  const add = async (subject: string, contender: Contender, isOurs: boolean): Promise<void> => {
    const { before, after } = await measure(contender);
    findings.push(
      findingOf([after], {
        work: `${connections} idle connections`,
        subject,
        unit: 'MB',
        aim: isOurs ? aim : null,
        note: `RSS of a worker; ${before.toFixed(0)} MB before`,
      }),
    );
  };
  await add('nginx', await nginx(groundOf(bench)), false);
  for (const engine of bench.engines) {
    const name = nameOf(engine);
    await add(name, await startBerth({ name, engine }, groundOf(bench)), true);
    for (const node of bench.nodes) {
      const choice = { name: `${name}, ${node.name}`, engine, node };
      await add(choice.name, await startBerth(choice, groundOf(bench)), true);
    }
  }
  return { findings, failed };
};

/** Of those that a main process has started; its own where it has none. */
function largest(pids: readonly number[]): number {
  const workers = pids.length > 1 ? pids.slice(1) : pids;
  return Math.max(...workers.map((pid) => residentMegabytes([pid])));
}

/** One request on a connection that stays open. */
function ask(port: number): Promise<{ readonly socket: Socket; readonly answered: boolean }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const end = (answered: boolean): void => resolve({ socket, answered });
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
      if (/\r\n\r\nx{200}$/.test(text)) end(text.startsWith('HTTP/1.1 200'));
    });
    socket.write(`GET /small HTTP/1.1\r\nHost: ${benchHost}\r\n\r\n`);
  });
}
