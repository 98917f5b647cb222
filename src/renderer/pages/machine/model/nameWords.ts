import type { Found, HostNames, ShownStep } from '../../../../shared/contract/names.ts';
import { shellWord } from '../../../../shared/shellWord.ts';
import type { Status } from '../../../ui/Status.tsx';

/** How something is shown: by its shape and its word. */
export interface LookOf {
  readonly status: Status;
  readonly word: string;
}

/** @param host as it was looked up just now */
export function verdictLook({ verdict }: Pick<HostNames, 'verdict'>): LookOf {
  switch (verdict) {
    case 'here':
      return { status: 'up', word: 'found' };
    case 'elsewhere':
      return { status: 'down', word: 'elsewhere' };
    case 'browsers-only':
      return { status: 'degraded', word: 'browsers only' };
    case 'not-found':
      return { status: 'down', word: 'not found' };
  }
}

/** What one way found of one family, short enough for a cell; `title` says the rest. */
export function foundWords(found: Found): { readonly text: string; readonly title: string } {
  switch (found.kind) {
    case 'addresses': {
      const [first = '', ...more] = found.addresses;
      return {
        text: more.length === 0 ? first : `${first} +${more.length}`,
        title: found.addresses.join('\n'),
      };
    }
    case 'none':
      return { text: 'none', title: 'It knows the host, and no address of this family' };
    case 'not-found':
      return { text: 'no', title: 'It does not know the host' };
    case 'not-asked':
      return { text: '–', title: 'It was not asked' };
    case 'failed':
      return { text: 'failed', title: found.reason };
  }
}

const ranks: Readonly<Record<HostNames['verdict'], number>> = {
  elsewhere: 0,
  'not-found': 1,
  'browsers-only': 2,
  here: 3,
};

/** What is wrong first, and of that what has the same reason together; then by name. */
export const inOrder = (hosts: readonly HostNames[]): readonly HostNames[] =>
  hosts.toSorted(
    (one, other) =>
      ranks[one.verdict] - ranks[other.verdict] ||
      compared(one.reason, other.reason) ||
      compared(one.host, other.host),
  );

const compared = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Those that stand together and have the same verdict for the same reason, so that it is said once. */
export function byReason(
  hosts: readonly HostNames[],
): readonly { readonly reason: string; readonly hosts: readonly HostNames[] }[] {
  const groups: { reason: string; verdict: string; hosts: HostNames[] }[] = [];
  for (const host of hosts) {
    const last = groups.at(-1);
    if (last?.reason === host.reason && last.verdict === host.verdict) last.hosts.push(host);
    else groups.push({ reason: host.reason, verdict: host.verdict, hosts: [host] });
  }
  return groups;
}

/** `3 of 5 hosts are found by all programs of this machine.` */
export function countWords(hosts: readonly Pick<HostNames, 'verdict'>[]): string {
  const here = hosts.filter(({ verdict }) => verdict === 'here').length;
  if (hosts.length === 0) return 'There is no host to be found yet.';
  if (here === hosts.length) {
    return hosts.length === 1
      ? 'The one host is found by programs of this machine.'
      : `All ${hosts.length} hosts are found by programs of this machine.`;
  }
  return `${here} of ${hosts.length} hosts ${here === 1 ? 'is' : 'are'} found by programs of this machine.`;
}

/** A step as lines: a command as a person types it, or a file with the lines that come and go. */
export function stepLines({
  command,
  file,
}: Pick<ShownStep, 'command' | 'file'>): readonly string[] {
  if (command !== null) return [`$ ${command.map(shellWord).join(' ')}`];
  // A copy says by its sentence what it is of.
  return file === null || file.lines.length === 0 ? [] : [file.path, ...file.lines];
}
