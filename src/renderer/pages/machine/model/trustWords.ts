import type { TrustResult, TrustStoreView, TrustView } from '../../../../shared/contract/trust.ts';
import { isTrustProven } from '../../../../shared/model/trustProven.ts';
import type { LookOf } from './nameWords.ts';

/** Green is what a handshake has shown; a list is only that. */
export function trustLook({ state, proof }: Pick<TrustStoreView, 'state' | 'proof'>): LookOf {
  switch (state) {
    case 'trusted':
      return proof === 'handshake'
        ? { status: 'up', word: 'trusted' }
        : { status: 'unknown', word: 'listed' };
    case 'outdated':
      return { status: 'degraded', word: 'outdated' };
    case 'absent':
      return { status: 'unknown', word: 'not trusted' };
    case 'unavailable':
      return { status: 'unknown', word: 'not here' };
    case 'unknown':
      return { status: 'unknown', word: 'unknown' };
  }
}

export function resultLook({ outcome }: Pick<TrustResult, 'outcome'>): LookOf {
  switch (outcome) {
    case 'added':
      return { status: 'up', word: 'added' };
    case 'removed':
      return { status: 'up', word: 'removed' };
    case 'unchanged':
      return { status: 'up', word: 'unchanged' };
    case 'unavailable':
      return { status: 'unknown', word: 'not here' };
    case 'needsRights':
      return { status: 'degraded', word: 'needs rights' };
    case 'failed':
      return { status: 'down', word: 'failed' };
  }
}

/** The stores that a change without names is about: those with steps, and for adding those that are changed unasked. */
export const storesToAdd = ({ stores }: Pick<TrustView, 'stores'>): readonly TrustStoreView[] =>
  stores.filter(({ byDefault, add }) => byDefault && add.length > 0);

export const storesToRemove = ({ stores }: Pick<TrustView, 'stores'>): readonly TrustStoreView[] =>
  stores.filter(({ remove }) => remove.length > 0);

/** Those that are here first; what is not here is only named. */
export function storesInOrder(stores: readonly TrustStoreView[]): {
  readonly here: readonly TrustStoreView[];
  readonly away: readonly TrustStoreView[];
} {
  const isAway = ({ state, remove }: TrustStoreView): boolean =>
    state === 'unavailable' && remove.length === 0;
  return { here: stores.filter((store) => !isAway(store)), away: stores.filter(isAway) };
}

/** What there is to say of trust as a whole; a sentence. */
export function trustSummary({ authority, isTrusted, stores }: TrustView): LookOf {
  if (authority === null) {
    return { status: 'unknown', word: 'There is no local CA yet, so nothing trusts it.' };
  }
  const counted = stores.filter(({ byDefault, state }) => byDefault && state !== 'unavailable');
  const proven = counted.filter(({ state, proof }) => state === 'trusted' && proof === 'handshake');
  if (counted.some(({ state }) => state === 'outdated')) {
    return {
      status: 'degraded',
      word: 'An earlier certificate of the local CA is trusted, which does not cover all names.',
    };
  }
  if (isTrustProven({ authority, stores })) {
    return {
      status: 'up',
      word: 'Every store of this machine trusts it: a handshake has shown so.',
    };
  }
  if (isTrusted) {
    return {
      status: 'unknown',
      word: `Every store lists it; a handshake has shown so for ${proven.length} of ${counted.length}.`,
    };
  }
  return {
    status: 'unknown',
    word:
      proven.length === 0
        ? 'No store of this machine was shown to trust it: browsers warn of the certificate.'
        : `${proven.length} of ${counted.length} stores trust it: other browsers warn of the certificate.`,
  };
}
