import { isLoopback } from '../../../shared/config/address.ts';
import type { Families, Found, HostNames } from '../../../shared/contract/names.ts';

/** What each way found for a host. */
export type WaysOfHost = Pick<HostNames, 'host' | 'system' | 'dns' | 'hostsFile'>;

const addressesOf = ({ v4, v6 }: Families): readonly string[] =>
  [v4, v6].flatMap((found: Found) => (found.kind === 'addresses' ? found.addresses : []));

/** Concludes from what each way found whether programs come to this machine. */
export function hostNames(ways: WaysOfHost): HostNames {
  const { host, system } = ways;
  const addresses = addressesOf(system);
  const foreign = addresses.filter((address) => !isLoopback(address));
  if (foreign.length > 0) {
    return { ...ways, verdict: 'elsewhere', reason: elsewhere(ways, foreign) };
  }
  if (addresses.length > 0) return { ...ways, verdict: 'here', reason: '' };
  const isBrowsers = host.endsWith('.localhost');
  return {
    ...ways,
    verdict: isBrowsers ? 'browsers-only' : 'not-found',
    reason: `${isBrowsers ? 'Browsers know it by themselves; other programs do not find it' : 'Programs do not find it'}: ${why(ways)}.`,
  };
}

function elsewhere({ hostsFile }: WaysOfHost, foreign: readonly string[]): string {
  const listed = addressesOf(hostsFile).filter((address) => foreign.includes(address));
  return listed.length > 0
    ? `The hosts file sends programs to ${listed.join(' and ')}, which is not this machine.`
    : `Programs are sent to ${foreign.join(' and ')}, which is not this machine.`;
}

function why({ system, dns, hostsFile }: WaysOfHost): string {
  const failed = [system.v4, system.v6].find((found) => found.kind === 'failed');
  if (addressesOf(hostsFile).length > 0) {
    return 'it stands in the hosts file, which they are not told of';
  }
  if (failed?.kind === 'failed') return failed.reason;
  return addressesOf(dns).length > 0
    ? "Berth's DNS server knows it, and nobody asks that"
    : 'it stands in no hosts file, and no DNS server knows it';
}
