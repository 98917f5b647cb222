import { stat } from 'node:fs/promises';
import { limits } from '../../shared/limits.ts';
import type { AuthorityNeeds, StoredAuthority } from './authorityFiles.ts';
import type { PermittedNames } from './names.ts';
import type { AuthorityPlace } from './place.ts';

/** The CA of an instance, as it is needed: nothing of it is loaded before. */
export interface AuthorityInUse {
  /** The CA that is there; null when none was made yet. @throws BerthError BERTH_CA_UNUSABLE */
  find(): Promise<StoredAuthority | null>;
  /** The CA, made or given another certificate where that is needed. @throws BerthError BERTH_CA_UNUSABLE */
  ensure(): Promise<StoredAuthority>;
}

export interface AuthorityOptions {
  readonly place: AuthorityPlace;
  /** Asked each time. */
  readonly names: () => PermittedNames;
  readonly machine: string;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** Hears that what is made from now on is by another certificate of the CA, or by another CA. */
  readonly changed: () => void;
}

export function createAuthority(options: AuthorityOptions): AuthorityInUse {
  const { place, names, machine, wallClock, changed } = options;
  let known: { readonly authority: StoredAuthority; readonly stamp: string } | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let queue: Promise<unknown> = Promise.resolve();

  const needs = (): AuthorityNeeds => ({ names: names(), machine, now: wallClock() });

  /** Tells whether somebody else has replaced the certificate or the key. */
  async function stampOf(): Promise<string> {
    const found = await Promise.all(
      [place.key, place.certificate].map((path) => stat(path).catch(() => null)),
    );
    return found.map((file) => `${file?.ino} ${file?.mtimeMs} ${file?.size}`).join(' ');
  }

  async function hold(authority: StoredAuthority): Promise<StoredAuthority> {
    const isOther = known !== null && known.authority.fingerprint !== authority.fingerprint;
    known = { authority, stamp: await stampOf() };
    if (isOther) changed();
    return authority;
  }

  async function ensureNow(): Promise<StoredAuthority> {
    // Loaded when a certificate is needed, since it takes longer than the rest of a start.
    const { ensureAuthority, isOutgrown } = await import('./authorityFiles.ts');
    const now = wallClock();
    const isRecent = Math.abs(now - lookedAt) < limits.caLookMs;
    if (known !== null && known.authority.from <= now && !isOutgrown(known.authority, needs())) {
      if (isRecent) return known.authority;
      if (known.stamp === (await stampOf())) {
        lookedAt = now;
        return known.authority;
      }
    }
    const authority = await hold(await ensureAuthority(place, needs()));
    lookedAt = now;
    return authority;
  }

  return {
    find: async () => {
      const { readAuthorityFiles } = await import('./authorityFiles.ts');
      return await readAuthorityFiles(place);
    },
    ensure: () => {
      // One after another: two at once would each give the key another certificate.
      const next = queue.then(ensureNow);
      queue = next.catch(() => undefined);
      return next;
    },
  };
}
