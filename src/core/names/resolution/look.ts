import { lookup } from 'node:dns/promises';
import type { Families, Found, HostNames } from '../../../shared/contract/names.ts';
import { limits } from '../../../shared/limits.ts';
import { errnoOf } from '../../config/readFile.ts';
import type { DnsAnswer } from '../dns/ask.ts';
import type { HostsEntry } from '../hostsFile/index.ts';
import { hostNames } from './verdict.ts';

export interface LookInputs {
  readonly hosts: readonly string[];
  /** Where Berth's DNS server is; null for none. */
  readonly dns: { readonly address: string; readonly port: number } | null;
  /** What the hosts file says. */
  readonly entries: ReadonlyMap<string, readonly HostsEntry[]>;
  /** As the system does; getaddrinfo when left out. */
  readonly system?: (host: string, family: 4 | 6) => Promise<Found>;
}

/** Looks hosts up by each way, some at a time. Never rejects. */
export async function lookAtHosts(inputs: LookInputs): Promise<readonly HostNames[]> {
  const { hosts, dns, entries, system = lookupBySystem } = inputs;
  const found: HostNames[] = [];
  const queue = hosts.entries();
  let late = 0;
  /** A resolver that is silent for some hosts is not asked for hundreds more. */
  const bySystem = async (host: string, family: 4 | 6): Promise<Found> => {
    if (late >= limits.maxLateLookups) return tooLong;
    const answer = await inTime(system(host, family));
    if (answer === tooLong) late++;
    return answer;
  };
  const work = async (): Promise<void> => {
    for (const [at, host] of queue) {
      const [system4, system6, dns4, dns6] = await Promise.all([
        bySystem(host, 4),
        bySystem(host, 6),
        lookupByOurs(dns, host, 'A'),
        lookupByOurs(dns, host, 'AAAA'),
      ]);
      found[at] = hostNames({
        host,
        system: { v4: system4, v6: system6 },
        dns: { v4: dns4, v6: dns6 },
        hostsFile: listed(entries.get(host) ?? []),
      });
    }
  };
  await Promise.all(Array.from({ length: limits.maxNameLookups }, work));
  return found;
}

const lookupBySystem = async (host: string, family: 4 | 6): Promise<Found> => {
  try {
    const all = await lookup(host, { family, all: true });
    return { kind: 'addresses', addresses: [...new Set(all.map(({ address }) => address))] };
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { kind: 'not-found' };
    return {
      kind: 'failed',
      reason:
        code === 'EAI_AGAIN'
          ? 'the resolver of the system could not find out (EAI_AGAIN)'
          : String(code),
    };
  }
};

const tooLong: Found = { kind: 'failed', reason: 'the resolver of the system takes too long' };

async function inTime(looking: Promise<Found>): Promise<Found> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Found>((resolve) => {
    timer = setTimeout(() => resolve(tooLong), limits.nameLookupMs);
  });
  const found = await Promise.race([looking, late]);
  clearTimeout(timer);
  return found;
}

const lookupByOurs = async (
  dns: LookInputs['dns'],
  host: string,
  type: 'A' | 'AAAA',
): Promise<Found> => {
  if (dns === null) return { kind: 'not-asked' };
  // Its library is for those who look, and not for the start of an instance.
  const { askDns } = await import('../dns/ask.ts');
  return foundIn(await askDns(dns, host, type, limits.nameLookupMs));
};

function foundIn(answer: DnsAnswer): Found {
  switch (answer.kind) {
    case 'addresses':
      return answer;
    case 'silent':
      return { kind: 'failed', reason: 'it does not answer' };
    case 'refused-connection':
      return { kind: 'failed', reason: 'nothing listens there' };
    case 'code':
      if (answer.code === 'NODATA') return { kind: 'none' };
      return answer.code === 'NXDOMAIN' || answer.code === 'REFUSED'
        ? { kind: 'not-found' }
        : { kind: 'failed', reason: answer.code };
  }
}

function listed(entries: readonly HostsEntry[]): Families {
  const of = (family: 4 | 6): Found => {
    const addresses = entries.flatMap((entry) => (entry.family === family ? [entry.address] : []));
    if (addresses.length > 0) return { kind: 'addresses', addresses: [...new Set(addresses)] };
    return { kind: entries.length > 0 ? 'none' : 'not-found' };
  };
  return { v4: of(4), v6: of(6) };
}
