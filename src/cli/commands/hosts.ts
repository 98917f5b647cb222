import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { limits } from '../../shared/limits.ts';
import { policies } from '../../shared/model/optionWords.ts';
import {
  backendUrl,
  checkDuration,
  checkTarget,
  type GivenUrl,
  hostName,
  method,
  newCheckTarget,
  several,
  statuses,
  weight,
  wholeNumber,
} from '../arguments/parsers.ts';
import type { SetOptions } from '../verbs/set.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'Hosts:';
const host = [
  '<host>',
  'a host, *.domain for every host below, or * for the rest',
  hostName,
] as const;

/** The verbs that look at and change which hosts there are. */
export function declareHostVerbs(program: Command, choose: Choose): void {
  const hosts = declareVerb(
    program,
    'hosts',
    {
      group,
      aliases: ['ls', 'list'],
      summary: 'list hosts with their backends',
      examples: [
        ['berth hosts', 'a table'],
        ['berth hosts --watch', 'as it changes; Ctrl-C ends'],
        ["berth hosts --json | jq -r '.hosts[].name'", 'the names alone'],
      ],
    },
    (verb) => verb.option('-w, --watch', 'go on with what changes'),
  );
  hosts.action(({ watch }: { watch?: true }) =>
    chooseVerb(
      choose,
      hosts,
      { watch: watch === true },
      async () => (await import('../verbs/hosts.ts')).hosts,
    ),
  );

  const add = declareVerb(
    program,
    'add',
    {
      group,
      summary: 'give a server a name, or a host a further backend',
      description:
        'Adds backends to a host, and makes the host when there is none. The address to\nopen goes to standard output.',
      examples: [
        ['berth add app.localhost 3000', 'the server on port 3000 of this machine'],
        ['berth add app.localhost http://127.0.0.1:3001', 'a second one shares the load'],
        ['berth add app.localhost 3000 --check /health', 'with a health check'],
        ["berth add '*.app.localhost' 3000", 'every host below'],
      ],
    },
    (verb) =>
      verb
        .argument(...host)
        .argument('<url...>', 'its backends: URL, host:port or port', several(backendUrl))
        .option('--id <text>', 'identifier of the host, as the access log shows it', identifier)
        .option('--check <path|tcp>', 'ask its backends by themselves, each 3 s', newCheckTarget),
  );
  add.action(
    (name: string, urls: readonly GivenUrl[], { id, check }: { id?: string; check?: string }) =>
      chooseVerb(
        choose,
        add,
        { name, urls, identifier: id, check },
        async () => (await import('../verbs/add.ts')).add,
      ),
  );

  const set = declareVerb(
    program,
    'set',
    {
      group,
      summary: 'change a host: backends, policy, health check, redirect, pause',
      description: 'Changes what is given, and leaves the rest as it is.',
      examples: [
        ['berth set app.localhost --backend 3000 3001', 'these two, instead of what it had'],
        ['berth set app.localhost --policy round-robin --weight 3000=2', 'one takes double'],
        ['berth set app.localhost --check /health --check-interval 5s', 'ask it every 5 s'],
        ['berth set app.localhost --redirect-https on', 'plain HTTP goes to HTTPS'],
        ['berth set app.localhost --pause', 'its backends get no requests until --resume'],
      ],
    },
    declareSetOptions,
  );
  set.action((name: string, options: SetOptions) =>
    chooseVerb(choose, set, { name, options }, async () => (await import('../verbs/set.ts')).set),
  );

  const rm = declareVerb(
    program,
    'rm',
    {
      group,
      aliases: ['remove'],
      summary: 'remove a host, or some of its backends',
      examples: [
        ['berth rm app.localhost', 'the host with all that belongs to it'],
        ['berth rm app.localhost 3001', 'one backend'],
        ["berth rm --exact 'App Local'", 'a name in the store that no host has'],
        ['berth undo', 'take it back'],
      ],
    },
    (verb) =>
      verb
        .argument(host[0], host[1])
        .argument('[url...]', 'backends, as they are listed or short', several(backendUrl))
        .option('--exact', 'the name is exactly the one in the store, whatever it is'),
  );
  rm.action((word: string, urls: readonly GivenUrl[] | undefined, { exact }: { exact?: true }) =>
    chooseVerb(
      choose,
      rm,
      {
        name: exact === true ? word : hostArgument(rm, word),
        exact: exact === true,
        urls: urls ?? [],
      },
      async () => (await import('../verbs/rm.ts')).rm,
    ),
  );

  const undo = declareVerb(
    program,
    'undo',
    {
      group,
      summary: 'take back the last edit, or one that berth edits lists',
      description:
        'Takes back an edit that was made through this instance, when the store still has\nwhat it wrote. What somebody else changed since is never overwritten.',
      examples: [
        ['berth undo', 'the last edit'],
        ['berth undo 3', 'the edit with the number 3'],
      ],
    },
    (verb) => verb.argument('[id]', 'number of the edit', wholeNumber(1, 999_999_999)),
  );
  undo.action((id: number | undefined) =>
    chooseVerb(choose, undo, { id }, async () => (await import('../verbs/undo.ts')).undo),
  );

  const edits = declareVerb(program, 'edits', {
    group,
    summary: 'list the last edits made through this instance',
    examples: [['berth edits', 'newest first, with the numbers for berth undo']],
  });
  edits.action(() =>
    chooseVerb(choose, edits, {}, async () => (await import('../verbs/edits.ts')).edits),
  );

  const lint = declareVerb(
    program,
    'lint',
    {
      group,
      summary: 'find what is stored and probably not meant',
      examples: [
        ['berth lint', 'all hosts'],
        ['berth lint app.localhost', 'one host'],
      ],
      exits: 'Exits with 1 when an error was found; warnings alone are 0.',
    },
    (verb) => verb.argument('[host]', host[1], hostName),
  );
  lint.action((name: string | undefined) =>
    chooseVerb(choose, lint, { name }, async () => (await import('../verbs/lint.ts')).lint),
  );
}

