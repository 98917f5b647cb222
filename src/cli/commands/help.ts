import type { Command } from 'commander';
import { nearest } from '../../shared/config/describe.ts';

/** Words that a person may try first, which other tools have, and what does that here. */
const guesses: readonly (readonly [words: readonly string[], says: string])[] = [
  [
    ['start', 'restart', 'run', 'serve', 'up'],
    'An instance is started by berth --headless, and kept running by berth service install.',
  ],
  [['down', 'quit', 'kill'], 'An instance is ended by berth stop.'],
  [['delete', 'del'], 'A host is removed by berth rm HOST.'],
  [
    ['pause', 'resume', 'unpause', 'disable', 'enable'],
    'A host is paused by berth set HOST --pause, until berth set HOST --resume.',
  ],
  [
    ['edit', 'update', 'change', 'backend', 'backends'],
    'A host gets other backends by berth set HOST --backend URL, and one more by berth add HOST URL.',
  ],
  [
    ['show', 'get', 'inspect', 'describe', 'info'],
    'Hosts are listed by berth hosts, their backends judged by berth health HOST, and the instance by berth status.',
  ],
  [
    ['log', 'tail', 'traffic', 'requests'],
    'Requests are shown by berth logs, and followed by berth logs -f.',
  ],
  [
    ['check', 'diagnose', 'verify'],
    'What is wrong is found by berth doctor; a backend is checked by berth health check HOST.',
  ],
  [['docker', 'podman', 'container'], 'Containers are listed by berth containers.'],
  [['ui', 'gui', 'dashboard', 'web'], 'The dashboard is opened by berth open.'],
  [
    ['cert', 'certs', 'certificate', 'certificates', 'ca'],
    'The local CA is trusted by berth trust, and certificates are looked at by berth doctor.',
  ],
  [
    ['dns', 'resolver', 'hostsfile'],
    'How hosts are found is shown by berth names, and this machine finds them after berth setup.',
  ],
  [
    ['uninstall'],
    'What Berth has changed of this machine is taken back by berth setup --undo, and a service by berth service uninstall.',
  ],
  [['settings'], 'The configuration is shown by berth config get.'],
];

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
  const guess =
    parent.parent === null ? guesses.find(([words]) => words.includes(word)) : undefined;
  if (guess !== undefined) return `\n${guess[1]}`;
  const meant = nearest(word, parent.commands.flatMap(namesOf).filter(isPublic));
  return meant === null ? '' : `\n(Did you mean ${meant}?)`;
}

const namesOf = (verb: Command): readonly string[] => [verb.name(), ...verb.aliases()];
const isPublic = (name: string): boolean => !name.startsWith('__');
