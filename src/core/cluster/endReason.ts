import { limits } from '../../shared/limits.ts';

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last line on stderr that names a reason, or null. */
  readonly lastLine: string | null;
  /** What the supervisor ended it for, or null. */
  readonly cause: string | null;
}

/** The end of a worker as half a sentence: `exit code 1: TypeError: x is not a function`. */
export function describeEnd({ code, signal, lastLine, cause }: WorkerEnd): string {
  if (cause !== null) return cause;
  const how = signal === null ? `exit code ${code ?? 'unknown'}` : signal;
  return lastLine === null ? how : `${how}: ${lastLine}`;
}

/** Whether a line of stderr says what happened: not a frame of a stack, a ruler, Node's signature, or blank. */
export const namesReason = (line: string): boolean => /^(?!Node\.js v\d)[^\s\-}]/.test(line);

/** Cuts a stream of text into lines of bounded length. */
export function createLineCutter(take: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, limits.maxWorkerLineChars);
    for (const line of lines) take(line.slice(0, limits.maxWorkerLineChars));
  };
}
