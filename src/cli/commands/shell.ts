import { type Command, Option } from 'commander';
import { durationMs, hostName, httpPath, statuses } from '../arguments/parsers.ts';
import { type Shell, shells } from '../completion/shells.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'For scripts and shells:';
const minute = 60_000;

/** The verbs that help a person or a script around Berth. */
export function declareShellVerbs(program: Command, choose: Choose): void {
  const open = declareVerb(
    program,
    'open',
    {
      group,
      summary: 'open the dashboard, or a host, in the browser',
      description:
        'Opens a host in the browser, or without one the dashboard, and prints the address.\nThat of the dashboard carries a code only with --print or --json: it opens once, within two minutes.',
      examples: [
        ['berth open', 'the dashboard'],
        ['berth open app.localhost', 'with the right port'],
        ['curl "$(berth open --print app.localhost)"', 'only the address'],
      ],
    },
    (verb) =>
      verb.argument('[host]', 'a host', hostName).option('--print', 'only print the address'),
  );
  open.action((name: string | undefined, { print }: { print?: true }) => {
    const only = print === true;
    if (name === undefined) {
      const load = async () => (await import('../verbs/dashboard.ts')).dashboard;
      chooseVerb(choose, open, { print: only }, load);
    } else {
      const load = async () => (await import('../verbs/open.ts')).open;
      chooseVerb(choose, open, { name, print: only }, load);
    }
  });

  const wait = declareVerb(
    program,
    'wait',
    {
      group,
      summary: 'wait until a host answers',
      description:
        'Sends requests through the proxy until one is answered as expected. What Berth\nanswers itself does not count; an instance that is not there yet is waited for.',
      examples: [
        ['berth wait app.localhost && npm run e2e', 'up to 30 s'],
        ['berth wait app.localhost --status 2xx --path /health', 'until it is well'],
      ],
      exits: 'Exits with 7 when the time is over, with 6 when no instance came up in it.',
    },
    (verb) =>
      verb
        .argument('<host>', 'a host', hostName)
        .addOption(
          new Option('--timeout <duration>', 'how long')
            .argParser(durationMs(1, 24 * 60 * minute))
            .default(minute / 2, '30s'),
        )
        .option('--status <statuses>', 'which statuses count', statuses, '200-499')
        .option('--path <path>', 'what to ask for', httpPath, '/'),
  );
  wait.action((name: string, options: { timeout: number; status: string; path: string }) => {
    const { timeout, status, path } = options;
    chooseVerb(
      choose,
      wait,
      { name, timeoutMs: timeout, expect: status, path },
      async () => (await import('../verbs/wait.ts')).wait,
    );
  });

  const completion = declareVerb(
    program,
    'completion',
    {
      group,
      summary: 'print a script that completes verbs, options and hosts',
      examples: [
        ['source <(berth completion bash)', 'in ~/.bashrc'],
        ['source <(berth completion zsh)', 'in ~/.zshrc, after compinit'],
        ['berth completion fish > ~/.config/fish/completions/berth.fish', 'once'],
        ['berth completion powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
      ],
    },
    (verb) => verb.addArgument(verb.createArgument('<shell>', 'which shell').choices(shells)),
  );
  completion.action((shell: Shell) =>
    chooseVerb(
      choose,
      completion,
      { shell },
      async () => (await import('../verbs/completion.ts')).completion,
    ),
  );

  const version = declareVerb(program, 'version', {
    group,
    summary: 'print the version of this command and of the instance',
    examples: [
      ['berth version', 'with node and the instance that runs'],
      ['berth --version', 'the version alone'],
    ],
  });
  version.action(() =>
    chooseVerb(choose, version, {}, async () => (await import('../verbs/version.ts')).version),
  );

  const complete = program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .helpOption(false);
  complete.action((words: readonly string[]) =>
    choose({
      name: '__complete',
      input: { words },
      manner: { json: false, quiet: true, verbose: false },
      run: async (context) =>
        await (await import('../verbs/complete.ts')).complete({ words, program }, context),
    }),
  );
}
