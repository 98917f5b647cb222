import { type Command, Option } from 'commander';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

interface Options {
  readonly ports?: true;
  readonly undo?: true;
  readonly everybody?: true;
  readonly dryRun?: true;
}

/** The verb that does everything a machine needs once. */
export function declareSetupVerb(program: Command, choose: Choose): void {
  const setup = declareVerb(
    program,
    'setup',
    {
      group: 'Names and certificates:',
      summary: 'have hosts open by name over HTTPS, with no warning',
      description:
        'Does what "names install" and "trust" do, and proves it: names are looked up,\nthe system and browsers shake hands, a page is opened. Every change is shown\nbefore it is made; the rights of an administrator are asked for once. What is so\nalready is left alone.',
      examples: [
        ['berth setup --dry-run', 'each change, and nothing is done'],
        ['berth setup', 'so that https://anything.dev.local/ opens'],
        ['berth setup --ports', 'also without a port in addresses, on Linux'],
        ['berth setup --undo', 'the machine as it was before'],
      ],
      exits:
        'Exits with 8 when rights are needed and nobody could be asked, with 7 when all\nis done and something does not work all the same, with 6 when all is done and no\npage was opened, since no instance runs.',
    },
    (verb) =>
      verb
        .addOption(
          new Option('--ports', 'also let every user listen on ports from 80 on (Linux)').conflicts(
            'undo',
          ),
        )
        .option('--undo', 'take everything back')
        .addOption(
          new Option(
            '--everybody',
            'with --undo, as root: of all instances of this machine (Linux)',
          ).conflicts('ports'),
        )
        .option('--dry-run', 'print what would be done, and do nothing'),
  );
  setup.action(({ ports, undo, everybody, dryRun }: Options) => {
    if (everybody === true) {
      if (undo !== true) setup.error("error: option '--everybody' takes '--undo'");
      return chooseVerb(
        choose,
        setup,
        { dryRun: dryRun === true },
        async () => (await import('../verbs/undoEverybody.ts')).undoEverybody,
      );
    }
    return undo === true
      ? chooseVerb(
          choose,
          setup,
          { dryRun: dryRun === true },
          async () => (await import('../verbs/setup.ts')).undo,
        )
      : chooseVerb(
          choose,
          setup,
          { ports: ports === true, dryRun: dryRun === true },
          async () => (await import('../verbs/setup.ts')).setup,
        );
  });
}