function declareSetOptions(verb: Command): Command {
  const check = 'Health check:';
  const checkOption = (flags: string, text: string, parse: (word: string) => unknown): Option =>
    new Option(flags, text).argParser(parse).helpGroup(check);
  return verb
    .argument(...host)
    .option('--backend <url...>', 'its backends, instead of those it has', several(backendUrl))
    .option('--id <text>', 'identifier, as the access log shows it', identifier)
    .addOption(new Option('--pause', 'answer each request that it is paused').conflicts('resume'))
    .option('--resume', 'send requests to its backends again')
    .addOption(new Option('--policy <policy>', 'how a backend is chosen').choices(policies))
    .option('--weight <url=n...>', 'share of a backend, 1 to 100; 1 is the usual', several(weight))
    .addOption(
      new Option('--redirect-https <on|off>', 'answer plain HTTP with the HTTPS address').choices([
        'on',
        'off',
      ]),
    )
    .addOption(
      new Option('--host-header <whose>', 'Host that backends get').choices(['client', 'backend']),
    )
    .addOption(
      new Option('--cert <file|off>', 'certificate of its own, PEM with its chain').argParser(
        ownFile,
      ),
    )
    .addOption(new Option('--key <file|off>', 'the private key of that, PEM').argParser(ownFile))
    .option('--reset', 'begin with the usual options; what is stored of them goes')
    .addOption(checkOption('--check <path|tcp|off>', 'ask its backends by themselves', checkTarget))
    .addOption(checkOption('--check-method <method>', 'method (HEAD)', method))
    .addOption(checkOption('--check-host <host>', 'Host (the name of the frontend)', String))
    .addOption(
      checkOption('--check-expect <statuses>', 'statuses that are well (200-499)', statuses),
    )
    .addOption(
      checkOption('--check-interval <duration>', 'time between two checks (3s)', checkDuration),
    )
    .addOption(
      checkOption('--check-timeout <duration>', 'time that one may take (3s)', checkDuration),
    )
    .addOption(checkOption('--check-rise <n>', 'successes until it is up (1)', wholeNumber(1, 100)))
    .addOption(
      checkOption('--check-fall <n>', 'failures until it is down (2)', wholeNumber(1, 100)),
    );
}

/** The instance has another directory: it is told where the file is. */
const ownFile = (word: string): string => (word === 'off' ? word : resolve(word));

const identifier = (word: string): string => word.slice(0, limits.maxIdentifierChars);

/** As `hostName` does it where commander calls it: an option may say that a word is no name of a host. */
function hostArgument(verb: Command, word: string): string {
  try {
    return hostName(word);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return verb.error(
      `error: command-argument value '${word}' is invalid for argument 'host'. ${error.message}`,
    );
  }
}
