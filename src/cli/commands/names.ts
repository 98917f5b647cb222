import { type Command, Option } from 'commander';
import type { NamesChange } from '../../shared/contract/names.ts';
import { hostName, several } from '../arguments/parsers.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'Names and certificates:';

interface ChangeOptions {
  readonly hostsFile?: true;
  readonly dns?: true;
  readonly dryRun?: true;
}

const wayOf = ({ hostsFile, dns }: ChangeOptions): NamesChange['way'] =>
  hostsFile === true ? 'hosts-file' : dns === true ? 'dns' : undefined;

const withWays = (verb: Command): Command =>
  verb
    .addOption(new Option('--hosts-file', 'only by the hosts file').conflicts('dns'))
    .option('--dns', "only by the DNS server of Berth and the system's resolver")
    .option('--dry-run', 'print what would be done, and do nothing');

/** The verbs about how hosts are found on this machine. */
export function declareNamesVerbs(program: Command, choose: Choose): void {
  const names = declareVerb(
    program,
    'names',
    {
      group,
      summary: 'show how hosts are found on this machine, or change it',
      description:
        'Looks hosts up as programs do, at the DNS server of Berth and in the hosts file,\nover IPv4 and IPv6, and says where these differ.',
      examples: [
        ['berth names', 'every host'],
        ['berth names app.dev.local', 'one, which need not be a host of Berth'],
        ['berth names install', 'make this machine find them'],
      ],
      exits: 'Exits with 7 when programs do not find a host, or find it elsewhere.',
    },
    (verb) => verb.argument('[host...]', 'hosts to look up', several(hostName)),
  );
  names.action((hosts: readonly string[] = []) =>
    chooseVerb(choose, names, { hosts }, async () => (await import('../verbs/names.ts')).names),
  );

  const install = declareVerb(
    names,
    'install',
    {
      group,
      summary: 'make this machine find the hosts',
      description:
        'Writes a block into the hosts file, and tells the resolver of the system to ask\nthe DNS server of Berth for the suffixes, where it can be told that. Every change\nis shown before it is made; the rights of an administrator are asked for once.',
      examples: [
        ['berth names install --dry-run', 'each change, and nothing is done'],
        ['berth names install', 'both ways, as far as they are possible here'],
        ['berth names install --dns', 'also names that nobody mapped yet'],
        ['berth names install www.example.com', 'a host of a domain that others own'],
      ],
      exits: 'Exits with 8 when rights are needed and nobody could be asked.',
    },
    (verb) => withWays(verb).argument('[host...]', 'hosts of other domains, for the hosts file'),
  );
  install.action((hosts: readonly string[], options: ChangeOptions) =>
    chooseVerb(
      choose,
      install,
      {
        change: { action: 'install' as const, way: wayOf(options), hosts },
        dryRun: options.dryRun === true,
      },
      async () => (await import('../verbs/names.ts')).change,
    ),
  );

  const uninstall = declareVerb(
    names,
    'uninstall',
    {
      group,
      summary: 'take that back',
      description:
        'Takes the block out of the hosts file, and the files that tell the resolver. What\nis left is as it was before, byte for byte.',
      examples: [
        ['berth names uninstall', 'both ways'],
        ['berth names uninstall --dry-run', 'each change, and nothing is done'],
      ],
      exits: 'Exits with 8 when rights are needed and nobody could be asked.',
    },
    withWays,
  );
  uninstall.action((options: ChangeOptions) =>
    chooseVerb(
      choose,
      uninstall,
      {
        change: { action: 'uninstall' as const, way: wayOf(options), hosts: [] },
        dryRun: options.dryRun === true,
      },
      async () => (await import('../verbs/names.ts')).change,
    ),
  );
}
