import { Argument, type Command, Option } from 'commander';
import { limits } from '../../shared/limits.ts';
import { accessLogFormats } from '../../shared/model/accessLogFormat.ts';
import { wholeNumber } from '../arguments/parsers.ts';
import type { LogFormat } from '../verbs/logs.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'Traffic:';
const formats: readonly LogFormat[] = ['pretty', ...accessLogFormats];

interface LogsOptions {
  readonly follow?: true;
  readonly filter: string;
  readonly lines?: number;
  readonly format: LogFormat;
  readonly trace?: true;
}

/** The verbs that show requests. */
export function declareTrafficVerbs(program: Command, choose: Choose): void {
  const logs = declareVerb(
    program,
    'logs',
    {
      group,
      summary: 'show the last requests, or follow them as they come',
      description:
        'Shows the last requests in the order in which they ended, each with the time of\nthat, or follows them as they end. ↻2 behind a backend: the request was sent again twice, and this is the\nbackend that it ended with; the line below says what became of each try.',
      examples: [
        ['berth logs -f', 'each request as it is finished; Ctrl-C ends'],
        ["berth logs -f --filter 'status>=500 host:api.*'", 'only those that failed'],
        ['berth logs --trace', 'with frontend, choice and each try of every request'],
        ["berth logs --filter 'dur>1s -path:/health' --json | jq .target", 'for a script'],
      ],
      exits:
        'A filter that is not valid exits with 2, and points at what is wrong.\n\n--json prints all that is known of each request, with its tries; --format json\nthe fewer fields of a JSON access log, as docs/ACCESSLOG.md has them.',
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
          new Option('--format <format>', 'pretty, or the lines of such an access log')
            .choices(formats)
            .default('pretty'),
        )
        .addOption(
          new Option('--trace', 'show how each request came to its answer').conflicts('format'),
        ),
  );
  logs.action((options: LogsOptions) => {
    const { follow, filter, lines, format, trace } = options;
    chooseVerb(
      choose,
      logs,
      { follow: follow === true, filter, count: lines, format, trace: trace === true },
      async () => (await import('../verbs/logs.ts')).logs,
    );
  });

  const capture = declareVerb(
    program,
    'capture',
    {
      group,
      summary: 'keep requests to look at, or stop that for a while',
      description:
        'While it is off, no request is kept, and berth logs shows none that comes.\nNumbers, metrics and the access log go on. It is on at every start.',
      examples: [
        ['berth capture off', 'what is kept stays as it is'],
        ['berth capture on', 'go on'],
      ],
    },
    (verb) => verb.addArgument(new Argument('<on|off>').choices(['on', 'off'])),
  );
  capture.action((word: 'on' | 'off') =>
    chooseVerb(
      choose,
      capture,
      { on: word === 'on' },
      async () => (await import('../verbs/capture.ts')).capture,
    ),
  );

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
