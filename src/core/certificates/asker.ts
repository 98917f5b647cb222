import { isIpv4 } from '../../shared/config/address.ts';
import { plainAddress } from '../../shared/model/plainAddress.ts';

/** Who wants a certificate, and by what right. */
export interface Asker {
  /**
   * `own` has a frontend of exactly this name, or is for those that name none; `matched` comes under a wildcard;
   * `stranger` is under a suffix, and that is all.
   */
  readonly standing: 'own' | 'matched' | 'stranger';
  /** The wildcard of `matched`; else empty. */
  readonly wildcard: string;
  /** A network address; of IPv6 the /64, which is the least that one client has. */
  readonly client: string;
}

/** Addresses that are taken for one client. */
export function clientOf(address: string): string {
  const plain = plainAddress(address);
  if (plain === '' || isIpv4(plain)) return plain;
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  const parts = tail === undefined ? first : [...first, ...zeros, ...last];
  const network = parts.slice(0, 4).join(':');
  // Loopback has one address.
  return network === '0:0:0:0' ? plain : network;
}
