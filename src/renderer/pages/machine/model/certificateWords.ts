import type {
  AuthorityView,
  CertificatesView,
  HostCertificate,
} from '../../../../shared/contract/certificates.ts';
import { limits } from '../../../../shared/limits.ts';
import type { LookOf } from './nameWords.ts';

const dayMs = 86_400_000;

/** `in 10 years`, `in 89 days`, `today`, `3 days ago`. */
export function daysUntil(at: number, now: number): string {
  const days = Math.floor((at - now) / dayMs);
  if (at < now) {
    const past = Math.floor((now - at) / dayMs);
    return past === 0 ? 'today, and is over' : `${past === 1 ? 'a day' : `${past} days`} ago`;
  }
  if (days >= 730) return `in ${Math.round(days / 365)} years`;
  return days === 0 ? 'within a day' : days === 1 ? 'in a day' : `in ${days} days`;
}

export function certificateLook(
  { to, by }: Pick<HostCertificate, 'to' | 'by'>,
  now: number,
): LookOf {
  if (to <= now) return { status: 'down', word: 'ended' };
  // Those of the local CA are renewed by themselves.
  return by === 'files' && to - now < limits.ownPairWarnMs
    ? { status: 'degraded', word: 'ends soon' }
    : { status: 'up', word: 'good' };
}

/** Who made it, in words. */
export const madeBy = ({ by, issuer }: Pick<HostCertificate, 'by' | 'issuer'>): string =>
  by === 'authority' ? 'made by the local CA' : `from your files, by ${issuer}`;

/** What a CA may certify, as one line. */
export const mayCertify = ({
  names,
  addresses,
}: Pick<AuthorityView, 'names' | 'addresses'>): string =>
  [...(names ?? ['any name']), ...addresses].join(', ');

/** What a host is, or would be, served with over HTTPS. */
export type ServedWith =
  | { readonly kind: 'certificate'; readonly certificate: HostCertificate }
  /** Made by the local CA when the first client comes. */
  | { readonly kind: 'on-demand' }
  /** The CA may not certify it. */
  | { readonly kind: 'not-covered'; readonly needed: readonly string[] };

/**
 * What serves a host. A frontend's own files go before what the CA made.
 *
 * @param host as a client asks for it
 * @param frontend that answers it, which may be a wildcard
 */
export function servedWith(
  host: string,
  frontend: string,
  { hosts, needed, authority }: Pick<CertificatesView, 'hosts' | 'needed' | 'authority'>,
): ServedWith {
  const own = hosts.find((one) => one.host === frontend && one.by === 'files');
  const certificate = own ?? hosts.find((one) => one.host === host);
  if (certificate !== undefined) return { kind: 'certificate', certificate };
  const permitted = authority === null ? needed : [...needed, ...(authority.names ?? [])];
  const isFree = authority !== null && authority.names === null;
  return isFree || permitted.some((domain) => isUnder(host, domain))
    ? { kind: 'on-demand' }
    : { kind: 'not-covered', needed };
}

const isUnder = (host: string, domain: string): boolean => {
  return host === domain || host.endsWith(`.${domain}`);
};
