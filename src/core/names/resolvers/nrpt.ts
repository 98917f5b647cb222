import { z } from 'zod';
import { powershell } from '../../elevation/ask.ts';
import type { Argv, Step } from '../../elevation/index.ts';
import type { ResolverPlanned, ResolverState } from './plan.ts';
import type { DnsPlace } from './resolver.ts';

/*
 * The Name Resolution Policy Table of Windows. It can name a server for a domain, and no port: it asks port 53. Its rules
 * outlive a restart.
 */

/** The only port that it asks. */
const nrptPort = 53;

const mark = 'Berth';

/** Prints our rules as JSON. */
export const nrptQuery: Argv = powershell(
  `@(Get-DnsClientNrptRule | Where-Object Comment -eq '${mark}' | Select-Object Namespace, NameServers) | ConvertTo-Json -Compress -Depth 4`,
);

const rule = z.object({
  Namespace: z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat()),
  NameServers: z.preprocess(
    // A list of addresses, as texts or as objects, as the version of PowerShell has it.
    (value) =>
      [value]
        .flat()
        .map((one: unknown) =>
          typeof one === 'object' && one !== null && 'IPAddressToString' in one
            ? one.IPAddressToString
            : one,
        ),
    z.array(z.string()),
  ),
});

/** What `nrptQuery` printed: domains that ask us; null where it cannot be read. */
export function readNrpt(stdout: string): readonly string[] | null {
  if (stdout.trim() === '') return [];
  try {
    const rules = z.array(rule).parse([JSON.parse(stdout)].flat());
    return rules
      .filter(({ NameServers }) => NameServers.includes('127.0.0.1'))
      .flatMap(({ Namespace }) => Namespace);
  } catch {
    return null;
  }
}

/** A rule of `.domain` is for what is below it, and one of `domain` for itself. */
const namespaces = (suffixes: readonly string[]): readonly string[] =>
  suffixes.flatMap((suffix) => [`.${suffix}`, suffix]);

/** @param rules the domains of `readNrpt` */
export function planNrpt(
  suffixes: readonly string[],
  dns: DnsPlace,
  rules: readonly string[],
  isWanted: boolean,
): ResolverPlanned {
  if (isWanted && dns.port !== nrptPort) {
    return { ok: false, problem: nrptProblem(dns.port) };
  }
  const wanted = namespaces(suffixes);
  const isSame = rules.length === wanted.length && wanted.every((one) => rules.includes(one));
  const state: ResolverState = rules.length === 0 ? 'absent' : isSame ? 'installed' : 'outdated';
  if (isWanted ? state === 'installed' : state === 'absent') return { ok: true, state, steps: [] };
  const steps: Step[] = [
    ...(state === 'absent'
      ? []
      : [
          step(
            "Remove Berth's rules of name resolution",
            `Get-DnsClientNrptRule | Where-Object Comment -eq '${mark}' | Remove-DnsClientNrptRule -Force`,
          ),
        ]),
    ...(isWanted
      ? [
          step(
            `Add rules of name resolution for ${suffixes.join(', ')}`,
            `Add-DnsClientNrptRule -Namespace ${wanted.map((one) => `'${one}'`).join(',')} -NameServers '${dns.address}' -Comment '${mark}'`,
          ),
        ]
      : []),
    step('Forget remembered names', 'Clear-DnsClientCache'),
  ];
  return { ok: true, state, steps };
}

const nrptProblem = (port: number): string =>
  `Windows asks no other port than ${nrptPort} for a domain, and the DNS server of Berth has ${port}: set names.dnsPort to ${nrptPort}, or use the hosts file`;

const step = (says: string, command: string): Step => ({
  says,
  needsRoot: true,
  command: powershell(command),
});
