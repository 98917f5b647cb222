import { type Command, Option } from 'commander';
import {
  type DocumentFormat,
  documentFormats,
  type Format,
  formats,
} from '../../core/transfer/wanted.ts';
import { filePath, wholeNumber } from '../arguments/parsers.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'Coming and going:';

interface ImportOptions {
  readonly from?: Format;
  readonly config?: string;
  readonly port?: number;
  readonly dryRun?: true;
  readonly replace?: true;
  readonly skip?: true;
}

/** The verbs that bring hosts in, take them out, and move them between stores. */
export function declareTransferVerbs(program: Command, choose: Choose): void {
  const importVerb = declareVerb(
    program,
    'import',
    {
      group,
      summary: 'take over hosts of another tool, or of an export',
      description:
        'Reads hosts and shows what they change here; then writes all of it or nothing.\nIt reads what berth export wrote; redis-cli lines, a config.json or the Redis of\nHipache; a hosts file; and the files of hotel, localias and portless.',
      examples: [
        ['berth import hosts.yaml --dry-run', 'what it would change'],
        ['berth import .localias.yaml', 'told by its content'],
        ['berth import ~/.hotel', 'every server of hotel'],
        ['berth import --from hipache --config config.json', 'from the Redis that it names'],
        ['berth import redis://10.0.0.5:6379', 'the same, by its URL'],
        ['berth import /etc/hosts --port 3000 --dry-run', 'names alone need a port'],
        ['ssh dev berth export | berth import -', 'from another machine'],
      ],
      exits: 'Exits with 1 and writes nothing when a host has other backends here.',
    },
    (verb) =>
      verb
        .argument('[file]', 'a file, a directory of hotel, - or redis://…', filePath)
        .addOption(
          new Option('--from <format>', 'what it is, when that is not told by its content').choices(
            formats,
          ),
        )
        .option('--config <file>', 'read from the Redis that this config.json names', filePath)
        .option('--port <port>', 'port for the names of a hosts file', wholeNumber(1, 65535))
        .option('--dry-run', 'only show what would change')
        .addOption(
          new Option('--replace', 'overwrite hosts that have other backends').conflicts('skip'),
        )
        .option('--skip', 'leave hosts alone that have other backends'),
  );
  importVerb.action((file: string | undefined, options: ImportOptions) => {
    const { from = null, config = null, port = null, dryRun, replace, skip } = options;
    const onConflict = replace === true ? 'replace' : skip === true ? 'skip' : 'stop';
    chooseVerb(
      choose,
      importVerb,
      { file, from, config, port, dryRun: dryRun === true, onConflict } as const,
      async () => (await import('../verbs/import.ts')).importHosts,
    );
  });

  const exportVerb = declareVerb(
    program,
    'export',
    {
      group,
      summary: 'write all hosts as one document',
      description:
        'Writes all hosts with identifier, backends and options as one document, sorted,\nthat berth import reads. Dead marks and secrets are not in it.',
      examples: [
        ['berth export > hosts.yaml', 'YAML'],
        ['berth export -o hosts.json', 'JSON, and the file is there whole or not at all'],
      ],
    },
    (verb) =>
      verb
        .addOption(
          new Option('--format <format>', 'yaml unless told otherwise').choices(documentFormats),
        )
        .option('-o, --output <file>', 'a file instead of standard output', filePath),
  );
  exportVerb.action(({ format, output }: { format?: DocumentFormat; output?: string }) =>
    chooseVerb(
      choose,
      exportVerb,
      { format: format ?? null, file: output ?? null },
      async () => (await import('../verbs/export.ts')).exportHosts,
    ),
  );

  const store = program
    .command('store')
    .summary('copy hosts from one store to another')
    .description('Works on the stores themselves; no instance has to run.')
    .helpGroup(group);
  const migrate = declareVerb(
    store,
    'migrate',
    {
      group,
      summary: 'copy all hosts from one store to another',
      description:
        'Copies every frontend with its options, and reads them back. What expires (dead\nmarks) and the keys of others are never touched. It can be run again.',
      examples: [
        ['berth store migrate --to redis://127.0.0.1:6379 --dry-run', 'what would be copied'],
        ['berth store migrate --to redis://127.0.0.1:6379#team:', 'under a prefix'],
        ['berth store migrate --from redis://10.0.0.5 --to embedded', 'out of a Redis'],
      ],
      exits: 'Exits with 1 and writes nothing when a name has something else in the target.',
    },
    (verb) =>
      verb
        .requiredOption('--to <store>', 'driver URL, embedded, or configured')
        .option('--from <store>', 'the same', 'configured')
        .option('--dry-run', 'only show what would be copied')
        .option('--replace', 'overwrite what is different in the target'),
  );
  migrate.action(
    ({ to, from, dryRun, replace }: { to: string; from: string; dryRun?: true; replace?: true }) =>
      chooseVerb(
        choose,
        migrate,
        { to, from, dryRun: dryRun === true, replace: replace === true },
        async () => (await import('../verbs/storeMigrate.ts')).storeMigrate,
      ),
  );
}
