import type { TrustView } from '../contract/trust.ts';

/**
 * Whether handshakes have shown that this machine trusts the local CA: each store that is here, and is changed without
 * being named, accepted it. What a store lists alone counts for nothing.
 */
export function isTrustProven({
  authority,
  stores,
}: Pick<TrustView, 'authority' | 'stores'>): boolean {
  const counted = stores.filter(({ byDefault, state }) => byDefault && state !== 'unavailable');
  return (
    authority !== null &&
    counted.length > 0 &&
    counted.every(({ state, proof }) => state === 'trusted' && proof === 'handshake')
  );
}
