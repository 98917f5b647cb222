/** What Max-Forwards asks of this hop. */
export type Hops = 'answer' | 'forward' | { readonly next: string };

/**
 * Max-Forwards means something for OPTIONS and TRACE only (RFC 9110 section 7.6.2): 0 is answered here, anything
 * above is counted down. TRACE without it is forwarded, as Hipache does.
 */
export function hopsLeft(method: string, maxForwards: string | null): Hops {
  if (maxForwards === null || (method !== 'OPTIONS' && method !== 'TRACE')) return 'forward';
  if (!/^\d{1,9}$/.test(maxForwards)) return 'forward';
  const left = Number(maxForwards);
  return left === 0 ? 'answer' : { next: String(left - 1) };
}
