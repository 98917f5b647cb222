import { isLoopback } from '../../../shared/config/address.ts';
import { limits } from '../../../shared/limits.ts';
import { answersAlsoAt } from '../../../shared/model/lookup.ts';
import { isUnder, wantedNames } from '../../names/hostsFile/index.ts';
import { nameFindings } from '../../names/nameServices/findings.ts';
import { readNsswitch } from '../../names/nameServices/nsswitch.ts';
import { isNamesSetUp } from '../../names/names.ts';
import {
  advise,
  type Check,
  type Finding,
  offer,
  ok,
  problem,
  skipped,
  warning,
} from '../check.ts';
import type { DoctorContext, Resolved } from '../context.ts';
import { pooled } from '../once.ts';
import { counted, named } from '../words.ts';

export const nameChecks: readonly Check[] = [
  {
    id: 'names.suffixes',
    group: 'names',
    title: 'Suffixes lead here, as far as hosts need it',
    needs: [],
    run: checkSuffixes,
  },
  {
    id: 'names.hosts',
    group: 'names',
    title: 'Every host is found by this system',
    needs: ['instance'],
    run: checkHosts,
  },
  {
    id: 'names.order',
    group: 'names',
    title: 'The system asks for names where they are',
    needs: [],
    run: checkOrder,
  },
];

/** Where a name leads. */
type Lead =
  | { readonly kind: 'here'; readonly isBoth: boolean }
  | { readonly kind: 'elsewhere'; readonly address: string }
  | { readonly kind: 'nowhere'; readonly error: string };

/** Whether connections to an address come to this instance. */
async function leadOf(context: DoctorContext, { v4, v6, error }: Resolved): Promise<Lead> {
  const open =
    context.instance === null
      ? []
      : (await context.status()).listeners.map(({ address }) => address);
  const own = new Set(context.machine.addresses());
  const isOurs = (address: string): boolean =>
    isLoopback(address) ||
    open.includes(address) ||
    (own.has(address) && open.includes(address.includes(':') ? '::' : '0.0.0.0'));
  const other = [...v4, ...v6].find((address) => !isOurs(address));
  if (other !== undefined) return { kind: 'elsewhere', address: other };
  if (v4.length + v6.length === 0) return { kind: 'nowhere', error: error ?? 'ENOTFOUND' };
  return { kind: 'here', isBoth: v4.length > 0 && v6.length > 0 };
}

/** Hosts with a name of their own, apart by whether this machine is asked for them. */
export async function hostNames(context: DoctorContext): Promise<{
  readonly names: readonly string[];
  /** Those under which they answer, too, as another suffix has the same host. */
  readonly others: readonly string[];
  /** Those of other domains that a person has asked for by name; they are among `names`. */
  readonly agreed: readonly string[];
  readonly foreign: readonly string[];
}> {
  const frontends = (await context.hosts()).map(({ name }) => name);
  const [suffixes, sharedSuffixes] = [await context.suffixes(), await context.sharedSuffixes()];
  const wanted = wantedNames({
    ...{ suffixes, sharedSuffixes, frontends, agreed: (await context.names()).byHand },
    // How they are found is what is asked, whoever says so.
    takenOf: () => new Set(),
  });
  const known = new Set(frontends);
  const names = wanted.names.filter((name) => known.has(name));
  const others = names.flatMap((name) =>
    answersAlsoAt(name, sharedSuffixes, (other) => known.has(other)),
  );
  return { names, others, agreed: wanted.agreed, foreign: wanted.foreign };
}

