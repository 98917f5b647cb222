import { isIpv4, isIpv6 } from '../../../shared/config/address.ts';
import { toUrl } from '../backendUrl.ts';
import { Collector } from '../collector.ts';
import { type Parsed, quoted } from '../wanted.ts';

/** Names that systems put into their hosts files for themselves. */
const ofSystem =
  /^(?:localhost(?:\.localdomain)?|localhost[46](?:\.localdomain[46])?|broadcasthost|ip6-.*|kubernetes\.docker\.internal|(?:host|gateway)\.docker\.internal)$/;

/**
 * A hosts file: `127.0.0.1 app.local`. It has no ports, so that one must be given for all names.
 *
 * @param port null: every name is told as a problem
 */
export function parseHosts(text: string, port: number | null): Parsed {
  const found = new Collector();
  for (const [at, written] of text.split(/\r\n|\n|\r/).entries()) {
    const line = at + 1;
    const [address, ...names] = written
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    if (address === undefined) continue;
    const bare = address.replace(/%[\w.-]+$/, '');
    if (!isIpv4(bare) && !isIpv6(bare)) {
      found.problem(line, `${quoted(address)} is not an IP address`);
      continue;
    }
    for (const name of names) {
      if (ofSystem.test(name.toLowerCase())) found.problem(line, `${name} belongs to the system`);
      else if (isNowhere(bare)) found.problem(line, `${name} is blocked by the address ${bare}`);
      else if (port === null) {
        found.problem(line, `${name} has no port in a hosts file; give one with --port`);
      } else found.add({ name, backends: [toUrl(bare, port)], line });
    }
  }
  return found.result();
}

const isNowhere = (address: string): boolean =>
  address === '0.0.0.0' || address === '::' || address === '255.255.255.255';
