import type { MappingView } from '../../../../shared/contract/containers.ts';
import type { HostView } from '../../../../shared/contract/hosts.ts';
import { parseFrontendName } from '../../../../shared/model/hostname.ts';
import { completedName, nameProblem } from '../../hosts/model/addLine.ts';
import { describeMapping } from './words.ts';

/** What a host's name means before anything is mapped to it. */
export interface HostChoice {
  /** Null while it is none. */
  readonly name: string | null;
  readonly isWarning: boolean;
  /** One sentence: what is wrong, or what would happen. */
  readonly says: string;
}

/**
 * @param isSame whether a mapping of that host is about what is being mapped
 */
export function hostChoice(
  text: string,
  {
    hosts,
    mappings,
    suffixes,
    isSame,
  }: {
    readonly hosts: ReadonlyMap<string, HostView> | null;
    readonly mappings: readonly MappingView[];
    readonly suffixes: readonly string[];
    readonly isSame: (mapping: MappingView) => boolean;
  },
): HostChoice {
  const typed = text.trim();
  if (typed === '') {
    return { name: null, isWarning: false, says: 'A name: app, or app.dev.local.' };
  }
  const parsed = parseFrontendName(completedName(typed, suffixes));
  if (!parsed.ok) return { name: null, isWarning: true, says: nameProblem(typed) };
  const { name } = parsed;
  const host = hosts?.get(name);
  if (host === undefined) return { name, isWarning: false, says: newHost(name, suffixes) };
  const own = mappings.find((mapping) => mapping.name === name && isSame(mapping));
  if (own !== undefined) {
    return { name, isWarning: true, says: `${name} is mapped to it already.` };
  }
  const others = mappings.filter((mapping) => mapping.name === name);
  const [first] = others;
  if (first !== undefined) {
    return {
      name,
      isWarning: true,
      says: `${name} is mapped to ${describeMapping(first)}: both would share its requests.`,
    };
  }
  const { length } = host.backends;
  return {
    name,
    isWarning: length > 0,
    says:
      length === 0
        ? `${name} is there and has no backend: this becomes its first.`
        : `${name} is there with ${length === 1 ? 'a backend' : `${length} backends`}, which would share its requests with this.`,
  };
}

function newHost(name: string, suffixes: readonly string[]): string {
  if (name.startsWith('*'))
    return 'A new host: it answers for every name that has none of its own.';
  if (name === 'localhost' || name.endsWith('.localhost')) {
    return 'A new host. Browsers find *.localhost by themselves.';
  }
  return suffixes.some((suffix) => name.endsWith(`.${suffix}`))
    ? 'A new host.'
    : 'A new host. The name has to lead to this machine: by DNS, or a line in the hosts file.';
}

/** Hosts that are offered for what was typed: the suggestion first, and those that begin with it before others. */
export function offeredHosts(
  text: string,
  suggestion: string,
  hosts: Iterable<string>,
  most = 8,
): readonly string[] {
  const typed = text.trim().toLowerCase();
  const begin: string[] = [];
  const inside: string[] = [];
  for (const name of hosts) {
    if (name === suggestion) continue;
    if (typed === '' || name.startsWith(typed)) begin.push(name);
    else if (name.includes(typed)) inside.push(name);
  }
  const all = [...begin.sort(), ...inside.sort()];
  const isMeant = suggestion !== '' && (typed === '' || suggestion.includes(typed));
  return (isMeant ? [suggestion, ...all] : all).slice(0, most);
}
