import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isLoopback } from '../../../shared/config/address.ts';
import { limits } from '../../../shared/limits.ts';
import type { DnsAnswer } from '../dns/ask.ts';
import type { DnsPlace } from './resolver.ts';

/** Whether names that only our DNS server knows are found through the resolver. */
export interface Asked {
  /** `untried` while our server does not answer either, or the resolver can ask nobody: nothing can be found then. */
  readonly asks: 'yes' | 'no' | 'untried';
  /** What was tried, as a sentence without a full stop. */
  readonly says: string;
}

interface AskedQuestion {
  readonly suffixes: readonly string[];
  /** Where our DNS server is. */
  readonly dns: DnsPlace;
  /** Addresses of the resolver itself, where they are known. */
  readonly servers: readonly string[];
  /** Whether it asks nobody while the machine has no network. */
  readonly needsNetwork: boolean;
  /** ms in which it may come to ask us: a moment ago it was told. */
  readonly patienceMs: number;
}

export type AskResolver = (question: AskedQuestion) => Promise<Asked>;

export interface AskedWays {
  /** Addresses of a host as programs find them. Rejects where there are none. */
  readonly lookUp: (host: string) => Promise<readonly string[]>;
  /** Asks a DNS server. Never rejects. */
  readonly ask: (server: DnsPlace, host: string) => Promise<DnsAnswer>;
  /** Whether the machine has an address beside those of its own and of its links. */
  readonly isOnline: () => boolean;
}

const dnsPort = 53;

/** Looks up, through the resolver of the system, names that nobody has asked for before. Never rejects. */
export function createAskResolver({ lookUp, ask, isOnline }: AskedWays): AskResolver {
  const isHere = (addresses: readonly string[]): boolean =>
    addresses.length > 0 && addresses.every(isLoopback);

  const byServer = async (server: DnsPlace, host: string): Promise<boolean> => {
    const answer = await ask(server, host);
    return answer.kind === 'addresses' && isHere(answer.addresses);
  };

  const byPrograms = async (host: string): Promise<boolean> => {
    const late = setTimeout(limits.resolverAnswerMs, [], { ref: false });
    return isHere(await Promise.race([lookUp(host), late]).catch(() => []));
  };

  /** Whoever finds it first is enough: the order in which programs ask is another matter. */
  const isFound = async (host: string, servers: readonly string[]): Promise<boolean> => {
    const ways = [
      byPrograms(host),
      ...servers.map((address) => byServer({ address, port: dnsPort }, host)),
    ];
    const found = ways.map(async (way) => (await way) || Promise.reject(new Error('not found')));
    return await Promise.any(found).catch(() => false);
  };

  const once = async (question: AskedQuestion): Promise<Asked> => {
    const { suffixes, dns, servers, needsNetwork } = question;
    // Some systems answer for localhost by themselves.
    const own = suffixes.filter((suffix) => suffix !== 'localhost');
    const hosts = (own.length > 0 ? own : suffixes).map(
      (suffix) => `berth-${randomBytes(4).toString('hex')}.${suffix}`,
    );
    const [first = ''] = hosts;
    if (!(await byServer(dns, first))) {
      const says = `the DNS server of Berth does not answer at ${dns.address}:${dns.port}`;
      return { asks: 'untried', says };
    }
    const found = await Promise.all(hosts.map((host) => isFound(host, servers)));
    const lost = hosts.filter((_host, at) => found[at] !== true);
    if (lost.length > 0 && needsNetwork && !isOnline()) {
      return { asks: 'untried', says: 'without a network it asks no DNS server at all' };
    }
    return lost.length === 0
      ? { asks: 'yes', says: `a look-up of ${hosts.join(', ')} led here` }
      : {
          asks: 'no',
          says: `a look-up of ${lost.join(', ')}, which the DNS server of Berth knows, did not lead here`,
        };
  };

  return async (question) => {
    const until = performance.now() + question.patienceMs;
    for (;;) {
      const asked = await once(question);
      if (asked.asks !== 'no' || performance.now() >= until) return asked;
      await setTimeout(limits.resolverTryMs);
    }
  };
}
