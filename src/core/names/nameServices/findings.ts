import type { NameFinding } from '../../../shared/contract/names.ts';
import { isUnder } from '../hostsFile/index.ts';
import { isMulticast, type NameService, sourcesFor } from './nsswitch.ts';

export interface FindingInputs {
  readonly platform: NodeJS.Platform;
  /** Of nsswitch.conf; counts on Linux alone. */
  readonly services: readonly NameService[];
  readonly suffixes: readonly string[];
  /** Whether this Linux runs inside Windows; it does not when left out. */
  readonly isWsl?: boolean;
  /** Whether the hosts file has every host, or the resolver asks our DNS server; neither does when left out. */
  readonly isSetUp?: boolean;
  /** Hosts that are to be found. */
  readonly hosts: readonly string[];
}

/** What in the settings of a machine keeps hosts from being found, or slows that. Nothing here was tried. */
export function nameFindings(inputs: FindingInputs): readonly NameFinding[] {
  const local = inputs.suffixes.filter((suffix) => isUnder(suffix, 'local'));
  return [
    ...(inputs.platform === 'linux' ? linuxFindings(inputs) : []),
    ...(inputs.isWsl === true ? [insideWindows] : []),
    ...(inputs.platform === 'darwin' && inputs.isSetUp !== true && local.length > 0
      ? [macLocal(local)]
      : []),
    ...(inputs.suffixes.some((suffix) => isUnder(suffix, 'dev')) ? [preloaded] : []),
  ];
}

function linuxFindings({ services, hosts }: FindingInputs): readonly NameFinding[] {
  const findings: NameFinding[] = [];
  const line = lineOf(services);
  // systemd-resolved reads the hosts file itself.
  const readsFile = (sources: readonly string[]): boolean =>
    sources.includes('files') || sources.includes('resolve');
  if (!services.some(({ name }) => name === 'files' || name === 'resolve')) {
    findings.push({
      id: 'hosts-file-not-read',
      severity: 'problem',
      says: `/etc/nsswitch.conf does not have programs read the hosts file (${line})`,
      fix: 'Add "files" as the first word behind "hosts:" in /etc/nsswitch.conf.',
      hosts: [],
    });
    return findings;
  }
  const hidden = hosts.filter((host) => !readsFile(sourcesFor(services, host)));
  const mdns = services.find(isMulticast);
  if (hidden.length > 0 && mdns !== undefined) {
    findings.push({
      id: 'mdns-before-files',
      severity: 'problem',
      says: `${mdns.name} ends the search for ${some(hidden)} before the hosts file and DNS are asked (${line})`,
      fix: `Put "files" before "${mdns.name}" in /etc/nsswitch.conf, or use a suffix that does not end in .local, such as localhost or test.`,
      hosts: hidden,
    });
  }
  const withoutDns = hosts.filter((host) => {
    const sources = sourcesFor(services, host);
    return !hidden.includes(host) && !sources.includes('dns') && !sources.includes('resolve');
  });
  if (withoutDns.length > 0) {
    findings.push({
      id: 'dns-not-asked',
      severity: 'warning',
      says: `DNS is not asked for ${some(withoutDns)} (${line}): the hosts file alone finds them`,
      fix: 'Keep the hosts file as it should be: "berth names install --hosts-file".',
      hosts: withoutDns,
    });
  }
  return findings;
}

const lineOf = (services: readonly NameService[]): string =>
  `hosts: ${services
    .map(({ name, actions }) => (actions.length === 0 ? name : `${name} [${actions.join(' ')}]`))
    .join(' ')}`;

const some = ([first, ...rest]: readonly string[]): string =>
  rest.length === 0 ? String(first) : `${first} and ${rest.length} more`;

const macLocal = (suffixes: readonly string[]): NameFinding => ({
  id: 'macos-local',
  severity: 'warning',
  says: `macOS asks the local network for names that end in .local (${suffixes.join(', ')}): those that neither the hosts file nor /etc/resolver has take five seconds to fail`,
  fix: 'Run "berth names install", or use a suffix that does not end in .local, such as localhost or test.',
  hosts: [],
});

const insideWindows: NameFinding = {
  id: 'wsl',
  severity: 'warning',
  says: 'WSL writes /etc/hosts anew with each start, and programs of Windows, browsers too, read the hosts file of Windows',
  fix: 'Write generateHosts=false under [network] in /etc/wsl.conf, and the same lines into C:\\Windows\\System32\\drivers\\etc\\hosts; or use the suffix localhost, which browsers find by themselves.',
  hosts: [],
};

const preloaded: NameFinding = {
  id: 'suffix-https-only',
  severity: 'warning',
  says: 'Browsers take names that end in .dev over HTTPS alone',
  fix: 'Serve them over HTTPS, or use another suffix, such as localhost or test.',
  hosts: [],
};
