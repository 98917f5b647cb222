import type { Argument, Command, Option } from 'commander';
import type { HostView } from '../../shared/contract/hosts.ts';
import { filterCandidates } from './filterCandidates.ts';

/** A word that fits, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

type KnownHost = Pick<HostView, 'name' | 'backends'>;

/**
 * What fits in the place of the last word.
 *
 * @param words behind the name of the program, as they were typed; the last one may be empty
 * @param hosts asked only where names of hosts or backends fit
 */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  hosts: () => Promise<readonly KnownHost[]>,
): Promise<readonly Candidate[]> {
  const last = unquoted(words.at(-1) ?? '');
  const place = placeOf(program, words.slice(0, -1).map(unquoted));
  const found = await fitting(place, last, hosts);
  return found.filter(({ word }) => word.startsWith(last));
}

/** Where a command line stands. */
interface Place {
  readonly command: Command;
  /** Words so far that are neither verbs nor options. */
  readonly operands: readonly string[];
  /** An option that waits for its value. */
  readonly option: Option | null;
}

function placeOf(program: Command, words: readonly string[]): Place {
  let command = program;
  let option: Option | null = null;
  const operands: string[] = [];
  for (const word of words) {
    if (option !== null) {
      if (!option.variadic) option = null;
      if (!word.startsWith('-')) continue;
      option = null;
    }
    if (word.startsWith('-')) {
      const found = command.options.find(({ short, long }) => word === short || word === long);
      option = found?.required === true ? found : null;
      continue;
    }
    const verb = operands.length === 0 ? verbOf(command, word) : undefined;
    if (verb === undefined) operands.push(word);
    else command = verb;
  }
  return { command, operands, option };
}

const verbOf = (command: Command, word: string): Command | undefined =>
  command.commands.find((verb) => verb.name() === word || verb.aliases().includes(word));

async function fitting(
  { command, operands, option }: Place,
  last: string,
  hosts: () => Promise<readonly KnownHost[]>,
): Promise<readonly Candidate[]> {
  if (option?.long === '--filter') return await filterCandidates(last, hosts);
  if (option !== null) return choices(option);
  const help = command.createHelp();
  if (last.startsWith('-')) {
    return help
      .visibleOptions(command)
      .map(({ long, short, description }) => ({ word: long ?? short ?? '', about: description }));
  }
  const verbs =
    operands.length === 0
      ? help.visibleCommands(command).filter((verb) => verb.name() !== 'help')
      : [];
  const argument = argumentAt(command, operands.length);
  return [
    ...verbs.map((verb) => ({ word: verb.name(), about: verb.summary() })),
    ...(argument === undefined ? [] : await valuesOf(argument, command, operands, hosts)),
  ];
}

function argumentAt(command: Command, at: number): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return command.registeredArguments[at] ?? (last?.variadic === true ? last : undefined);
}

async function valuesOf(
  argument: Argument,
  command: Command,
  operands: readonly string[],
  hosts: () => Promise<readonly KnownHost[]>,
): Promise<readonly Candidate[]> {
  switch (argument.name()) {
    case 'host':
      return (await hosts()).map(({ name, backends }) => ({
        word: name,
        about: backends.join(' '),
      }));
    case 'url': {
      // A backend that is added is not one that is listed.
      if (command.name() === 'add') return [];
      const host = (await hosts()).find(({ name }) => name === operands[0]);
      const left = (host?.backends ?? []).filter((url) => !operands.includes(url));
      return left.map((word) => ({ word, about: 'backend' }));
    }
    default:
      return choices(argument);
  }
}

const choices = ({ argChoices, description }: Pick<Option, 'argChoices' | 'description'>) =>
  (argChoices ?? []).map((word) => ({ word, about: description }));

/** A shell hands words over as they were typed. */
const unquoted = (word: string): string => word.replace(/["'\\]/g, '');
