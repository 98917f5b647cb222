import { describe, expect, test } from 'vitest';
import type { Step } from '../../elevation/index.ts';
import { readNsswitch } from '../nameServices/nsswitch.ts';
import type { Owner } from '../owner.ts';
import { type ResolverFacts, resolverInCharge } from './inCharge.ts';
import { planNrpt, readNrpt } from './nrpt.ts';
import { type FoundFiles, planResolverFiles } from './plan.ts';
import { type ResolverId, resolverFiles } from './resolver.ts';

const dns = { address: '127.0.0.1', port: 15_353 };
const suffixes = ['localhost', 'dev.local'];
const owner: Owner = { id: '0a1b2c3d', of: '/home/one/.local/share/berth' };
const second: Owner = { id: '4e5f6a7b', of: '/home/two/.local/share/berth' };
const nothing: FoundFiles = { isThere: false, files: new Map() };

/** Steps as lines that a person could read. */
const shown = (steps: readonly Step[]): string =>
  steps
    .map((step) =>
      'file' in step
        ? `${step.says}${step.needsRoot ? ' (root)' : ''}\n${step.file.after?.toString() ?? `gone, with ${step.file.emptied}\n`}`
        : `${step.says}${step.needsRoot ? ' (root)' : ''}\n$ ${step.command.join(' ')}${step.mayFail ? ' (may fail)' : ''}\n`,
    )
    .join('\n');

const filesOf = (id: ResolverId, systemdVersion: number | null = 252, domains = suffixes) => {
  const files = resolverFiles(id, domains, dns, { etc: '/etc', systemdVersion });
  if (files === null) throw new Error('none');
  return files;
};

const planned = (
  id: ResolverId,
  found: FoundFiles,
  isWanted: boolean,
  { version = 252, whose = owner }: { readonly version?: number; readonly whose?: Owner } = {},
) => {
  const plan = planResolverFiles(filesOf(id, version), found, { isWanted, owner: whose });
  if (!plan.ok) throw new Error(plan.problem);
  return plan;
};

/** What lies there after the steps. */
function filesAfter(steps: readonly Step[], before: FoundFiles = nothing): FoundFiles {
  const files = new Map(before.files);
  for (const step of steps) {
    if (!('file' in step)) continue;
    const name = step.file.path.split('/').at(-1) ?? '';
    if (step.file.after === null) files.delete(name);
    else files.set(name, step.file.after);
  }
  return { isThere: true, files };
}

