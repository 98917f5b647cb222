import { limits } from '../../../shared/limits.ts';
import type { Log } from '../../../shared/messages.ts';
import { examinePair, type OwnPair } from './examine.ts';
import { lookAtPair, type PairPaths } from './pairFiles.ts';

/** A frontend's own certificate, as it stands. */
interface OwnPairState {
  readonly name: string;
  readonly paths: PairPaths;
  /** What serves; null where there is none that could. */
  readonly pair: OwnPair | null;
  /** Why the files that are there now do not serve, or will not for long; else null. */
  readonly problem: string | null;
}

/** Certificates that frontends name, kept as their files are. */
export interface OwnPairs {
  readonly states: ReadonlyMap<string, OwnPairState>;
  /** Whether a frontend names files. */
  has(name: string): boolean;
  /** What serves a frontend, if it has its own. */
  pairOf(name: string): OwnPair | null;
  /** Goes over to what frontends name now. */
  want(wanted: ReadonlyMap<string, PairPaths>): void;
  /** Looks at every file now. Never rejects. */
  look(): Promise<void>;
  close(): void;
}

export interface OwnPairsOptions {
  /** Asked each time. */
  readonly directories: () => readonly string[];
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** Hears of frontends that are served by another certificate from now on. */
  readonly changed: (names: readonly string[]) => void;
  readonly log: Log;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
}

interface Held {
  readonly paths: PairPaths;
  pair: OwnPair | null;
  problem: string | null;
  stamp: string | null;
  /** Unix milliseconds at which the files were read. */
  readAt: number;
  /** Directories that held at the last look. */
  within: string;
  /** The problem that was said. */
  said: string | null;
}

/**
 * Files are looked at again and again rather than watched: links that change, files that are moved into place and
 * network shares are then all the same. A pair that is bad changes nothing: what served before goes on.
 */
export function createOwnPairs(options: OwnPairsOptions): OwnPairs {
  const { directories, wallClock, changed, log, everyMs } = options;
  const held = new Map<string, Held>();
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;

  async function lookAt(name: string, one: Held): Promise<void> {
    const allowed = directories();
    const within = JSON.stringify(allowed);
    const now = wallClock();
    // What is bad may be so for now only: a certificate that has not begun.
    const isDue = one.problem !== null && Math.abs(now - one.readAt) >= limits.badPairMs;
    if (within !== one.within || isDue) one.stamp = null;
    one.within = within;
    const found = await lookAtPair(one.paths, allowed, one.stamp);
    // Meanwhile the frontend may name others, or none.
    if (held.get(name) !== one) return;
    if (found.kind === 'same') {
      say(name, one);
      return;
    }
    one.stamp = found.stamp;
    one.readAt = now;
    if (found.kind === 'refused') {
      one.problem = found.problem;
      return;
    }
    const examined = examinePair(found.pair, name, now);
    if (!examined.ok) {
      one.problem = examined.problem;
      return;
    }
    const isOther = one.pair?.fingerprint !== examined.pair.fingerprint;
    one.problem = null;
    one.pair = examined.pair;
    if (!isOther) return;
    log('info', `${name} is served with its own certificate, until ${dayOf(one.pair.to)}`);
    one.said = null;
    changed([name]);
  }

  /** A pair that is being replaced is bad for a moment: what is bad at two looks is said. */
  function say(name: string, one: Held): void {
    if (one.problem === one.said) return;
    one.said = one.problem;
    if (one.problem === null) return;
    const meanwhile = one.pair === null ? 'it is not used' : 'the one before goes on';
    log('warn', `the certificate of ${name}: ${one.problem}; ${meanwhile}`);
  }

  async function lookAtAll(): Promise<void> {
    for (const [name, one] of [...held]) await lookAt(name, one);
  }

  function look(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = null;
    });
    return looking;
  }

  function stop(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }

  return {
    get states() {
      const now = wallClock();
      return new Map(
        [...held].map(([name, { paths, pair, problem }]) => [
          name,
          { name, paths, pair, problem: problem ?? endOf(pair, now) },
        ]),
      );
    },
    has: (name) => held.has(name),
    pairOf: (name) => held.get(name)?.pair ?? null,
    want: (wanted) => {
      const gone: string[] = [];
      for (const [name, { pair }] of held) {
        if (wanted.has(name)) continue;
        held.delete(name);
        if (pair !== null) gone.push(name);
      }
      let isNew = false;
      for (const [name, paths] of wanted) {
        const before = held.get(name);
        if (before?.paths.key === paths.key && before.paths.cert === paths.cert) continue;
        if (before === undefined && held.size >= limits.maxOwnPairs) continue;
        isNew = true;
        const pair = before?.pair ?? null;
        held.set(name, {
          paths,
          pair,
          problem: null,
          stamp: null,
          readAt: 0,
          within: '',
          said: null,
        });
      }
      if (gone.length > 0) changed(gone);
      if (held.size === 0) stop();
      else timer ??= setInterval(() => void look(), everyMs).unref();
      // One that is under way has begun without the new ones.
      if (isNew) void Promise.resolve(looking).then(look);
    },
    look,
    close: () => {
      stop();
      held.clear();
    },
  };
}

function endOf(pair: OwnPair | null, now: number): string | null {
  if (pair === null || pair.to - now > limits.ownPairWarnMs) return null;
  return now >= pair.to
    ? `the certificate ended on ${dayOf(pair.to)}`
    : `the certificate ends on ${dayOf(pair.to)}`;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
