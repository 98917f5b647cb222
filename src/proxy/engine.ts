import type { Socket } from 'node:net';
import type { Log } from '../shared/messages.ts';
import type { ListenerSpec } from '../shared/model/listener.ts';
import type { WorkerSettings } from '../shared/model/settings.ts';
import type { Pages } from './pages/pages.ts';
import type { Deaths, Router } from './routing/route.ts';
import type { SecureListeners } from './tls/index.ts';
import type { Recorder } from './traffic/recorder.ts';

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
   * Finishes: the last request that was read of each connection gets `Connection: close` and at most `graceMs`, tunnels
   * likewise. Resolves when nothing is open; what remains at the deadline is broken. A second call can only hasten it.
   *
   * @param idleMs for how long a connection without a request may still bring one; 0 closes all that were not just used
   */
  drain(graceMs: number, idleMs?: number): Promise<void>;
}

/** What an engine works with; everything it knows of the world comes through here. */
export interface EngineDependencies {
  readonly settings: WorkerSettings;
  readonly router: Router;
  readonly deaths: Deaths;
  readonly recorder: Recorder;
  readonly pages: Pages;
  readonly secure: SecureListeners;
  /** Monotonic milliseconds, with fractions. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

export type CreateEngine = (dependencies: EngineDependencies) => Engine;
