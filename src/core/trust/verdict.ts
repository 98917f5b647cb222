import type { TrustStoreView } from '../../shared/contract/trust.ts';
import type { Authority } from './authority.ts';
import type { Handshake } from './handshakes.ts';
import { type Entry, holds, type Look } from './store.ts';

export interface Observed {
  readonly look: Look;
  /** Certificates of this instance in the store. */
  readonly ours: readonly Entry[];
  /** Certificates of other instances of Berth. */
  readonly foreign: readonly Entry[];
  /** The present one; null while none was made. */
  readonly authority: Authority | null;
  /** It is to be replaced by another certificate: it does not cover all names, or its end is near. */
  readonly isOutgrown: boolean;
  /** Null where none was tried, or could be. */
  readonly shaken: Handshake | null;
}

/** What a store thinks of the local CA, from what was seen: a handshake counts for more than a list. */
export function judge(observed: Observed): Pick<TrustStoreView, 'state' | 'proof' | 'evidence'> {
  const { look, ours, foreign, authority, isOutgrown, shaken } = observed;
  if (look.kind === 'unavailable') {
    // What is there and cannot be looked at may well trust it.
    const state = look.isThere ? 'unknown' : 'unavailable';
    return { state, proof: 'none', evidence: look.why };
  }
  if (authority === null) {
    const left = ours.length + foreign.length;
    const evidence =
      left === 0 ? 'There is no CA yet' : `There is no CA, but ${left} of Berth is in it`;
    return { state: 'absent', proof: 'listed', evidence };
  }
  const isListed = holds(look, authority);
  const hasOld = ours.some((entry) => entry.authority.fingerprint !== authority.fingerprint);
  if (shaken?.accepted === true && (isListed || !hasOld)) {
    const evidence = isListed
      ? `${shaken.by} accepts a certificate of the CA`
      : `${shaken.by} accepts a certificate of the CA, which somebody else made known`;
    return { state: 'trusted', proof: 'handshake', evidence };
  }
  const proof = shaken === null ? 'listed' : 'handshake';
  if (isListed && isOutgrown) {
    const evidence =
      'The certificate of the CA that is in it does not cover all names, or ends soon; another takes its place';
    return { state: 'outdated', proof, evidence };
  }
  if (shaken?.accepted === false && isListed) {
    const evidence = `The CA certificate is in it, but ${shaken.by} refuses: ${shaken.said}`;
    return { state: 'absent', proof: 'handshake', evidence };
  }
  if (isListed) {
    return { state: 'trusted', proof, evidence: 'It lists the CA certificate' };
  }
  if (hasOld) {
    const evidence = 'It has an earlier certificate of the CA, which does not cover all names';
    return { state: 'outdated', proof, evidence };
  }
  const evidence = [
    shaken === null
      ? 'It does not list the CA certificate'
      : `${shaken.by} refuses: ${shaken.said}`,
    ...(foreign.length === 0 ? [] : [`${foreign.length} of another instance of Berth is in it`]),
  ].join('; ');
  return { state: 'absent', proof, evidence };
}
