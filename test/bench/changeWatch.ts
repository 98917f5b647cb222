import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Backends } from './processes.ts';

const host = 'seen.localhost';
const connections = 16;
const askMs = 1;
const changeMs = 25;
/** A change that requests still do not see after so long has been lost. */
const lostMs = 10_000;

interface Asker {
  readonly socket: Socket;
  /** Monotonic ms at which the request that waits was sent; 0: none waits. */
  sentAt: number;
}

/**
 * Moves a host from one backend to another, again and again, and asks for it all the time. `stop` gives for each change the
 * milliseconds from when it was sent to the store until the last request was sent that was still answered by the old
 * backend: how long the answer took, behind others, does not count. `answered` counts requests.
 *
 * @throws from `stop`, when a change was never seen
 */
export async function watchChanges(
  port: number,
  store: Redis,
  { either }: Pick<Backends, 'either'>,
): Promise<{ readonly answered: number; stop(): Promise<readonly number[]> }> {
  const key = `frontend:${host}`;
  await store.del(key);
  await store.rpush(key, 'seen', `http://127.0.0.1:${either[0]}`);
  const waits: number[] = [];
  let lost = 0;
  let answered = 0;
  let over = false;
  let expected: 'a' | 'b' = 'a';
  let changedAt = performance.now();
  let lastOld = 0;
  /** When the first request was sent that the new backend answered. */
  let firstNew = 0;

  const askers = Array.from({ length: connections }, (): Asker => {
    const asker = { socket: connect(port, '127.0.0.1'), sentAt: 0 };
    let text = '';
    asker.socket.setNoDelay(true);
    asker.socket.on('error', () => {});
    asker.socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
      const body = /\r\n\r\n([ab])$/.exec(text)?.[1];
      if (body === undefined) return;
      text = '';
      answered++;
      const { sentAt } = asker;
      asker.sentAt = 0;
      if (sentAt < changedAt) return;
      if (body !== expected) lastOld = Math.max(lastOld, sentAt);
      else if (firstNew === 0) firstNew = sentAt;
    });
    return asker;
  });
  const asking = setInterval(() => {
    const free = askers.find(({ sentAt, socket }) => sentAt === 0 && socket.writable);
    if (free === undefined) return;
    free.sentAt = performance.now();
    free.socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  }, askMs);

  const changing = (async (): Promise<void> => {
    await delay(changeMs * 4);
    do {
      expected = expected === 'a' ? 'b' : 'a';
      [lastOld, firstNew] = [0, 0];
      changedAt = performance.now();
      await store.lset(key, 1, `http://127.0.0.1:${either[expected === 'a' ? 0 : 1]}`);
      await delay(changeMs);
      // What was sent before the first new answer has to be answered too.
      const isSettled = (): boolean => {
        const from = Math.max(firstNew, changedAt + changeMs);
        return firstNew > 0 && askers.every(({ sentAt }) => sentAt === 0 || sentAt > from);
      };
      while (!isSettled() && performance.now() - changedAt < lostMs) await delay(1);
      if (isSettled()) waits.push(Math.max(0, lastOld - changedAt));
      else lost++;
    } while (!over);
  })();
  return {
    get answered() {
      return answered;
    },
    stop: async () => {
      over = true;
      await changing;
      clearInterval(asking);
      for (const { socket } of askers) socket.destroy();
      if (lost > 0) throw new Error(`${lost} changes were never seen by a request`);
      return waits;
    },
  };
}
