import { type Command, Option } from 'commander';
import { limits } from '../../shared/limits.ts';
import { accessLogFormats } from '../../shared/model/accessLogFormat.ts';
import { wholeNumber } from '../arguments/parsers.ts';
import type { LogFormat } from '../verbs/logs.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'Traffic:';
const formats: readonly LogFormat[] = ['pretty', ...accessLogFormats];

/** The verbs that show requests. */
export function declareTrafficVerbs(program: Command, choose: Choose): void {
  const logs = declareVerb(
    program,
    'logs',
    {
      group,
      summary: 'show the last requests, or follow them as they come',
      examples: [
        ['berth logs -f', 'each request as it is finished; Ctrl-C ends'],
        ["berth logs -f --filter 'status>=500 host:api.*'", 'only those that failed'],
        ["berth logs --filter 'dur>1s -path:/health' --json | jq .target", 'for a script'],
      ],
      exits: 'A filter that is not valid exits with 2, and points at what is wrong.',
    },
    (verb) =>
      verb
        .option('-f, --follow', 'go on with what comes')
        .option('--filter <filter>', 'only requests that pass it', '')
        .option(
          '-n, --lines <n>',
          'how many of the last requests (100, with -f 10)',
          wholeNumber(0, limits.maxHeldRecords),
        )
        .addOption(
          new Option('--format <format>', 'for a person, or as the access log has it')
            .choices(formats)
            .default('pretty'),
        ),
  );
  logs.action((options: { follow?: true; filter: string; lines?: number; format: LogFormat }) => {
    const { follow, filter, lines, format } = options;
    chooseVerb(
      choose,
      logs,
      { follow: follow === true, filter, count: lines, format },
      async () => (await import('../verbs/logs.ts')).logs,
    );
  });

  const top = declareVerb(
    program,
    'top',
    {
      group,
      summary: 'show the busiest hosts: requests a second, errors, durations',
      examples: [
        ['berth top', 'refreshed each second; Ctrl-C ends'],
        ['berth top --once', 'printed once, as it also is into a pipe'],
      ],
    },
    (verb) => verb.option('--once', 'print once'),
  );
  top.action(({ once }: { once?: true }) =>
    chooseVerb(
      choose,
      top,
      { once: once === true },
      async () => (await import('../verbs/top.ts')).top,
    ),
  );
}
