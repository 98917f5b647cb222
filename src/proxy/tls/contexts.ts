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
  | {
      readonly kind: 'context';
      readonly context: SecureContext;
      readonly pair: ServedPair;
      readonly isOwn: boolean;
    }
  /** The listener's own. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Certificates that this worker has at hand, ready to serve; what is missing is asked for. */
export interface Contexts {
  /** What is known of a name; null when it has to be asked for. What is no longer fresh is renewed meanwhile. */
  known(question: CertificateQuestion): Found | null;
  /** Looks of one client for the same name at the same time are one question. Never rejects. */
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
  const own = new LRUCache<string, Held>({ max: limits.maxSecureContexts });
  /** Apart, so that names which anybody can make up push out no host: those with a certificate, and those without. */
  const others = new LRUCache<string, Held>({ max: limits.maxOtherContexts });
  const missing = new LRUCache<string, Held>({ max: limits.maxMissingContexts });
  const all = [own, others, missing] as const;
  const finding = new Map<string, Promise<Found>>();
  /** Grows when something is forgotten: an answer to a question from before may be the old certificate. */
  let generation = 0;

  const keyOf = ({ name, managed }: CertificateQuestion): string =>
    `${managed ? 'managed' : 'listed'} ${name}`;

  const heldOf = (key: string): Held | undefined =>
    own.get(key) ?? others.get(key) ?? missing.get(key);

  function hold(key: string, one: Held): void {
    for (const cache of all) cache.delete(key);
    const { found } = one;
    (found.kind !== 'context' ? missing : found.isOwn ? own : others).set(key, one);
  }

  function stands({ found, believedUntil }: Held): 'fresh' | 'renew' | 'over' {
    const wall = wallClock();
    if (found.kind === 'context') {
      if (wall >= found.pair.to) return 'over';
      // Where there is no better one, that is asked about once in a while.
      if (wall < found.pair.from) return now() < believedUntil ? 'fresh' : 'over';
      return wall < found.pair.freshUntil || now() < believedUntil ? 'fresh' : 'renew';
    }
    return now() < believedUntil ? 'fresh' : 'over';
  }

  function foundOf(answer: CertificateAnswer, before: Held | undefined): Found {
    if (answer.kind === 'refused') return { kind: 'failed', reason: answer.reason };
    if (answer.kind !== 'pair') return answer;
    const { pair, isOwn } = answer;
    if (before?.found.kind === 'context' && before.found.pair.cert === pair.cert) {
      return { ...before.found, pair, isOwn };
    }
    try {
      return { kind: 'context', context: make(pair), pair, isOwn };
    } catch (error) {
      return { kind: 'failed', reason: String(error) };
    }
  }

  function find(question: CertificateQuestion): Promise<Found> {
    const key = keyOf(question);
    // What one client is refused says nothing of another.
    const look = `${key} ${question.client}`;
    const present = finding.get(look);
    if (present !== undefined) return present;
    const found = inquire(question, key).finally(() => {
      if (finding.get(look) === found) finding.delete(look);
    });
    finding.set(look, found);
    return found;
  }

  async function inquire(question: CertificateQuestion, key: string): Promise<Found> {
    const asked = generation;
    const answer = await ask(question);
    const before = heldOf(key);
    const found = foundOf(answer, before);
    if (found.kind === 'failed') {
      failed(question.name, found.reason);
      // While the supervisor cannot say, what served before does.
      if (before !== undefined && before.found.kind === 'context' && stands(before) !== 'over') {
        hold(key, { ...before, believedUntil: now() + limits.failedCertificateMs });
        return before.found;
      }
    }
    if (asked === generation && answer.kind !== 'refused') {
      const life = {
        context: limits.failedCertificateMs,
        none: limits.noCertificateMs,
        failed: limits.failedCertificateMs,
      };
      hold(key, { found, believedUntil: now() + life[found.kind] });
    }
    return found;
  }

  return {
    known: (question) => {
      const known = heldOf(keyOf(question));
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
        for (const cache of all) cache.clear();
        return;
      }
      const exact = new Set(names.filter((name) => !name.startsWith('*')));
      const endings = names.filter((name) => name.startsWith('*')).map((name) => name.slice(1));
      for (const cache of all) {
        for (const key of [...cache.keys()]) {
          const name = key.slice(key.indexOf(' ') + 1);
          if (exact.has(name) || endings.some((ending) => name.endsWith(ending))) cache.delete(key);
        }
      }
    },
  };
}
