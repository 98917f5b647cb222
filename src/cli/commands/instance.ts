import type { Command } from 'commander';
import { filePath } from '../arguments/parsers.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'The instance:';

/** The verbs about the running instance and its configuration. */
export function declareInstanceVerbs(program: Command, choose: Choose): void {
  const status = declareVerb(
    program,
    'status',
    {
      group,
      summary: 'show whether it runs, where it serves, and what is wrong',
      examples: [
        ['berth status', 'problems first'],
        ['berth status --watch', 'as it changes; Ctrl-C ends'],
        ["berth status --json | jq '.listeners[0].port'", 'for a script'],
      ],
      exits: 'Exits with 6 when no instance runs.',
    },
    (verb) => verb.option('-w, --watch', 'go on with what changes'),
  );
  status.action(({ watch }: { watch?: true }) =>
    chooseVerb(
      choose,
      status,
      { watch: watch === true },
      async () => (await import('../verbs/status.ts')).status,
    ),
  );

  const stop = declareVerb(
    program,
    'stop',
    {
      group,
      summary: 'end the instance, after what runs is finished',
      description:
        'Sends the instance SIGTERM, and waits until it is gone. What runs is finished first.',
      examples: [
        ['berth stop', 'no request fails'],
        ['berth stop --now', 'at once'],
      ],
      exits: 'Exits with 6 when no instance runs.',
    },
    (verb) => verb.option('--now', 'do not let requests finish'),
  );
  stop.action(({ now }: { now?: true }) =>
    chooseVerb(
      choose,
      stop,
      { now: now === true },
      async () => (await import('../verbs/stop.ts')).stop,
    ),
  );

  const metrics = declareVerb(program, 'metrics', {
    group,
    summary: 'print its numbers as Prometheus reads them',
    examples: [['berth metrics | grep berth_requests', 'docs/METRICS.md explains each']],
  });
  metrics.action(() =>
    chooseVerb(choose, metrics, {}, async () => (await import('../verbs/metrics.ts')).metrics),
  );

  const reload = declareVerb(
    program,
    'reload',
    {
      group,
      summary: 'read configuration and certificates again, as SIGHUP does',
      examples: [
        ['berth reload', 'without a failed request'],
        ['berth reload --logs', 'reopen the access log, after it was moved'],
      ],
    },
    (verb) => verb.option('--logs', 'only reopen the access log, as SIGUSR1 does'),
  );
  reload.action(({ logs }: { logs?: true }) =>
    chooseVerb(
      choose,
      reload,
      { logs: logs === true },
      async () => (await import('../verbs/reload.ts')).reload,
    ),
  );

  const config = program
    .command('config')
    .summary('check, show or change the configuration')
    .description(
      'Looks at the configuration file, or shows and changes that of the running instance.',
    )
    .helpGroup(group);
  const validate = declareVerb(
    config,
    'validate',
    {
      group,
      summary: 'check a configuration file',
      examples: [
        ['berth config validate', 'the one that a start would read'],
        ['berth config validate config.json', 'another one'],
        ['berth --dry -c config.json', 'check it, and print what it comes to'],
      ],
      exits: 'Exits with 3 when a start would refuse it, in the same words.',
    },
    (verb) => verb.argument('[file]', 'a config.json', filePath),
  );
  validate.action((file: string | undefined) =>
    chooseVerb(
      choose,
      validate,
      { file },
      async () => (await import('../verbs/config.ts')).validate,
    ),
  );
  const path = declareVerb(config, 'path', {
    group,
    summary: 'print which file a start here would read',
    examples: [
      ['berth config path', 'it may not exist: then the defaults hold'],
      ['berth config path --json', 'with the directories of data, state and sockets'],
    ],
  });
  path.action(() =>
    chooseVerb(choose, path, {}, async () => (await import('../verbs/config.ts')).path),
  );
  const get = declareVerb(
    config,
    'get',
    {
      group,
      summary: 'print what holds in the running instance',
      examples: [
        ['berth config get', 'every key; those that the file sets are marked'],
        ['berth config get server.workers', 'one value, as JSON'],
        ["berth config get --json | jq '.values.server'", 'for a script'],
      ],
    },
    (verb) => verb.argument('[key]', 'as server.workers'),
  );
  get.action((key: string | undefined) =>
    chooseVerb(choose, get, { key }, async () => (await import('../verbs/settings.ts')).get),
  );
  const set = declareVerb(
    config,
    'set',
    {
      group,
      summary: 'write a key of the configuration file, and go over to it',
      description:
        'Writes a key, leaves the rest of the file as it is, and has the running instance\ngo over to it without a failed request. What the instance refuses is not kept.',
      examples: [
        ['berth config set server.workers 4', 'a number'],
        [
          'berth config set suffixes \'["test","localhost"]\'',
          'JSON, where it is more than a word',
        ],
        ['berth config unset server.workers', 'take it out of the file'],
      ],
    },
    (verb) => verb.argument('<key>', 'as server.workers').argument('<value>', 'JSON, or text'),
  );
  set.action((key: string, value: string) =>
    chooseVerb(choose, set, { key, value }, async () => (await import('../verbs/settings.ts')).set),
  );
  const unset = declareVerb(
    config,
    'unset',
    {
      group,
      summary: 'take keys out of the configuration file, and go over to it',
      examples: [['berth config unset http.port http.bind', 'both at once']],
    },
    (verb) => verb.argument('<key...>', 'as server.workers'),
  );
  unset.action((keys: readonly string[]) =>
    chooseVerb(choose, unset, { keys }, async () => (await import('../verbs/settings.ts')).unset),
  );
}
