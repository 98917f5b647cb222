import { limits } from '../shared/limits.ts';

/** How one request stands when its connections are looked at. */
export interface Progress {
  /**
   * `waiting`: the request is on its way; no head of a final response has come. `relaying`: the response comes and is
   * passed on. `flushing`: all of the response is given to the client's connection. `other`: none of this looks after it.
   */
  readonly phase: 'waiting' | 'relaying' | 'flushing' | 'other';
  /** A number that changes whenever bytes move, to or from either side. */
  readonly activity: number;
  /** The client has still to send of its body. */
  readonly uploading: boolean;
  /** The body was not handed over whole to the backend. */
  readonly unsent: boolean;
  /** Bytes of the body that came so far. */
  readonly receivedBytes: number;
  /** The client waits for 100 before it sends its body, and has not got it. */
  readonly awaitsContinue: boolean;
  /** The backend does not take what it was sent. */
  readonly backendIsFull: boolean;
  /** The client does not take what it was sent. */
  readonly clientIsFull: boolean;
}

/**
 * `in-time`; `continue`: the client is to get 100 from us, since its backend says nothing; the rest is over time, by the
 * fault of `slow-body`: a client whose body trickles; `silent-client`, `silent-backend`: one that should have sent
 * something; `full-client`: one that reads nothing.
 */
export type TimeVerdict =
  | 'in-time'
  | 'continue'
  | 'slow-body'
  | 'silent-client'
  | 'silent-backend'
  | 'full-client';

/** The time one request may take to move on. Times are monotonic milliseconds. */
export class TimeLimits {
  readonly #tcpTimeoutMs: number;
  #activity = -1;
  #activeAt: number;
  #lookedAt = 0;
  /** When the present try began to send. */
  #sentAt = 0;
  /** How long the client alone was to send its body. */
  #bodyMs = 0;

  /** @param tcpTimeoutMs time in which nothing moves */
  constructor(tcpTimeoutMs: number, now: number) {
    this.#tcpTimeoutMs = tcpTimeoutMs;
    this.#activeAt = now;
  }

  /** A try begins, which has its own time: two of them can have moved the same number of bytes. */
  tryBegins(now: number): void {
    this.#activeAt = now;
    this.#activity = -1;
  }

  /** The present try begins to send. */
  sends(now: number): void {
    this.#sentAt = now;
  }

  look(progress: Progress, now: number): TimeVerdict {
    if (this.#bodyIsTooSlow(progress, now)) return 'slow-body';
    if (progress.activity !== this.#activity) {
      this.#activity = progress.activity;
      this.#activeAt = now;
      return 'in-time';
    }
    const idle = now - this.#activeAt;
    const { phase, unsent } = progress;
    if (idle < this.#tcpTimeoutMs) {
      const hold = progress.awaitsContinue && unsent && phase === 'waiting';
      return hold && idle >= limits.expectContinueMs ? 'continue' : 'in-time';
    }
    switch (phase) {
      case 'waiting':
        return unsent && !progress.backendIsFull ? 'silent-client' : 'silent-backend';
      case 'relaying':
        return progress.clientIsFull ? 'full-client' : 'silent-backend';
      case 'flushing':
        return 'full-client';
      case 'other':
        return 'in-time';
    }
  }

  /** Judged by what came since the body began, so that pauses do no harm; the backend's pauses do not count. */
  #bodyIsTooSlow(progress: Progress, now: number): boolean {
    const since = now - this.#lookedAt;
    this.#lookedAt = now;
    if (progress.phase !== 'waiting' || !progress.uploading) return false;
    if (progress.awaitsContinue || progress.backendIsFull) return false;
    this.#bodyMs += Math.min(since, now - this.#sentAt);
    if (this.#bodyMs < this.#tcpTimeoutMs) return false;
    return progress.receivedBytes < (limits.minBodyBytesPerSecond * this.#bodyMs) / 1000;
  }
}
