import { z } from 'zod';
import { powershell } from '../../elevation/ask.ts';
import type { Argv, Step } from '../../elevation/index.ts';
import type { Owner } from '../owner.ts';
import type { ResolverPlanned, ResolverState, ResolverTerms } from './plan.ts';
import type { DnsPlace } from './resolver.ts';

/*
 * The Name Resolution Policy Table of Windows. It can name a server for a domain, and no port: it asks port 53. Its rules
 * outlive a restart.
 */

/** The only port that it asks. */
const nrptPort = 53;

/** Of the rules of an instance: the id by which it is known. */
const commentOf = ({ id }: Pick<Owner, 'id'>): string => `Berth ${id}`;

/** Prints the rules of all instances as JSON. */
export const nrptQuery: Argv = powershell(
  `@(Get-DnsClientNrptRule | Where-Object Comment -like 'Berth *' | Select-Object Namespace, NameServers, Comment) | ConvertTo-Json -Compress -Depth 4`,
);

const rule = z.object({
  Comment: z.string(),
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

export interface NrptRule {
  readonly domains: readonly string[];
  /** Whose it is. */
  readonly comment: string;
}

/** What `nrptQuery` printed: those that ask us; null where it cannot be read. */
export function readNrpt(stdout: string): readonly NrptRule[] | null {
  if (stdout.trim() === '') return [];
  try {
    const rules = z.array(rule).parse([JSON.parse(stdout)].flat());
    return rules
      .filter(({ NameServers }) => NameServers.includes('127.0.0.1'))
      .map(({ Namespace, Comment }) => ({ domains: Namespace, comment: Comment }));
  } catch {
    return null;
  }
}

/** A rule of `.domain` is for what is below it, and one of `domain` for itself. */
const namespaces = (suffixes: readonly string[]): readonly string[] =>
  suffixes.flatMap((suffix) => [`.${suffix}`, suffix]);

/** Port 53 has one owner: the last instance that wants to be asked takes the rules of another away, and says so. */
export function planNrpt(
  suffixes: readonly string[],
  dns: DnsPlace,
  rules: readonly NrptRule[],
  { isWanted, owner }: ResolverTerms,
): ResolverPlanned {
  if (isWanted && dns.port !== nrptPort) {
    return { ok: false, problem: nrptProblem(dns.port) };
  }
  const comment = commentOf(owner);
  const own = rules.filter((one) => one.comment === comment).flatMap(({ domains }) => domains);
  const others = rules.filter((one) => one.comment !== comment);
  const wanted = namespaces(suffixes);
  const isSame = own.length === wanted.length && wanted.every((one) => own.includes(one));
  const state: ResolverState = own.length === 0 ? 'absent' : isSame ? 'installed' : 'outdated';
  const [first] = others;
  const other = first === undefined ? null : { of: first.comment };
  const isDone = isWanted ? state === 'installed' && other === null : state === 'absent';
  const again = [forget];
  if (isDone) return { ok: true, state, steps: [], again, other };
  const remove = (says: string, which: string): Step =>
    step(says, `Get-DnsClientNrptRule | Where-Object ${which} | Remove-DnsClientNrptRule -Force`);
  const steps: Step[] = [
    ...(isWanted && other !== null
      ? [
          remove(
            'Remove the rules of name resolution of other instances of Berth',
            `{ $_.Comment -like 'Berth *' -and $_.Comment -ne '${comment}' }`,
          ),
        ]
      : []),
    ...(own.length === 0
      ? []
      : [remove("Remove Berth's rules of name resolution", `Comment -eq '${comment}'`)]),
    ...(isWanted
      ? [
          step(
            `Add rules of name resolution for ${suffixes.join(', ')}`,
            `Add-DnsClientNrptRule -Namespace ${wanted.map((one) => `'${one}'`).join(',')} -NameServers '${dns.address}' -Comment '${comment}'`,
          ),
        ]
      : []),
    forget,
  ];
  return { ok: true, state, steps, again, other };
}

const nrptProblem = (port: number): string =>
  `Windows asks no other port than ${nrptPort} for a domain, and the DNS server of Berth has ${port}: set names.dnsPort to ${nrptPort}, or use the hosts file`;

const step = (says: string, command: string): Step => ({
  says,
  needsRoot: true,
  command: powershell(command),
});

const forget = step('Forget remembered names', 'Clear-DnsClientCache');
