import { format } from 'node:util';
import { limits } from '../shared/limits.ts';
import type { Log } from '../shared/messages.ts';

/** Where libraries complain. */
type Complaints = Pick<Console, 'warn' | 'error'>;

/**
 * Makes what libraries write to the console a warning of this worker, each text once: on stderr it would count as an
 * error, and as the reason of a crash that follows.
 */
export function hearLibraries(console: Complaints, log: Log): void {
  const said = new Set<string>();
  const hear = (...words: unknown[]): void => {
    const text = format(...words)
      .replace(/^\[WARN(?:ING)?\]\s*/, '')
      .replace(/\s+/g, ' ')
      .slice(0, limits.maxWorkerLineChars);
    if (text === '' || said.has(text) || said.size >= limits.maxChorusLines) return;
    said.add(text);
    log('warn', text);
  };
  console.warn = hear;
  console.error = hear;
}
