import { visibleText } from '../../../shared/escapeUnseen.ts';
import { limits } from '../../../shared/limits.ts';
import { formatMapping, parseMapping } from '../../../shared/model/mapping.ts';
import {
  defaultOptions,
  type FrontendOptions,
  formatOptions,
  parseOptions,
} from '../../../shared/model/options.ts';
import type { StoreCommand } from '../../../store/command.ts';
import type { Change } from '../../hosts/changes.ts';
import type { Editable } from '../../hosts/edit.ts';
import type { HostPlan, HostPresent } from './plan.ts';

function optionsOf({ text, problem }: Editable['options']): FrontendOptions | null {
  if (problem !== null) return null;
  if (text === null) return defaultOptions;
  const parsed = parseOptions(text);
  return parsed.ok ? parsed.options : null;
}

export const presentOf = ({ list, options, mappings }: Editable): HostPresent => ({
  list,
  options: optionsOf(options),
  mappings,
});

/** One step of a plan, and whether it is the last. */
export interface Step {
  readonly change: NonNullable<Change>;
  readonly isLast: boolean;
}

/**
 * A plan as an edit. Where list and mappings cannot be written at once, the first step lets the mappings know what comes
 * beside what goes; once the list is written, the next one lets them forget: whatever is listed is known at each moment.
 */
export function stepOf(plan: HostPlan, present: HostPresent, isApart: boolean): Step {
  const { list, options } = plan;
  const isSame =
    list === null
      ? present.list.kind === 'absent'
      : present.list.kind === 'list' && JSON.stringify(list) === JSON.stringify(present.list.list);
  const mappings = isApart && !isSame ? withBefore(plan.mappings, present) : plan.mappings;
  return {
    isLast: mappings === plan.mappings || isEqual(mappings, plan.mappings),
    change: {
      list,
      ...(list === null
        ? { options: null }
        : options === null
          ? {}
          : { options: formatOptions(options) }),
      mappings,
      summary: 'followed its containers',
    },
  };
}

const isEqual = (
  a: ReadonlyMap<string, string | null>,
  b: ReadonlyMap<string, string | null>,
): boolean => a.size === b.size && [...a].every(([id, text]) => b.get(id) === text);

function withBefore(
  fields: HostPlan['mappings'],
  { list, mappings: { mappings } }: HostPresent,
): ReadonlyMap<string, string | null> {
  const listed = new Set(list.kind === 'list' ? list.list.slice(1) : []);
  const both = new Map<string, string | null>();
  for (const [id, text] of fields) {
    // What ends knows what is listed until it is not.
    if (text === null) continue;
    const parsed = parseMapping(text);
    const before = (mappings.get(id)?.backends ?? []).filter((url) => listed.has(url));
    if (!parsed.ok || before.length === 0) both.set(id, text);
    else {
      const backends = [...new Set([...parsed.mapping.backends, ...before])].slice(
        0,
        2 * limits.maxMappedBackends,
      );
      const wider = formatMapping({ ...parsed.mapping, backends });
      if (wider !== formatMapping(mappings.get(id) ?? parsed.mapping)) both.set(id, wider);
      else if (wider === text) both.set(id, text);
    }
  }
  return both;
}

const plain = /^[\w.:/*@%+=,-]+$/;

/** A command as redis-cli takes it, on one line. What others have stored cannot end it, nor hide in it. */
export const commandText = ([name, ...args]: StoreCommand): string =>
  [name.toUpperCase(), ...args.map((arg) => quoted(String(arg)))].join(' ');

function quoted(arg: string): string {
  if (plain.test(arg)) return arg;
  const isVisible = visibleText(arg) === arg && !/\p{Surrogate}/u.test(arg);
  // There a backslash is one, but before the quote.
  if (isVisible && !arg.endsWith('\\')) return `'${arg.replaceAll("'", "\\'")}'`;
  const characters = [...arg].map((character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    if (visibleText(character) === character) return character;
    return Buffer.from(character).toString('hex').replace(/../g, '\\x$&');
  });
  return `"${characters.join('')}"`;
}
