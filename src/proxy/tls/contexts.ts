import type { SecureContext } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { limits } from '../../shared/limits.ts';
import type {
  CertificateAnswer,
  CertificateQuestion,
  ServedPair,
} from '../../shared/model/certificate.ts';

/** What serves a handshake. */
export type Found =
  | { readonly kind: 'context'; readonly context: SecureContext; readonly pair: ServedPair }
  /** The listener's own. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Certificates that this worker has at hand, ready to serve; what is missing is asked for. */
export interface Contexts {
  /** What is known of a name; null when it has to be asked for. What is no longer fresh is renewed meanwhile. */
  known(question: CertificateQuestion): Found | null;
  /** Those who look for the same at the same time ask once. Never rejects. */
  find(question: CertificateQuestion): Promise<Found>;
  /** Forgets hosts, and with a wildcard those that it matches; null: all. */
  forget(names: readonly string[] | null): void;
}

export interface ContextsOptions {
  readonly ask: (question: CertificateQuestion) => Promise<CertificateAnswer>;
  /** @throws when key and certificate cannot be used */
  readonly make: (pair: ServedPair) => SecureContext;
  /** Hears of a name that should have a certificate and has none. */
  readonly failed: (name: string, reason: string) => void;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** Monotonic ms. */
  readonly now: () => number;
}

interface Held {
  readonly found: Found;
  /** Monotonic ms until which it is believed without asking. */
  readonly believedUntil: number;
}

export function createContexts(options: ContextsOptions): Contexts {
  const { ask, make, failed, wallClock, now } = options;
  const held = new LRUCache<string, Held>({ max: limits.maxSecureContexts });
  const finding = new Map<string, Promise<Found>>();
  /** Grows when something is forgotten: an answer to a question from before may be the old certificate. */
  let generation = 0;

  const keyOf = ({ name, managed }: CertificateQuestion): string =>
    `${managed ? 'managed' : 'listed'} ${name}`;

  function stands({ found, believedUntil }: Held): 'fresh' | 'renew' | 'over' {
    const wall = wallClock();
    if (found.kind === 'context') {
      if (wall >= found.pair.to) return 'over';
      return wall < found.pair.freshUntil || now() < believedUntil ? 'fresh' : 'renew';
    }
    return now() < believedUntil ? 'fresh' : 'over';
  }

  function foundOf(answer: CertificateAnswer, before: Held | undefined): Found {
    if (answer.kind !== 'pair') return answer;
    if (before?.found.kind === 'context' && before.found.pair.cert === answer.pair.cert) {
      return { ...before.found, pair: answer.pair };
    }
    try {
      return { kind: 'context', context: make(answer.pair), pair: answer.pair };
    } catch (error) {
      return { kind: 'failed', reason: String(error) };
    }
  }

  function find(question: CertificateQuestion): Promise<Found> {
    const key = keyOf(question);
    const present = finding.get(key);
    if (present !== undefined) return present;
    const found = inquire(question, key).finally(() => {
      if (finding.get(key) === found) finding.delete(key);
    });
    finding.set(key, found);
    return found;
  }

  async function inquire(question: CertificateQuestion, key: string): Promise<Found> {
    const asked = generation;
    const answer = await ask(question);
    const before = held.get(key);
    const found = foundOf(answer, before);
    if (found.kind === 'failed') {
      failed(question.name, found.reason);
      // While the supervisor cannot say, what served before does.
      if (before !== undefined && before.found.kind === 'context' && stands(before) !== 'over') {
        held.set(key, { ...before, believedUntil: now() + limits.failedCertificateMs });
        return before.found;
      }
    }
    if (asked === generation) {
      const life = {
        context: limits.failedCertificateMs,
        none: limits.noCertificateMs,
        failed: limits.failedCertificateMs,
      };
      held.set(key, { found, believedUntil: now() + life[found.kind] });
    }
    return found;
  }

  return {
    known: (question) => {
      const known = held.get(keyOf(question));
      if (known === undefined) return null;
      const state = stands(known);
      if (state === 'over') return null;
      if (state === 'renew') void find(question);
      return known.found;
    },
    find,
    forget: (names) => {
      generation++;
      finding.clear();
      if (names === null) {
        held.clear();
        return;
      }
      const exact = new Set(names.filter((name) => !name.startsWith('*')));
      const endings = names.filter((name) => name.startsWith('*')).map((name) => name.slice(1));
      for (const key of [...held.keys()]) {
        const name = key.slice(key.indexOf(' ') + 1);
        if (exact.has(name) || endings.some((ending) => name.endsWith(ending))) held.delete(key);
      }
    },
  };
}
