import type { Command } from 'commander';
import { nearest } from '../../shared/config/describe.ts';

/** What a person may try to start with, which an option or another verb does. */
const starting: readonly string[] = ['start', 'restart', 'run', 'serve', 'up'];

/** `berth help [VERB...]`: of a verb of a verb too. */
export function declareHelpVerb(program: Command): void {
  const help = program
    .command('help')
    .argument('[verb...]')
    .summary('print the help of a verb')
    .helpGroup('For scripts and shells:');
  help.action((words: readonly string[]) => {
    let meant = program;
    for (const word of words) {
      const verb = meant.commands.find((one) => namesOf(one).includes(word));
      if (verb === undefined) refuseVerb(meant, word);
      else meant = verb;
    }
    meant.help();
  });
}

/** Ends with exit code 2: a word stands where a verb belongs. */
export function refuseVerb(parent: Command, word: string): never {
  const isTop = parent.parent === null;
  const verb = [...(isTop ? [] : [parent.name()]), word].join(' ');
  return parent.error(`error: unknown verb '${verb}'${hintFor(parent, word)}`);
}

function hintFor(parent: Command, word: string): string {
  if (parent.parent === null && starting.includes(word)) {
    return '\nAn instance is started by berth --headless, and kept running by berth service install.';
  }
  const meant = nearest(word, parent.commands.flatMap(namesOf).filter(isPublic));
  return meant === null ? '' : `\n(Did you mean ${meant}?)`;
}

const namesOf = (verb: Command): readonly string[] => [verb.name(), ...verb.aliases()];
const isPublic = (name: string): boolean => !name.startsWith('__');
