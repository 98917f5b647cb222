import type { Socket } from 'node:net';
import type { ToWorker } from '../../shared/messages.ts';
import type { Arrival } from './arrival.ts';

export type SendToWorker = (message: ToWorker, socket?: Socket) => void;

/** The connections under way to one worker. Each is kept open here until the worker says that it arrived. */
export interface Handover {
  give(arrival: Arrival): void;
  /** The worker has all connections up to this number, or they were lost on the way. */
  acknowledge(serial: number): void;
  /** Number of the last one that was given. */
  readonly serial: number;
  readonly unacknowledged: number;
  /** Age of the oldest unacknowledged one, ms. */
  waitedMs(now: number): number;
  /** Takes back what was not acknowledged: the worker is gone. */
  takeBack(): readonly Arrival[];
}

interface Given {
  readonly arrival: Arrival;
  readonly givenAt: number;
}

export function createHandover(send: SendToWorker, now: () => number): Handover {
  // In the order of their numbers, which is the order in which they were given.
  const given = new Map<number, Given>();
  let last = 0;
  return {
    give: (arrival) => {
      last++;
      arrival.handoffs++;
      given.set(last, { arrival, givenAt: now() });
      send({ type: 'connection', listener: arrival.listener, serial: last }, arrival.socket);
    },
    acknowledge: (serial) => {
      for (const [number, { arrival }] of given) {
        if (number > serial) break;
        given.delete(number);
        // Closes this process's copy only; the connection lives on in the worker.
        arrival.socket.destroy();
      }
    },
    get serial() {
      return last;
    },
    get unacknowledged() {
      return given.size;
    },
    waitedMs: (time) => {
      for (const { givenAt } of given.values()) return time - givenAt;
      return 0;
    },
    takeBack: () => {
      const back = [...given.values()].map(({ arrival }) => arrival);
      given.clear();
      return back;
    },
  };
}
