import type { RequestRecord } from './record.ts';

/** Whether its backend was tried once and answered, as of nearly every request. */
export function isPlain({ attempts, backend }: RequestRecord): boolean {
  const [attempt] = attempts;
  return (
    attempt !== undefined &&
    attempts.length === 1 &&
    attempt.outcome === 'answered' &&
    attempt.url === backend
  );
}
