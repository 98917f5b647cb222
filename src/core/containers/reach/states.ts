import type { Container } from '../../../shared/model/container.ts';
import { shellWord } from '../../../shared/shellWord.ts';

export interface StateProblem {
  /** One sentence: why nothing can be answered. */
  readonly sentence: string;
  /** A command; empty where none helps. */
  readonly fix: string;
}

/**
 * Why a container can answer nothing in its state; null when it runs.
 *
 * @param command by which people speak to its engine
 * @param now Unix milliseconds, to say since when; null to leave that out
 */
export function stateProblem(
  container: Container,
  command: string,
  now: number | null,
): StateProblem | null {
  const { name, state, exitCode, finishedAt } = container;
  const word = shellWord(name);
  const code = exitCode === null ? '' : ` with code ${exitCode}`;
  switch (state) {
    case 'running':
      return null;
    case 'paused':
      return { sentence: `${name} is paused.`, fix: `${command} unpause ${word}` };
    case 'created':
      return { sentence: `${name} was never started.`, fix: `${command} start ${word}` };
    case 'restarting':
      return {
        sentence: `${name} ends${code} and is started again, over and over.`,
        fix: `See why: ${command} logs --tail 20 ${word}`,
      };
    case 'removing':
      return { sentence: `${name} is being removed.`, fix: '' };
    case 'exited':
    case 'dead': {
      const since = now === null || finishedAt === null ? '' : `${age(now - finishedAt)} ago`;
      const how =
        code === '' || since === '' ? `${code}${since && ` ${since}`}` : `${code}, ${since}`;
      const ended = how === '' ? '' : `: it ended${how}`;
      return {
        sentence: `${name} does not run${ended}.`,
        fix: state === 'dead' ? `${command} rm ${word}` : `${command} start ${word}`,
      };
    }
  }
}

/** `2 min`: a span of time in its largest unit. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.round(hours / 24)} days`;
}
