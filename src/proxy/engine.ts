import type { Socket } from 'node:net';
import type { ListenerSpec } from '../shared/model/listener.ts';

/**
 * The part of a worker that reads requests from client connections, forwards them and returns the responses.
 * Every engine passes the same conformance suite (test/conformance).
 */
export interface Engine {
  /** Serves a connection that was accepted on `listener`, until it closes. */
  take(socket: Socket, listener: ListenerSpec): void;
  /** Client connections that are open, tunnels included. */
  readonly openConnections: number;
  /**
   * Finishes: idle connections close now, running requests get `Connection: close` and at most `graceMs`,
   * tunnels likewise. Resolves when nothing is open; what remains at the deadline is broken.
   */
  drain(graceMs: number): Promise<void>;
}
