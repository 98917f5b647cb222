import { stat } from 'node:fs/promises';
import type { TrustView } from '../../shared/contract/trust.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { isTrustProven } from '../../shared/model/trustProven.ts';
import type { StoredAuthority } from '../certificates/authorityFiles.ts';
import type { Trust } from './trust.ts';

/** What handshakes have shown of the trust in the local CA, for as long as nothing of it changes. */
export interface ProvenTrust {
  /** Domains, with all below them, for which its certificates are trusted here; none while that was not shown. */
  readonly names: readonly string[];
  /** The same trust, listened to: what it is asked to prove is known then. */
  readonly trust: Trust;
  close(): void;
}

export interface ProvenTrustOptions {
  readonly trust: Trust;
  /** The CA that is there; null when none was made. */
  readonly find: () => Promise<Pick<StoredAuthority, 'fingerprint' | 'permitted'> | null>;
  /** Files that change with every change of trust, the record of it first: no record, no trust by Berth. */
  readonly files: readonly [record: string, ...others: string[]];
  readonly log: Log;
  /** Milliseconds between two looks at the files. */
  readonly everyMs?: number;
}

/**
 * Proves trust where something was done for it: at the start, and whenever this instance, or a command beside it, has
 * changed it. Where nothing was ever trusted, no hand is shaken.
 */
export function followTrust(options: ProvenTrustOptions): ProvenTrust {
  const { trust, find, files, log } = options;
  let names: readonly string[] = [];
  let seen = '';
  let isClosed = false;
  let isLooking = false;

  const stampOf = async (path: string): Promise<string> => {
    const file = await stat(path).catch(() => null);
    return file === null ? '' : `${file.ino} ${file.mtimeMs} ${file.size}`;
  };

  const stampsOf = (): Promise<readonly string[]> => Promise.all(files.map(stampOf));

  /** @param view of a status that was to be proven */
  async function hear(view: TrustView): Promise<void> {
    const authority = await find();
    const isThis =
      authority !== null && authority.fingerprint === (view.authority?.fingerprint ?? null);
    names = isThis && isTrustProven(view) ? (authority.permitted ?? []) : [];
  }

  async function look(): Promise<void> {
    if (isLooking || isClosed) return;
    isLooking = true;
    try {
      const stamps = await stampsOf();
      const now = stamps.join('; ');
      if (now === seen || isClosed) return;
      seen = now;
      // What was shown was shown of something else.
      names = [];
      if (stamps[0] !== '') await hear(await trust.status({ prove: true }));
    } catch (error) {
      log('warn', `trust in the local CA could not be looked at: ${String(error)}`);
    } finally {
      isLooking = false;
    }
  }

  const timer = setInterval(() => void look(), options.everyMs ?? limits.trustLookMs);
  timer.unref();
  void look();

  return {
    get names() {
      return names;
    },
    trust: {
      ...trust,
      status: async (input) => {
        if (!input.prove) return await trust.status(input);
        const stamps = await stampsOf();
        const view = await trust.status(input);
        await hear(view);
        seen = stamps.join('; ');
        return view;
      },
      carry: async (planned, ...input) => {
        if (planned.kind === 'remove') names = [];
        return await trust.carry(planned, ...input);
      },
      remove: async (...input) => {
        names = [];
        return await trust.remove(...input);
      },
    },
    close: () => {
      isClosed = true;
      clearInterval(timer);
    },
  };
}