async function checkSuffixes(context: DoctorContext): Promise<Finding> {
  const suffixes = await context.suffixes();
  const leads = await Promise.all(
    suffixes.map(async (suffix) => ({
      suffix,
      host: `berth-doctor.${suffix}`,
      lead: await leadOf(context, await context.resolved(`berth-doctor.${suffix}`)),
    })),
  );
  const away = leads.find(({ lead }) => lead.kind === 'elsewhere');
  if (away?.lead.kind === 'elsewhere') {
    return problem(`names under ${away.suffix} lead to ${away.lead.address}, which is not Berth`, {
      details: leads.map(({ host, lead }) => `${host}: ${leadWords(lead)}`),
      fix: advise(
        'Another DNS server answers for that domain: choose a suffix that nobody owns, as localhost or test.',
        'berth config set suffixes \'["localhost"]\'',
      ),
    });
  }
  const missing = leads.filter(({ lead }) => lead.kind === 'nowhere');
  const details = leads.map(({ host, lead }) => `${host}: ${leadWords(lead)}`);
  if (missing.length === 0) {
    return ok(`any name under ${named(suffixes)} leads to this machine`, { details });
  }
  const names = named(missing.map(({ suffix }) => suffix));
  if (context.instance === null) {
    return skipped(
      `not tried in full: names under ${names} are not found by themselves, and which hosts there are is known while an instance runs`,
    );
  }
  const wildcards = (await context.hosts())
    .map(({ name }) => name)
    .filter((name) => name.startsWith('*'));
  const needing = wildcards.filter((name) =>
    missing.some(({ suffix }) => name === '*' || isUnder(name.slice(2), suffix)),
  );
  const { resolver } = await context.names();
  if (resolver.state === 'untold') {
    return warning(
      `names under ${names} are not found, though ${resolver.title} was told of Berth’s DNS server`,
      {
        details,
        fix: offer(
          'Have it read once more what it is told.',
          { id: 'install-dns', label: 'Tell it…' },
          'berth names install --dns',
        ),
      },
    );
  }
  if (needing.length === 0) {
    return ok(
      `under ${names} only names in the hosts file are found; no wildcard host needs more`,
      {
        details,
      },
    );
  }
  const browsers = missing.every(({ suffix }) => isUnder(suffix, 'localhost'))
    ? '; browsers find them all the same'
    : '';
  return warning(`${named(needing)}: names below are not found by this system${browsers}`, {
    details,
    fix: offer(
      'A hosts file knows no wildcards: let the system ask Berth’s DNS server.',
      { id: 'install-dns', label: 'Install…' },
      'berth names install --dns',
    ),
  });
}

function leadWords(lead: Lead): string {
  switch (lead.kind) {
    case 'here':
      return lead.isBoth ? 'this machine, by IPv4 and IPv6' : 'this machine';
    case 'elsewhere':
      return lead.address;
    case 'nowhere':
      return `not found (${lead.error})`;
  }
}

