import type { Command } from 'commander';
import { wholeNumber } from '../arguments/parsers.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

/** The verb about servers that run on this machine without a container. */
export function declarePortsVerb(program: Command, choose: Choose): void {
  const ports = declareVerb(
    program,
    'ports',
    {
      group: 'Containers:',
      summary: 'list what listens on this machine',
      description:
        'Lists the TCP ports of this machine on which something listens, with the\nprocess, its folder, and the hosts that lead there.',
      examples: [
        ['berth ports', 'all of them'],
        ['berth ports 5173', 'who listens on one'],
        ["berth ports --json | jq '.ports[] | select(.hosts == [])'", 'those without a host'],
      ],
      exits: 'With a port it exits with 7 when nothing listens there.',
    },
    (verb) => verb.argument('[port]', 'one port', wholeNumber(1, 65_535)),
  );
  ports.action((port: number | undefined) =>
    chooseVerb(
      choose,
      ports,
      { port: port ?? null },
      async () => (await import('../verbs/ports.ts')).ports,
    ),
  );
}
