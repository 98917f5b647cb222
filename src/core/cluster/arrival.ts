import type { Socket } from 'node:net';

/** A client connection that was accepted and not yet taken by a worker. Nothing of it has been read. */
export interface Arrival {
  readonly socket: Socket;
  /** `ListenerSpec.id` */
  readonly listener: number;
  /** Monotonic ms. */
  readonly arrivedAt: number;
  /** How often it was handed to a worker. */
  handoffs: number;
}