async function checkHosts(context: DoctorContext): Promise<Finding> {
  const { names, others, foreign } = await hostNames(context);
  if (names.length + foreign.length === 0)
    return skipped('not tried: there is no host with a name of its own');
  const looked = names.slice(0, limits.maxDoctorHosts);
  const lookUp = (hosts: readonly string[]) =>
    pooled(hosts, limits.doctorHostsAtOnce, async (host) => ({
      host,
      lead: await leadOf(context, await context.resolved(host)),
    }));
  const leads = await lookUp(looked);
  const further = await lookUp(others.slice(0, limits.maxDoctorHosts - looked.length));
  const fix = offer(
    'Put them into the hosts file; the exact change is shown first.',
    { id: 'install-hosts-file', label: 'Install…' },
    'berth names install',
  );
  const away = leads.filter(({ lead }) => lead.kind === 'elsewhere');
  const lost = leads.filter(({ lead }) => lead.kind === 'nowhere');
  const details = [...away, ...lost].map(({ host, lead }) => `${host}: ${leadWords(lead)}`);
  const [first] = away;
  if (first?.lead.kind === 'elsewhere') {
    return problem(
      `${first.host} leads to ${first.lead.address}${away.length > 1 ? `, and ${away.length - 1} more lead elsewhere` : ''}`,
      {
        details,
        fix: advise('Look who says so: a line of the hosts file, or a DNS server.', 'berth names'),
      },
    );
  }
  const isForBrowsers = (host: string): boolean => isUnder(host, 'localhost');
  const broken = lost.filter(({ host }) => !isForBrowsers(host));
  const all = `${counted(looked.length, 'host')}`;
  if (broken.length > 0) {
    return problem(
      `${named(broken.map(({ host }) => host))}: this system does not find ${broken.length === 1 ? 'it' : 'them'}`,
      {
        details,
        fix,
      },
    );
  }
  if (lost.length > 0) {
    return warning(
      `${named(lost.map(({ host }) => host))}: browsers and curl find ${lost.length === 1 ? 'it' : 'them'} by themselves, other programs do not`,
      { details, fix },
    );
  }
  const single = leads.filter(({ lead }) => lead.kind === 'here' && !lead.isBoth);
  if (single.length > 0 && context.machine.platform === 'darwin') {
    return warning(
      `${named(single.map(({ host }) => host))}: no IPv6 address, for which macOS waits 5 s`,
      {
        fix,
      },
    );
  }
  const astray = further.filter(({ lead }) => lead.kind === 'elsewhere');
  const [stray] = astray;
  if (stray?.lead.kind === 'elsewhere') {
    return warning(
      `${stray.host}, where a host of another suffix answers, leads to ${stray.lead.address}`,
      {
        details: astray.map(({ host, lead }) => `${host}: ${leadWords(lead)}`),
        fix: advise('Look who says so: a line of the hosts file, or a DNS server.', 'berth names'),
      },
    );
  }
  const unfound = further.filter(({ lead }) => lead.kind === 'nowhere');
  const left = [
    ...(unfound.length === 0
      ? []
      : [
          `; ${counted(unfound.length, 'name')} of other suffixes, where they answer too, not found`,
        ]),
    ...(foreign.length === 0
      ? []
      : [`; ${counted(foreign.length, 'host')} of other domains left to their DNS`]),
  ].join('');
  const families = single.length === 0 ? 'by IPv4 and IPv6' : 'by IPv4 or IPv6';
  const beyond = names.length > looked.length ? ` of ${names.length}` : '';
  return ok(
    looked.length === 0
      ? `no host of this machine's own${left}`
      : `${all}${beyond} ${looked.length === 1 ? 'leads' : 'lead'} to this machine, ${families}${left}`,
    {
      details: [
        ...unfound.map(({ host, lead }) => `${host}: ${leadWords(lead)}`),
        ...foreign.map((host) => `${host}: not asked for`),
      ],
    },
  );
}

async function checkOrder(context: DoctorContext): Promise<Finding> {
  const { machine } = context;
  const suffixes = await context.suffixes();
  const isLinux = machine.platform === 'linux';
  const services = readNsswitch(isLinux ? await machine.readText(machine.files.nsswitch) : null);
  const samples = suffixes.map((suffix) => `app.${suffix}`);
  const hosts =
    context.instance === null
      ? samples
      : [...new Set([...samples, ...(await hostNames(context)).names])];
  const told = await context.names();
  const found = nameFindings({
    ...{ platform: machine.platform, services, suffixes, hosts },
    isSetUp: isNamesSetUp(told),
    isWsl: told.findings.some(({ id }) => id === 'wsl'),
  });
  const worst = found.find(({ severity }) => severity === 'problem') ?? found[0];
  if (worst === undefined) {
    return ok(
      isLinux
        ? `hosts: ${services.map(({ name }) => name).join(' ')}`
        : `nothing in the suffixes (${named(suffixes)}) that this system treats apart`,
    );
  }
  const say = worst.severity === 'problem' ? problem : warning;
  return say(worst.says, {
    details: found.map(({ says }) => says),
    fix: advise(
      worst.fix,
      isLinux && worst.id !== 'dns-not-asked' ? `sudoedit ${machine.files.nsswitch}` : null,
    ),
  });
}
