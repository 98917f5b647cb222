import { useEffect, useState } from 'react';
import { useLatest } from '../hosts/useLatest.ts';

export interface Asked<T> {
  /** Of the last question that was answered; null before, and where that failed. */
  readonly value: T | null;
  /** Whether the value, or the error, is the answer to the question of now. */
  readonly isCurrent: boolean;
  readonly error: unknown;
}

/** Milliseconds for which a question has to stand before it is asked: who types, or goes through a list, is not done. */
const standsMs = 150;

/**
 * Asks the instance whenever the question is another one, and forgets answers to old ones.
 *
 * @param question null: nothing to ask
 */
export function useAsked<T>(
  question: string | null,
  ask: (signal: AbortSignal) => Promise<T>,
): Asked<T> {
  const [answer, setAnswer] = useState<{
    readonly question: string;
    readonly value: T | null;
    readonly error: unknown;
  } | null>(null);
  const latest = useLatest(ask);
  useEffect(() => {
    if (question === null) return;
    const ending = new AbortController();
    const { signal } = ending;
    const timer = setTimeout(() => {
      latest.current(signal).then(
        (value) => {
          if (!signal.aborted) setAnswer({ question, value, error: null });
        },
        (error: unknown) => {
          if (!signal.aborted) setAnswer({ question, value: null, error });
        },
      );
    }, standsMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [question, latest]);
  const isCurrent = answer !== null && answer.question === question;
  return {
    value: answer?.value ?? null,
    isCurrent,
    error: isCurrent ? answer.error : null,
  };
}
