import type { Socket } from 'node:net';
import { limits } from '../../shared/limits.ts';
import { Output } from './output.ts';
import { Requests } from './requests.ts';
import type { Tracker, TrackingOptions } from './tracking.ts';

/** What a client has queued since MULTI. */
export interface Transaction {
  readonly requests: (readonly string[])[];
  bytes: number;
  /** A command could not be queued: EXEC will refuse. */
  isBroken: boolean;
}

/** One connection and all that Redis keeps of it. */
export class Client implements Tracker {
  readonly id: number;
  readonly socket: Socket;
  readonly address: string;
  readonly connectedAt: number;
  readonly requests = new Requests('wire');
  readonly output: Output;
  readonly channels = new Set<string>();
  readonly patterns = new Set<string>();
  readonly watched = new Set<string>();
  name = '';
  libraryName = '';
  libraryVersion = '';
  lastCommand = 'NULL';
  lastUsedAt: number;
  transaction: Transaction | null = null;
  /** A watched key was touched: EXEC will answer null. */
  watchIsBroken = false;
  tracking: TrackingOptions | null = null;
  caching: boolean | null = null;
  redirectIsBroken = false;
  /** Waits for its turn. */
  isScheduled = false;
  /** The other side sends no more. */
  inputHasEnded = false;
  /** Nothing more is executed; what is answered so far goes out. */
  isClosing = false;

  /** @param onProgress called when answers have gone out */
  constructor(
    id: number,
    socket: Socket,
    address: string,
    now: number,
    onProgress: (client: Client) => void,
  ) {
    this.id = id;
    this.socket = socket;
    this.address = address;
    this.connectedAt = now;
    this.lastUsedAt = now;
    this.output = new Output(
      socket,
      {
        maxBytes: limits.maxRespOutputBytes,
        pauseBytes: limits.respOutputPauseBytes,
        pauseAnswers: limits.maxWaitingRespAnswers,
      },
      () => onProgress(this),
    );
  }

  get isListening(): boolean {
    return this.channels.size + this.patterns.size > 0;
  }

  /** Bytes kept of requests that were not executed yet. */
  get heldBytes(): number {
    return this.requests.held + (this.transaction?.bytes ?? 0);
  }

  get isGone(): boolean {
    return this.socket.destroyed;
  }

  push(bytes: string): void {
    if (!this.isGone) this.output.push(bytes);
  }
}
