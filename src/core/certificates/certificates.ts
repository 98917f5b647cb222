import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import type { CertificateAnswer, CertificateQuestion } from '../../shared/model/certificate.ts';
import { lookupNames } from '../../shared/model/hostname.ts';
import { frontendNameOf, underOtherSuffixes } from '../../shared/model/lookup.ts';
import type { FrontendsTable } from '../frontends/table.ts';
import { type Asker, clientOf } from './asker.ts';
import { type AuthorityInUse, createAuthority } from './authority.ts';
import { createIssuer, IssueRefused, type Issuer } from './issuer.ts';
import { isPermitted, neededNames, type PermittedNames } from './names.ts';
import { coversHost, type OwnPair } from './pairs/examine.ts';
import type { PairPaths } from './pairs/pairFiles.ts';
import { createOwnPairs, type OwnPairs } from './pairs/pairs.ts';
import { type AuthorityPlace, authorityPlace } from './place.ts';

type Table = Pick<FrontendsTable, 'entries' | 'subscribe'>;

/** The certificates of an instance: those that frontends name, and those by the local CA. */
export interface Certificates {
  /** What a worker needs for a handshake. Never rejects. */
  answer(question: CertificateQuestion): Promise<CertificateAnswer>;
  /** Goes over to the frontends of this table. */
  follow(table: Table): void;
  /** Settings were read again: files are looked at now, and what may be certified is asked for anew. */
  reread(): void;
  readonly authority: AuthorityInUse;
  readonly place: AuthorityPlace;
  /** What the CA is needed for. */
  readonly needed: PermittedNames;
  readonly issuer: Issuer;
  readonly own: OwnPairs;
  /** Names that were asked for and that the CA may not certify, the last one last. */
  readonly refused: readonly string[];
  close(): void;
}

export interface CertificatesOptions {
  /** Directory of the instance's data. */
  readonly data: string;
  /** Asked each time. */
  readonly settings: () => {
    readonly suffixes: readonly string[];
    /** Those under each of which one frontend answers. */
    readonly sharedSuffixes: readonly string[];
    readonly names: readonly string[];
    readonly directories: readonly string[];
  };
  readonly machine: string;
  /** Hears of hosts and wildcards whose certificate is another one by now; null: all. */
  readonly changed: (names: readonly string[] | null) => void;
  readonly log: Log;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly pairsLookMs?: number;
}

export function createCertificates(options: CertificatesOptions): Certificates {
  const { settings, machine, changed, log, wallClock, now } = options;
  const place = authorityPlace(options.data);
  let entries: Table['entries'] = new Map();
  let unfollow = (): void => {};
  /** Set once: a CA that cannot be used is said when it begins, not with each handshake. */
  let problem: string | null = null;
  const refused = new Set<string>();

  const needed = (): PermittedNames => neededNames(settings().suffixes, settings().names);
  const authority = createAuthority({
    place,
    names: needed,
    machine,
    wallClock,
    changed: () => {
      issuer.forget();
      changed(null);
    },
  });
  const issuer = createIssuer({
    authority: authority.ensure,
    make: async (ca, host, validity) => (await import('./x509.ts')).makeLeaf(ca, host, validity),
    wallClock,
    now,
  });
  const own = createOwnPairs({
    directories: () => settings().directories,
    wallClock,
    changed: (names) => {
      const { sharedSuffixes } = settings();
      changed(names.flatMap((name) => [name, ...underOtherSuffixes(name, sharedSuffixes)]));
    },
    log,
    everyMs: options.pairsLookMs ?? limits.ownPairsLookMs,
  });

  /** The name of the frontend that a host gets; null for none. */
  const frontendOf = (host: string): string | null =>
    frontendNameOf(host, settings().sharedSuffixes, (name) => entries.has(name));

  /** The certificate that the frontend of a host names. Under another suffix it serves only where it is for that, too. */
  function ownOf(host: string): OwnPair | null {
    const name = frontendOf(host);
    const pair = name === null ? null : own.pairOf(name);
    if (name === null || pair === null || lookupNames(host).includes(name)) return pair;
    return coversHost(pair, host) ? pair : null;
  }

  function askerOf(host: string | null, address: string): Asker {
    const client = clientOf(address);
    const own: Asker = { standing: 'own', wildcard: '', client };
    if (host === null || isWelcome(host)) return own;
    const name = frontendOf(host);
    if (name === null) return { ...own, standing: 'stranger' };
    return name.startsWith('*') ? { standing: 'matched', wildcard: name, client } : own;
  }

  /** Every instance serves it. */
  const isWelcome = (host: string): boolean =>
    settings().suffixes.some((suffix) => host === `welcome.${suffix}`);

  function refuse(host: string): void {
    refused.delete(host);
    refused.add(host);
    for (const oldest of refused) {
      if (refused.size <= limits.maxRefusedNames) break;
      refused.delete(oldest);
    }
  }

  async function byAuthority(host: string | null, address: string): Promise<CertificateAnswer> {
    const asker = askerOf(host, address);
    try {
      const { key, cert, from, to, renewAt } = await issuer.leaf(host, asker);
      problem = null;
      const pair = { key, cert, from, to, freshUntil: renewAt };
      return { kind: 'pair', pair, isOwn: asker.standing === 'own' };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof IssueRefused) return { kind: 'refused', reason };
      if (reason !== problem) {
        problem = reason;
        log('error', reason);
      }
      return { kind: 'failed', reason };
    }
  }

  const wanted = (): ReadonlyMap<string, PairPaths> => {
    const all = new Map<string, PairPaths>();
    for (const [name, { options: of }] of entries) {
      if (of.key !== null || of.cert !== null) all.set(name, { key: of.key, cert: of.cert });
    }
    return all;
  };

  return {
    answer: async ({ name, managed, client }) => {
      const pair = name === '' ? null : ownOf(name);
      if (pair !== null) {
        const { key, cert, from, to } = pair;
        // Another frontend may take the host from this one, and is not told by name.
        const freshUntil = wallClock() + limits.noCertificateMs;
        return { kind: 'pair', pair: { key, cert, from, to, freshUntil }, isOwn: true };
      }
      if (!managed) return { kind: 'none' };
      if (name !== '' && !isPermitted(name, needed())) {
        refuse(name);
        return { kind: 'none' };
      }
      return await byAuthority(name === '' ? null : name, client);
    },
    follow: (table) => {
      unfollow();
      entries = table.entries;
      own.want(wanted());
      unfollow = table.subscribe((event) => {
        entries = table.entries;
        if (event.kind === 'state') return;
        if (event.kind === 'all') own.want(wanted());
        else {
          const options =
            event.kind === 'changed' ? [event.entry.options, event.previous?.options] : [];
          const name = event.kind === 'changed' ? event.entry.name : event.name;
          const namesFiles = options.some((of) => of && (of.key !== null || of.cert !== null));
          if (namesFiles || own.has(name)) own.want(wanted());
        }
      });
    },
    reread: () => {
      refused.clear();
      changed(null);
      void own.look();
    },
    authority,
    place,
    get needed() {
      return needed();
    },
    issuer,
    own,
    get refused() {
      return [...refused];
    },
    close: () => {
      unfollow();
      own.close();
    },
  };
}
