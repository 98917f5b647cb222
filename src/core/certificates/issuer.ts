import { LRUCache } from 'lru-cache';
import { limits } from '../../shared/limits.ts';
import type { Asker } from './asker.ts';
import type { StoredAuthority } from './authorityFiles.ts';
import { createLeafBudget } from './leafBudget.ts';
import { createLeafLine } from './leafLine.ts';
import type { KeyPair, Validity } from './x509.ts';

/** A certificate of a host by the local CA, with its key. Times are Unix milliseconds. */
export interface Leaf extends KeyPair, Validity {
  /** From when on another one is made. */
  readonly renewAt: number;
}

/** Why a certificate was not made: a sentence's end. */
export class IssueRefused extends Error {
  override readonly name = 'IssueRefused';
}

/** Makes certificates of hosts, and holds them: each is made once, and again before its end. */
export interface Issuer {
  /**
   * The certificate of a host, or of those that name none. Those who ask for the same at the same time get the same.
   *
   * Hosts with a frontend of their own come first, and are bounded by what may wait alone.
   *
   * @throws IssueRefused when this client, or all of them, want too many; BerthError BERTH_CA_UNUSABLE
   */
  leaf(host: string | null, asker: Asker): Promise<Leaf>;
  /** Those that are held, by host. */
  readonly held: ReadonlyMap<string | null, Leaf>;
  /** Makes each anew when it is asked for again. */
  forget(): void;
}

export interface IssuerOptions {
  readonly authority: () => Promise<StoredAuthority>;
  readonly make: (
    authority: StoredAuthority,
    host: string | null,
    validity: Validity,
  ) => Promise<KeyPair>;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** Monotonic ms. */
  readonly now: () => number;
}

export function createIssuer({ authority, make, wallClock, now }: IssuerOptions): Issuer {
  const own = new LRUCache<string, Leaf>({ max: limits.maxLeaves });
  /** Apart, so that names which anybody can make up push out no host. */
  const others = new LRUCache<string, Leaf>({ max: limits.maxOtherLeaves });
  const pending = new Map<string, Promise<Leaf>>();
  const budget = createLeafBudget(now);
  const line = createLeafLine();
  let generation = 0;

  async function issue(host: string | null, key: string, cache: typeof own): Promise<Leaf> {
    const by = generation;
    const ca = await authority();
    const at = wallClock();
    const from = Math.max(at - limits.certificateSkewMs, ca.from);
    const to = Math.min(at + limits.leafLifeMs, ca.to);
    const pair = await make(ca, host, { from, to });
    const leaf = { ...pair, from, to, renewAt: to - limits.leafRenewMs };
    // What the CA was when it began is not what it is now: good for who asked, and for nobody after.
    if (by === generation) cache.set(key, leaf);
    return leaf;
  }

  return {
    leaf: async (host, asker) => {
      const key = host ?? '';
      const at = wallClock();
      const held = own.get(key) ?? others.get(key);
      // A clock that was set back makes a certificate one of the future.
      if (held !== undefined && at >= held.from && at < held.renewAt) return held;
      const underWay = pending.get(key);
      if (underWay !== undefined) return await underWay;
      const isOwn = asker.standing === 'own';
      if (!isOwn && !budget.take(asker)) {
        throw new IssueRefused('too many hosts without a frontend of their own are asked for');
      }
      const made = line.join(asker, () => issue(host, key, isOwn ? own : others));
      if (made === null)
        throw new IssueRefused('too many certificates are wanted at the same time');
      const result = made.finally(() => pending.delete(key));
      pending.set(key, result);
      return await result;
    },
    get held() {
      return new Map(
        [...others.entries(), ...own.entries()].map(
          ([key, leaf]) => [key === '' ? null : key, leaf] as const,
        ),
      );
    },
    forget: () => {
      generation++;
      own.clear();
      others.clear();
    },
  };
}
