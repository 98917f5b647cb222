import { visibleText } from '../../../shared/escapeUnseen.ts';
import type { Command } from '../commands.ts';

/** What is done with a host that was found. */
export type HostVerb = 'go' | 'open' | 'copy';

/** What a palette shows for what was typed. */
export interface PaletteResults {
  readonly commands: readonly Command[];
  readonly hosts: readonly string[];
  /** Hosts that match and are not shown. */
  readonly moreHosts: number;
  /** What Enter does with a host: by a first word `open` or `copy`, otherwise it goes there. */
  readonly verb: HostVerb;
}

/** Most hosts that are shown: who looks for one writes another letter. */
export const maxShownHosts = 12;

/** Most commands that are shown of those that are many of a kind. */
export const maxOfMany = 20;

const verbs: Readonly<Record<string, HostVerb>> = { open: 'open', copy: 'copy', go: 'go' };

/** Each word has to be in what is shown; what begins with the first word comes first. */
export function paletteResults(
  query: string,
  commands: readonly Command[],
  hosts: Iterable<string>,
): PaletteResults {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = '', ...others] = words;
  const verb = others.length > 0 || query.endsWith(' ') ? verbs[first] : undefined;
  const found = matchHosts(verb === undefined ? words : others, hosts, query === '');
  return {
    commands: matchCommands(words, commands),
    ...found,
    verb: verb ?? 'go',
  };
}

function matchCommands(words: readonly string[], commands: readonly Command[]): readonly Command[] {
  // Of commands with the same id the last holds, as with keys.
  const byId = new Map(commands.map((command) => [command.id, command]));
  const [first = ''] = words;
  let many = 0;
  const matching = [...byId.values()].filter(({ hidden, isOneOfMany, title, group }) => {
    if (isOneOfMany === true && (words.length === 0 || many === maxOfMany)) return false;
    const text = `${group} ${title}`.toLowerCase();
    const isFound = hidden !== true && words.every((word) => text.includes(word));
    if (isFound && isOneOfMany === true) many++;
    return isFound;
  });
  const rank = ({ title }: Command): number => Number(!title.toLowerCase().startsWith(first));
  return matching.sort((a, b) => rank(a) - rank(b));
}

function matchHosts(
  words: readonly string[],
  hosts: Iterable<string>,
  isEmpty: boolean,
): Pick<PaletteResults, 'hosts' | 'moreHosts'> {
  const begin: string[] = [];
  const inside: string[] = [];
  const [first = ''] = words;
  for (const name of hosts) {
    if (!words.every((word) => name.includes(word) || visibleText(name).includes(word))) continue;
    (name.startsWith(first) ? begin : inside).push(name);
  }
  const all = [...begin.sort(), ...inside.sort()];
  const most = isEmpty ? 5 : maxShownHosts;
  return { hosts: all.slice(0, most), moreHosts: Math.max(0, all.length - most) };
}
