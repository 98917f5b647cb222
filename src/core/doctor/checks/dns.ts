import { isLoopback } from '../../../shared/config/address.ts';
import { limits } from '../../../shared/limits.ts';
import { askDns, type DnsAnswer } from '../../names/dns/ask.ts';
import { advise, type Check, offer, ok, problem, skipped, warning } from '../check.ts';
import { pooled } from '../once.ts';
import { counted, hostPort, named } from '../words.ts';
import { hostNames } from './names.ts';

export const dnsChecks: readonly Check[] = [
  {
    id: 'names.resolver',
    group: 'names',
    title: 'The system asks Berth’s DNS server',
    needs: ['configuration'],
    run: async (context) => {
      const { resolver, dns } = await context.names();
      const { title, state, evidence, tried, problem: why, other } = resolver;
      const details = [
        evidence,
        ...(other === null ? [] : [`it asks another instance of Berth (${other})`]),
      ];
      const fix = offer(
        'Write what it is told anew; the exact change is shown first.',
        { id: 'install-dns', label: 'Install…' },
        'berth names install --dns',
      );
      const at = dns === null ? '' : ` at ${hostPort(dns.address, dns.port)}`;
      switch (state) {
        case 'installed':
          return ok(`${title} asks it${at}: ${tried}`, { details });
        case 'untold':
          return problem(`${title} is told of it, and does not ask it: ${tried}`, {
            details,
            fix: offer(
              'Have it read once more what it is told; where that changes nothing, restart it by hand.',
              { id: 'install-dns', label: 'Tell it…' },
              'berth names install --dns',
            ),
          });
        case 'untried':
          return skipped(`not tried: ${title} is told of it, and ${tried}`, { details });
        case 'outdated':
          return warning(`${title} is told of other domains, or of another port than${at}`, {
            details,
            fix,
          });
        case 'absent':
          return skipped(`not tried: ${title} is not told of it, and the hosts file is the way`, {
            details,
          });
        case 'unavailable':
          return skipped(`not tried: ${why}`, { details });
      }
    },
  },
  {
    id: 'names.dns',
    group: 'names',
    title: 'Berth’s DNS server knows every host',
    needs: ['instance'],
    run: async (context) => {
      const { dns } = await context.status();
      if (dns === null) return skipped('not tried: no DNS server is configured (names.dnsPort)');
      const { address, port } = dns;
      const at = hostPort(address, port);
      const suffixes = await context.suffixes();
      const { names, agreed } = await hostNames(context);
      // Of other domains it knows nothing.
      const own = names.filter((name) => !agreed.includes(name));
      const asked = [...suffixes.map((suffix) => `berth-doctor.${suffix}`), ...own].slice(
        0,
        limits.maxDoctorHosts,
      );
      const answers = await pooled(asked, limits.doctorHostsAtOnce, async (host) => {
        const [v4, v6] = await Promise.all([
          askDns({ address, port }, host, 'A', limits.doctorAnswerMs),
          askDns({ address, port }, host, 'AAAA', limits.doctorAnswerMs),
        ]);
        return { host, v4, v6 };
      });
      const bad = answers.filter(({ v4, v6 }) => !isHere(v4) || !isHere(v6));
      const [first] = bad;
      if (first === undefined) {
        return ok(`${at} knows ${counted(asked.length, 'name')}, by IPv4 and IPv6`);
      }
      const why = words(isHere(first.v4) ? first.v6 : first.v4);
      return problem(
        bad.length === asked.length
          ? `${at}: ${why}`
          : `${at}: ${named(bad.map(({ host }) => host))}: ${why}`,
        {
          details: bad.map(({ host, v4, v6 }) => `${host}: A ${words(v4)}, AAAA ${words(v6)}`),
          fix: advise(
            'Restart Berth; where another program has the port, set names.dnsPort to a free one.',
            'berth status',
          ),
        },
      );
    },
  },
];

/** NODATA is an answer too: there is no such address, and nobody waits. */
const isHere = (answer: DnsAnswer): boolean =>
  (answer.kind === 'addresses' && answer.addresses.every(isLoopback)) ||
  (answer.kind === 'code' && answer.code === 'NODATA');

function words(answer: DnsAnswer): string {
  switch (answer.kind) {
    case 'addresses':
      return answer.addresses.join(' ');
    case 'code':
      return answer.code;
    case 'silent':
      return 'no answer';
    case 'refused-connection':
      return 'nothing listens there';
  }
}
