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
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The part of `process` that hears signals, and of the parent's leaving when there is a channel to one. */
export interface SignalSource {
  on(event: NodeJS.Signals | 'disconnect', listener: () => void): unknown;
  off(event: NodeJS.Signals | 'disconnect', listener: () => void): unknown;
}
