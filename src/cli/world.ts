/** What the command line touches of the process it runs in; tests bring their own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Processor cores of the machine. */
  readonly cores: number;
  readonly isRoot: boolean;
  /** Data: what a script reads. */
  readonly stdout: Output;
  /** Talk: what a person reads. */
  readonly stderr: Output;
  readonly signals: SignalSource;
  readonly launch: Launch;
  readonly ask: Ask;
  readonly isRefused: IsRefused;
  readonly leadsHere: LeadsHere;
  /** Null where nobody sits at a terminal. */
  readonly question: Question | null;
  /** As of `process`: throws where there is no such process, or it is another user's. Signal 0 only looks. */
  readonly kill: (pid: number, signal: NodeJS.Signals | 0) => unknown;
}

export interface Output {
  /** As of a stream: false when what was written waits for its reader. */
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Resolves when nothing written waits any more, or the reader is gone. */
  drained?(): Promise<void>;
  /** Aborted when the reader is gone: with an Error as its reason, or null where it just left (EPIPE). */
  readonly gone?: AbortSignal;
}

/** The part of `process` that hears signals, its own end, and the parent's leaving when there is a channel to one. */
export interface SignalSource {
  on(event: NodeJS.Signals | 'disconnect' | 'exit', listener: () => void): unknown;
  off(event: NodeJS.Signals | 'disconnect' | 'exit', listener: () => void): unknown;
}

/** Whether a connection to this port is refused: nothing listens there. Nothing is sent over one that is not. */
export type IsRefused = (host: string, port: number) => Promise<boolean>;

/** Whether programs of this machine find a host, and find it here. One that takes long to find is not found. */
export type LeadsHere = (host: string) => Promise<boolean>;

/** Starts a program that goes on by itself; resolves to whether it could be started. */
export type Launch = (program: string, argv: readonly string[]) => Promise<boolean>;

/** Asks a person at the terminal, and waits for a line; empty when there is no more. */
export type Question = (text: string) => Promise<string>;

/** Runs a program that is done at once; resolves to the line that it prints, or null where it cannot or fails. */
export type Ask = (program: string, argv: readonly string[]) => Promise<string | null>;
