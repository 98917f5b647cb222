import { z } from 'zod';
import type { HandOver } from '../../shared/contract/instance.ts';
import { matcherOf, newSecret } from './secret.ts';

/** Codes for which a browser is given the token, each once: what stays of one in its history opens nothing. */
export interface HandOvers {
  make(): HandOver;
  /** Whether it is a code that holds, in constant time. From then on it does not. */
  take(code: string): boolean;
}

export interface HandOverBounds {
  /** Milliseconds a code holds. */
  readonly holdsMs: number;
  /** Codes that hold at a time; the oldest goes for one more. */
  readonly max: number;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Unix ms. */
  readonly wallClock: () => number;
}

interface Held {
  readonly matches: (text: string) => boolean;
  /** Of the monotonic clock. */
  readonly until: number;
}

export function createHandOvers({ holdsMs, max, now, wallClock }: HandOverBounds): HandOvers {
  let held: readonly Held[] = [];
  return {
    make: () => {
      const code = newSecret();
      held = [...held, { matches: matcherOf(code), until: now() + holdsMs }].slice(-max);
      return { code, expiresAt: wallClock() + holdsMs };
    },
    take: (code) => {
      const present = held.filter(({ until }) => now() < until);
      // All are compared, so that the time does not tell which one it was.
      const others = present.filter(({ matches }) => !matches(code));
      held = others;
      return others.length < present.length;
    },
  };
}

const bodySchema = z.strictObject({ code: z.string() });

/** The code in the body of a hand-over; null when it is no such body. */
export function readHandOver(text: string): string | null {
  try {
    return bodySchema.safeParse(JSON.parse(text)).data?.code ?? null;
  } catch {
    return null;
  }
}
