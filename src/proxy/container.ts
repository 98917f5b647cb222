import type { HttpErrorCode } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import type { ContainerNote } from '../shared/model/options.ts';
import type { Attempt } from '../shared/model/record.ts';

/** Why no backend answered a request. */
interface Reason {
  readonly code: HttpErrorCode;
  readonly detail: string;
}

/** What is answered while a container has no backend to offer. */
export interface ContainerReason extends Reason {
  /** Milliseconds for which it is still awaited; 0 for not at all. */
  readonly awaitedMs: number;
}

/** The request reached nobody. */
const unsent: ReadonlySet<Attempt['outcome']> = new Set<Attempt['outcome']>([
  'BERTH_BACKEND_REFUSED',
  'BERTH_BACKEND_UNREACHABLE',
  'BERTH_BACKEND_CONNECT_TIMEOUT',
]);

const withoutBackend: ReadonlySet<HttpErrorCode> = new Set<HttpErrorCode>([
  'BERTH_FRONTEND_EMPTY',
  'BERTH_BACKENDS_DEAD',
]);

/**
 * Whether a container is awaited. What a store says of a far future is not believed: a browser would load the page again
 * without end, and nobody would hear of a backend that is down.
 *
 * @param now Unix milliseconds
 */
export const isAwaited = (note: ContainerNote | null, now: number): note is ContainerNote =>
  note !== null &&
  note.state === 'starting' &&
  now < note.until &&
  // As much again where the clock of the machine that wrote it is ahead.
  note.until - now <= 2 * limits.containerStartMs;

/**
 * What to answer instead, when what a mapping says of its container explains why no backend answered; null when it does
 * not.
 *
 * @param repeatable the request may be sent again without harm. The proxy of a published port takes a request for a
 *   server that does not listen yet, and drops it
 * @param now Unix milliseconds
 */
export function containerReason(
  note: ContainerNote,
  { code, detail }: Reason,
  attempts: readonly Attempt[],
  repeatable: boolean,
  now: number,
): ContainerReason | null {
  const explains =
    attempts.length === 0
      ? withoutBackend.has(code)
      : attempts.every(
          ({ outcome }) => unsent.has(outcome) || (repeatable && outcome === 'BERTH_BACKEND_RESET'),
        );
  if (!explains) return null;
  const { what, until } = note;
  if (note.state === 'stopped') {
    const sentence = `Its container ${what} does not run.`;
    return { code: 'BERTH_CONTAINER_STOPPED', detail: sentence, awaitedMs: 0 };
  }
  if (note.state === 'unreachable') {
    const sentence = `Its container ${what} runs, and there is no way to its port.`;
    return { code: 'BERTH_CONTAINER_UNREACHABLE', detail: sentence, awaitedMs: 0 };
  }
  if (!isAwaited(note, now)) {
    return { code, detail: joined(detail, `${what} did not come up in time.`), awaitedMs: 0 };
  }
  const since = Math.round((now - (until - limits.containerStartMs)) / 1000);
  return {
    code: 'BERTH_CONTAINER_STARTING',
    detail:
      since > 0
        ? `${what} started ${since} s ago and takes no requests yet.`
        : `${what} takes no requests yet.`,
    awaitedMs: until - now,
  };
}

const joined = (...sentences: readonly string[]): string =>
  sentences.filter((sentence) => sentence !== '').join(' ');
