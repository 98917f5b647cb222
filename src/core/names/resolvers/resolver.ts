import type { CommandStep } from '../../elevation/index.ts';

/** What of this machine can be told to ask our DNS server for some domains. */
export type ResolverId =
  | 'macos'
  | 'systemd-resolved'
  | 'dnsmasq'
  | 'networkmanager'
  | 'windows'
  /** None: what there is cannot be told so. */
  | 'none';

/** Which resolver is in charge of a machine, and what can be done with it. */
export interface Resolver {
  readonly id: ResolverId;
  /** As people call it. */
  readonly title: string;
  /** How that is known: one sentence. */
  readonly evidence: string;
  /** Why it cannot be told to ask us, as one sentence; null when it can. */
  readonly problem: string | null;
}

/** Where our DNS server is. */
export interface DnsPlace {
  readonly address: string;
  readonly port: number;
}

/** Files that a resolver reads, all in one directory. */
export interface ResolverFiles {
  readonly directory: string;
  /** Names of files with what they are to hold, without the head that marks them as ours. */
  readonly wanted: readonly { readonly name: string; readonly lines: readonly string[] }[];
  /** What makes it read them again. */
  readonly after: readonly CommandStep[];
}

const run = (
  says: string,
  command: CommandStep['command'],
  more: { readonly mayFail?: true } = {},
): CommandStep => ({ says, needsRoot: true, command, ...more });

/** From which version on one file can name a server for some domains alone (systemd.dns-delegate). */
const delegateVersion = 258;

export interface ResolverSurroundings {
  /** `/etc`, but for tests. */
  readonly etc: string;
  readonly systemdVersion: number | null;
}

/** The files of a resolver for these domains; null for one that has none. */
export function resolverFiles(
  id: ResolverId,
  suffixes: readonly string[],
  { address, port }: DnsPlace,
  { etc, systemdVersion }: ResolverSurroundings,
): ResolverFiles | null {
  switch (id) {
    case 'macos':
      return {
        directory: `${etc}/resolver`,
        wanted: suffixes.map((suffix) => ({
          name: suffix,
          lines: [`nameserver ${address}`, `port ${port}`],
        })),
        after: [
          run('Forget remembered names', ['dscacheutil', '-flushcache'], { mayFail: true }),
          run('Have mDNSResponder read them', ['killall', '-HUP', 'mDNSResponder'], {
            mayFail: true,
          }),
        ],
      };
    case 'systemd-resolved': {
      // It answers for localhost itself.
      const domains = suffixes.filter((suffix) => suffix !== 'localhost').map((one) => `~${one}`);
      const body = [`DNS=${address}:${port}`, `Domains=${domains.join(' ')}`];
      const isDelegate = systemdVersion !== null && systemdVersion >= delegateVersion;
      const file = isDelegate
        ? { name: 'berth.dns-delegate', lines: ['[Delegate]', ...body] }
        : { name: 'berth.conf', lines: ['[Resolve]', ...body] };
      return {
        directory: `${etc}/systemd/${isDelegate ? 'dns-delegate.d' : 'resolved.conf.d'}`,
        wanted: domains.length === 0 ? [] : [file],
        after: [
          run('Have systemd-resolved read it', [
            'systemctl',
            'restart',
            'systemd-resolved.service',
          ]),
        ],
      };
    }
    case 'dnsmasq':
      return {
        directory: `${etc}/dnsmasq.d`,
        wanted: dnsmasqFile(suffixes, { address, port }),
        after: [run('Have dnsmasq read it', ['systemctl', 'restart', 'dnsmasq.service'])],
      };
    case 'networkmanager':
      return {
        directory: `${etc}/NetworkManager/dnsmasq.d`,
        wanted: dnsmasqFile(suffixes, { address, port }),
        after: [run('Have NetworkManager read it', ['nmcli', 'general', 'reload', 'dns-full'])],
      };
    case 'windows':
    case 'none':
      return null;
  }
}

function dnsmasqFile(
  suffixes: readonly string[],
  { address, port }: DnsPlace,
): ResolverFiles['wanted'] {
  if (suffixes.length === 0) return [];
  const lines = suffixes.flatMap((suffix) => [
    `server=/${suffix}/${address}#${port}`,
    // Answers that lead to this machine are thrown away where --stop-dns-rebind is set.
    `rebind-domain-ok=/${suffix}/`,
  ]);
  return [{ name: 'berth.conf', lines }];
}
