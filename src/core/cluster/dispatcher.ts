import type { Socket } from 'node:net';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import type { Arrival } from './arrival.ts';
import { type Candidate, chooseWorker } from './choice.ts';
import type { Counters } from './counters.ts';

/** A worker as the dispatcher sees it. */
interface Taker {
  candidate(now: number): Candidate;
  give(arrival: Arrival): void;
}

export interface DispatchBounds {
  readonly maxConnections: number;
  readonly maxUnacknowledged: number;
  readonly maxWaiting: number;
}

/** Gives accepted connections to workers; holds a bounded number of them while no worker can take one. */
export interface Dispatcher {
  /** Takes a connection that was accepted with `pauseOnConnect`. */
  accept(listener: number, socket: Socket): void;
  /** Connections that a dead worker never took: the next one serves them. */
  takeBack(arrivals: readonly Arrival[]): void;
  /** Says who can be given connections from now on. */
  use(takers: readonly Taker[], bounds: DispatchBounds): void;
  /** A worker has room again. */
  pump(): void;
  readonly waiting: number;
  /** Closes what waits, and from now on whatever comes. */
  close(): void;
}

export interface DispatcherOptions {
  readonly counters: Counters;
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** Milliseconds between two looks for connections that have waited too long. */
const sweepMs = 1000;

export function createDispatcher({ counters, log, now }: DispatcherOptions): Dispatcher {
  let takers: readonly Taker[] = [];
  let bounds: DispatchBounds = { maxConnections: 0, maxUnacknowledged: 0, maxWaiting: 0 };
  let queue: Arrival[] = [];
  let last = -1;
  let closed = false;
  let sweep: NodeJS.Timeout | null = null;
  let refusedSinceNotice = 0;
  let noticeAt = Number.NEGATIVE_INFINITY;

  function choose(): Taker | undefined {
    const time = now();
    const index = chooseWorker(
      takers.map((taker) => taker.candidate(time)),
      last,
      {
        ...bounds,
        maxOverflow: limits.maxOverflowConnections,
        stallMs: limits.handoffStallMs,
      },
    );
    if (index !== -1) last = index;
    return takers[index];
  }

  function place(arrival: Arrival): void {
    if (arrival.socket.destroyed) return;
    const taker = queue.length === 0 && !closed ? choose() : undefined;
    if (taker !== undefined) {
      taker.give(arrival);
    } else if (closed || queue.length >= bounds.maxWaiting) {
      refuse(arrival);
    } else {
      queue.push(arrival);
      sweep ??= setInterval(dropOld, sweepMs);
    }
  }

  function pump(): void {
    for (let arrival = queue[0]; arrival !== undefined; arrival = queue[0]) {
      if (!arrival.socket.destroyed) {
        const taker = choose();
        if (taker === undefined) return;
        taker.give(arrival);
      }
      queue.shift();
    }
    endSweep();
  }

  function dropOld(): void {
    const time = now();
    const stays = (arrival: Arrival): boolean => time - arrival.arrivedAt < limits.maxWaitingMs;
    const old = queue.filter((arrival) => !stays(arrival));
    queue = queue.filter(stays);
    for (const arrival of old) refuse(arrival);
    // A worker may have stalled and come back without saying anything new.
    pump();
  }

  function endSweep(): void {
    if (sweep !== null) clearInterval(sweep);
    sweep = null;
  }

  function refuse({ socket }: Arrival): void {
    socket.destroy();
    if (closed) return;
    counters.refused++;
    refusedSinceNotice++;
    const time = now();
    if (time - noticeAt < limits.refusalNoticeMs) return;
    log(
      'warn',
      `no worker could take a connection: ${refusedSinceNotice} closed, ${queue.length} wait`,
    );
    noticeAt = time;
    refusedSinceNotice = 0;
  }

  return {
    accept: (listener, socket) => {
      counters.connections++;
      // Without a listener, a reset before the worker has it would end this process.
      socket.on('error', () => {});
      // Node would count the connections of a server in every process it sent one to.
      Reflect.deleteProperty(socket, 'server');
      place({ socket, listener, arrivedAt: now(), handoffs: 0 });
    },
    takeBack: (arrivals) => {
      for (const arrival of arrivals) {
        if (arrival.handoffs >= limits.maxHandoffs) refuse(arrival);
        else place(arrival);
      }
    },
    use: (nextTakers, nextBounds) => {
      takers = nextTakers;
      bounds = nextBounds;
      pump();
    },
    pump,
    get waiting() {
      return queue.length;
    },
    close: () => {
      closed = true;
      endSweep();
      for (const arrival of queue) refuse(arrival);
      queue = [];
    },
  };
}
