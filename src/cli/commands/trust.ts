import { type Command, Option } from 'commander';
import { type Choose, chooseVerb, declareVerb, guessOptions } from './declare.ts';

const group = 'Names and certificates:';

const collected = (id: string, before: readonly string[]): readonly string[] => [...before, id];

const storeOption = (): Option =>
  new Option('--store <id>', 'only this one, or all of a kind as firefox; may be repeated')
    .argParser(collected)
    .default([] as readonly string[], 'all');

interface Options {
  readonly store: readonly string[];
  readonly dryRun?: true;
  readonly status?: true;
  readonly foreign?: true;
}

/** The verbs about who trusts the local CA. */
export function declareTrustVerbs(program: Command, choose: Choose): void {
  const trust = declareVerb(
    program,
    'trust',
    {
      group,
      summary: 'have this machine and its browsers trust the local CA',
      description:
        'Adds the certificate of the local CA to every store that is here: that of the\nsystem, and those of Chromium and Firefox. Each has its own result, and one that\nis missing stops no other. The rights of an administrator are asked for only\nwhere a step needs them.',
      examples: [
        ['berth trust --dry-run', 'each command, and nothing is done'],
        ['berth trust', 'all stores that are here'],
        ['berth trust --status', 'who trusts it, by real handshakes'],
        ['berth trust --store firefox', 'all profiles of Firefox, and nothing else'],
      ],
      exits:
        'Exits with 8 when rights are needed and nobody could be asked; their command is\nprinted. With --status it exits with 7 when a store does not trust it.',
    },
    (verb) =>
      guessOptions(
        verb
          .addOption(storeOption())
          .addOption(new Option('--status', 'only show who trusts it').conflicts('dryRun'))
          .option('--dry-run', 'print what would be done, and do nothing'),
        { undo: 'That is berth untrust.' },
      ),
  );
  trust.action(({ store, dryRun, status }: Options) =>
    status === true
      ? chooseVerb(
          choose,
          trust,
          { stores: store },
          async () => (await import('../verbs/trust.ts')).trustStatus,
        )
      : chooseVerb(
          choose,
          trust,
          { stores: store, dryRun: dryRun === true },
          async () => (await import('../verbs/trust.ts')).trust,
        ),
  );

  const untrust = declareVerb(
    program,
    'untrust',
    {
      group,
      summary: 'have nobody trust the local CA any more',
      description:
        'Takes every certificate of the local CA out again, earlier ones too. What was\nmade for it goes, and files that nobody changed since are as they were before.',
      examples: [
        ['berth untrust', 'all stores'],
        ['berth untrust --dry-run', 'each command, and nothing is done'],
        ['berth untrust --foreign', 'also those of an instance whose data is lost'],
      ],
      exits: 'Exits with 8 when rights are needed and nobody could be asked.',
    },
    (verb) =>
      verb
        .addOption(storeOption())
        .option('--foreign', 'also certificates of other instances of Berth')
        .option('--dry-run', 'print what would be done, and do nothing'),
  );
  untrust.action(({ store, dryRun, foreign }: Options) =>
    chooseVerb(
      choose,
      untrust,
      { stores: store, dryRun: dryRun === true, foreign: foreign === true },
      async () => (await import('../verbs/untrust.ts')).untrust,
    ),
  );
}
