import type { Command } from 'commander';
import { filePath } from '../arguments/parsers.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'The instance:';

/** The verbs that have the system keep an instance running. */
export function declareServiceVerbs(program: Command, choose: Choose): void {
  const service = program
    .command('service')
    .summary('have the system start an instance, and keep it running')
    .description(
      'A service of this user: systemd on Linux, launchd on macOS, Task Scheduler on Windows.',
    )
    .helpGroup(group);

  const install = declareVerb(
    service,
    'install',
    {
      group,
      summary: 'start an instance now and at each login',
      description:
        "Writes a file for the system's service manager, and says each command that it\nruns. The node and the berth of this command are what will be started.",
      examples: [
        ['berth service install', 'with the configuration that a start here would read'],
        ['berth service install --config /srv/berth.json', 'with another one'],
        ['berth service install --dry-run', 'print the file and the commands'],
      ],
    },
    (verb) =>
      verb
        .option('-c, --config <file>', 'configuration file', filePath)
        .option('--dry-run', 'print the file and the commands, and do nothing'),
  );
  install.action(({ config, dryRun }: { config?: string; dryRun?: true }) =>
    chooseVerb(
      choose,
      install,
      { config: config ?? null, dryRun: dryRun === true },
      async () => (await import('../verbs/service.ts')).install,
    ),
  );

  const uninstall = declareVerb(
    service,
    'uninstall',
    {
      group,
      summary: 'stop it, and do not start it again',
      examples: [['berth service uninstall', 'hosts and logs stay']],
    },
    (verb) => verb.option('--dry-run', 'print the commands, and do nothing'),
  );
  uninstall.action(({ dryRun }: { dryRun?: true }) =>
    chooseVerb(
      choose,
      uninstall,
      { dryRun: dryRun === true },
      async () => (await import('../verbs/service.ts')).uninstall,
    ),
  );

  const status = declareVerb(service, 'status', {
    group,
    summary: 'show whether it is installed and runs, and with what',
    examples: [['berth service status', 'with the options that its file has']],
    exits: 'Exits with 6 when it does not run.',
  });
  status.action(() =>
    chooseVerb(choose, status, {}, async () => (await import('../verbs/service.ts')).status),
  );
}