describe('what a resolver is told', () => {
  test.each([
    ['macos', 0],
    ['systemd-resolved', 252],
    ['systemd-resolved', 258],
    ['dnsmasq', 0],
    ['networkmanager', 0],
  ] as const)('%s %s', (id, version) => {
    const { steps } = planned(id, nothing, true, { version });
    expect(shown(steps)).toMatchSnapshot('install');
    expect(shown(planned(id, filesAfter(steps), false, { version }).steps)).toMatchSnapshot(
      'uninstall',
    );
  });

  test.each(['macos', 'systemd-resolved', 'dnsmasq', 'networkmanager'] as const)(
    '%s is told once, told anew when domains change, and left as it was',
    (id) => {
      const first = planned(id, { isThere: true, files: new Map() }, true);
      expect(first.state).toBe('absent');
      const there = filesAfter(first.steps);
      expect(planned(id, there, true)).toMatchObject({ state: 'installed', steps: [] });
      const other = planResolverFiles(filesOf(id, 252, ['test']), there, {
        ...{ isWanted: true, owner },
      });
      if (!other.ok) throw new Error(other.problem);
      expect(other.state).toBe('outdated');
      const changed = filesAfter(other.steps, there);
      expect([...changed.files.values()].join('')).not.toContain('dev.local');
      // The directory was there before.
      const gone = planned(id, changed, false).steps.filter((step) => 'file' in step);
      expect(gone.every((step) => step.file.emptied === undefined)).toBe(true);
      expect(filesAfter(gone, changed).files.size).toBe(0);
      expect(planned(id, filesAfter(gone, changed), false).steps).toEqual([]);
    },
  );

  test('what others wrote is never written over, and never removed', () => {
    const files = new Map([
      ['dev.local', Buffer.from('nameserver 10.0.0.1\n')],
      ['corp', Buffer.from('nameserver 10.0.0.2\n')],
    ]);
    expect(
      planResolverFiles(filesOf('macos'), { isThere: true, files }, { isWanted: true, owner }),
    ).toEqual({
      ok: false,
      problem: "/etc/resolver/dev.local is there already, and not Berth's: move it away first",
    });
    expect(planned('macos', { isThere: true, files }, false).steps).toEqual([]);
  });

  test.each(['macos', 'systemd-resolved', 'dnsmasq', 'networkmanager'] as const)(
    '%s of two instances asks the last that wanted it, which is said, and each takes back its own',
    (id) => {
      const first = filesAfter(planned(id, nothing, true).steps);
      expect(planned(id, first, true, { whose: second }).state).toBe('absent');
      const taking = planned(id, first, true, { whose: second });
      expect(taking.other).toEqual(owner);
      expect(taking.steps[0]?.says).toContain(
        `which has it ask another instance of Berth (${owner.of}) until now`,
      );
      const taken = filesAfter(taking.steps, first);
      expect(planned(id, taken, true)).toMatchObject({ state: 'absent', other: second });
      // The first one has nothing to take back any more.
      expect(planned(id, taken, false).steps).toEqual([]);
      const undone = planned(id, taken, false, { whose: second });
      expect(filesAfter(undone.steps, taken).files.size).toBe(0);
      // Whoever came with the directory, it goes with the last file.
      const files = undone.steps.filter((step) => 'file' in step && step.file.after === null);
      expect(files.every((step) => 'file' in step && step.file.emptied !== undefined)).toBe(true);
    },
  );

  test.each(['systemd-resolved', 'dnsmasq', 'networkmanager'] as const)(
    '%s is told before its file goes, so that a removal that was cut off goes on',
    (id) => {
      const there = filesAfter(planned(id, nothing, true).steps);
      const { steps } = planned(id, there, false);
      const kinds = steps.map((step) =>
        'command' in step ? 'tell' : step.file.after === null ? 'remove' : 'empty',
      );
      expect(kinds).toEqual(['empty', 'tell', 'remove']);
      const cutOff = filesAfter(steps.slice(0, 1), there);
      expect([...cutOff.files.values()].join('')).not.toMatch(/^[^#\n]/m);
      const again = planned(id, cutOff, false).steps;
      expect(again.map((step) => 'command' in step)).toEqual([true, false]);
      expect(filesAfter(again, cutOff).files.size).toBe(0);
    },
  );

  test.each(['systemd-resolved', 'dnsmasq', 'networkmanager'] as const)(
    '%s was told when its file says so, and an installation that was cut off before goes on',
    (id) => {
      const { steps } = planned(id, nothing, true);
      expect(steps.map((step) => ('command' in step ? 'tell' : 'write'))).toEqual([
        'write',
        'tell',
        'write',
      ]);
      const whole = filesAfter(steps);
      const cutOff = filesAfter(steps.slice(0, 1));
      const lines = (found: FoundFiles): string =>
        [...found.files.values()].join('').replaceAll(/^#.*\n/gm, '');
      expect(lines(cutOff)).toBe(lines(whole));
      const again = planned(id, cutOff, true);
      expect(again.state).toBe('untold');
      expect(again.steps).toEqual(steps.slice(1));
      expect(planned(id, whole, true)).toMatchObject({ state: 'installed', steps: [] });
      // Or it is taken back.
      expect(filesAfter(planned(id, cutOff, false).steps, cutOff).files.size).toBe(0);
      // For other domains it is written anew.
      const other = planResolverFiles(filesOf(id, 252, ['test']), cutOff, {
        ...{ isWanted: true, owner },
      });
      expect(other).toMatchObject({ ok: true, state: 'outdated' });
      if (other.ok) expect(other.steps.length).toBe(3);
    },
  );
});

const rule = (domain: string) => ({ domains: [domain], comment: 'Berth 1' });

describe('rules of Windows', () => {
  const on53 = { address: '127.0.0.1', port: 53 };
  const mine = `Berth ${owner.id}`;
  const steps = (domains: readonly string[], isWanted: boolean, comment = mine) => {
    const rules = domains.length === 0 ? [] : [{ domains, comment }];
    const plan = planNrpt(suffixes, on53, rules, { isWanted, owner });
    if (!plan.ok) throw new Error(plan.problem);
    return plan;
  };

  test('are added, changed and removed by PowerShell', () => {
    expect(shown(steps([], true).steps)).toMatchSnapshot('install');
    expect(shown(steps(['.old'], true).steps)).toMatchSnapshot('change');
    expect(shown(steps(['.old'], false).steps)).toMatchSnapshot('uninstall');
    const all = ['.localhost', 'localhost', '.dev.local', 'dev.local'];
    expect(steps(all, true)).toMatchObject({ state: 'installed', steps: [], other: null });
    expect(steps([], false)).toMatchObject({ state: 'absent', steps: [], other: null });
  });

  test('of another instance are replaced, which is said, and never taken back for it', () => {
    const others = `Berth ${second.id}`;
    const taken = steps(['.dev.local'], true, others);
    expect(taken).toMatchObject({ state: 'absent', other: { of: others } });
    expect(shown(taken.steps)).toMatchSnapshot('take over');
    expect(steps(['.dev.local'], false, others).steps).toEqual([]);
  });

  test('cannot name a port, which is said', () => {
    expect(planNrpt(suffixes, dns, [], { isWanted: true, owner })).toEqual({
      ok: false,
      problem:
        'Windows asks no other port than 53 for a domain, and the DNS server of Berth has 15353: set names.dnsPort to 53, or use the hosts file',
    });
    const rules = [{ domains: ['.dev.local'], comment: mine }];
    expect(planNrpt(suffixes, dns, rules, { isWanted: false, owner }).ok).toBe(true);
  });

  test.each([
    ['', []],
    ['[]', []],
    ['{"Comment":"Berth 1","Namespace":[".a"],"NameServers":["127.0.0.1"]}', [rule('.a')]],
    [
      '[{"Comment":"Berth 1","Namespace":".a","NameServers":[{"IPAddressToString":"127.0.0.1"}]},{"Comment":"Berth 1","Namespace":["b"],"NameServers":"10.0.0.1"}]',
      [rule('.a')],
    ],
    ['nonsense', null],
    ['[{"Namespace":5}]', null],
  ])('are read from %j', (text, rules) => {
    expect(readNrpt(text)).toEqual(rules);
  });
});

describe('the resolver in charge', () => {
  const facts: ResolverFacts = {
    platform: 'linux',
    resolvConf: {
      text: 'nameserver 127.0.0.53\n',
      target: '/run/systemd/resolve/stub-resolv.conf',
    },
    services: readNsswitch(null),
    networkManager: [],
    dnsmasq: null,
    listener: null,
    systemdVersion: 252,
    globalServers: [],
  };
  const direct = { text: '# dhcp\nnameserver 192.168.1.1\n', target: '/etc/resolv.conf' };
  const loopback = { text: 'nameserver 127.0.0.1\n', target: '/etc/resolv.conf' };
  const modern = readNsswitch('hosts: files resolve [!UNAVAIL=return] dns');

  test.each<[string, Partial<ResolverFacts>, ResolverId, RegExp | null]>([
    ['macOS has its own', { platform: 'darwin' }, 'macos', null],
    ['Windows has its own', { platform: 'win32' }, 'windows', null],
    ['another system is not known', { platform: 'freebsd' }, 'none', /hosts file is the way/],
    ['the stub of systemd-resolved', {}, 'systemd-resolved', null],
    [
      'its module, where resolv.conf leads past it',
      { resolvConf: direct, services: modern },
      'systemd-resolved',
      null,
    ],
    [
      'its module without it',
      { resolvConf: direct, services: modern, systemdVersion: null },
      'none',
      /neither a port nor a domain/,
    ],
    ['an old one', { systemdVersion: 245 }, 'systemd-resolved', /cannot name a port/],
    [
      'one with other servers for everything',
      { globalServers: ['1.1.1.1'] },
      'systemd-resolved',
      /would mix ours/,
    ],
    [
      'which a later one tells apart',
      { globalServers: ['1.1.1.1'], systemdVersion: 258 },
      'systemd-resolved',
      null,
    ],
    ['a server on the network', { resolvConf: direct }, 'none', /neither a port nor a domain/],
    ['no resolv.conf', { resolvConf: null }, 'none', /neither a port nor a domain/],
    [
      'dnsmasq that reads its directory',
      { resolvConf: loopback, dnsmasq: ['conf-dir=/etc/dnsmasq.d/,*.conf'] },
      'dnsmasq',
      null,
    ],
    [
      'dnsmasq as Debian starts it',
      { resolvConf: loopback, dnsmasq: ['', '#\nCONFIG_DIR=/etc/dnsmasq.d,.dpkg-dist'] },
      'dnsmasq',
      null,
    ],
    [
      'dnsmasq that does not',
      { resolvConf: loopback, dnsmasq: ['#conf-dir=/etc/dnsmasq.d'] },
      'dnsmasq',
      /conf-dir/,
    ],
    [
      'another program on the loopback address',
      { resolvConf: loopback, dnsmasq: [], listener: 'unbound' },
      'none',
      /how unbound is told/,
    ],
    ['one that is not known', { resolvConf: loopback }, 'none', /not known/],
    [
      'the dnsmasq of NetworkManager',
      { resolvConf: loopback, networkManager: ['[main]\nplugins=x\ndns=dnsmasq\n'] },
      'networkmanager',
      null,
    ],
    [
      'NetworkManager without one',
      {
        resolvConf: loopback,
        networkManager: ['[main]\ndns=dnsmasq\n', '[main]\ndns=none\n[x]\ndns=dnsmasq'],
        dnsmasq: ['conf-dir=/etc/dnsmasq.d'],
      },
      'dnsmasq',
      null,
    ],
  ])('%s', (_title, some, id, problem) => {
    const found = resolverInCharge({ ...facts, ...some });
    expect(found.id).toBe(id);
    if (problem === null) expect(found.problem).toBeNull();
    else expect(found.problem).toMatch(problem);
    expect(found.evidence).not.toBe('');
  });
});
