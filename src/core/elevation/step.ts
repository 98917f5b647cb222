import type { Buffer } from 'node:buffer';

/** A program with its arguments, as it would be started: no shell reads it. */
export type Argv = readonly [program: string, ...rest: string[]];

/** What becomes of one file. */
export interface FileChange {
  /** Absolute, and no link. */
  readonly path: string;
  /** What is there now; null for nothing. Whoever finds something else leaves it alone. */
  readonly before: Buffer | null;
  /** What is to be there; null for nothing. */
  readonly after: Buffer | null;
  /** Of a file that is new; one that is there keeps its own. */
  readonly mode?: number;
  /** Directory of `path` that goes with the file when nothing else is in it: it was made with it. */
  readonly emptied?: string;
}

interface Told {
  /** What it does, as one sentence without an end: `Add 4 lines to /etc/hosts`. */
  readonly says: string;
  /** Whether it takes the rights of an administrator. */
  readonly needsRoot: boolean;
}

export interface FileStep extends Told {
  readonly file: FileChange;
  /** Of another file, which needs not be shown. */
  readonly isCopy?: true;
}

export interface CommandStep extends Told {
  readonly command: Argv;
  /** What it fails at is no reason to stop: there may be nothing to do. */
  readonly mayFail?: true;
}

/** One change to the machine, as a value: shown first, then carried out. */
export type Step = FileStep | CommandStep;

/** What became of a step. */
export interface StepResult {
  readonly step: Step;
  readonly status:
    | 'done'
    | 'failed'
    /** A step before it failed, or the rights were refused. */
    | 'left';
  /** Why it was not done, as half a sentence; empty when it was. */
  readonly reason: string;
}

export interface Ran {
  /** Exit code; null where there is no such program, or it was ended. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Never rejects. */
export type Run = (argv: Argv, options?: RunOptions) => Promise<Ran>;

interface RunOptions {
  /** Goes to its standard input; nothing when left out. */
  readonly input?: string;
  /** It has the terminal of this process, for a question and its answer. */
  readonly isInteractive?: boolean;
  /** ms after which it is ended. */
  readonly timeoutMs?: number;
}
