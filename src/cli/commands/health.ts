import type { Command } from 'commander';
import { backendUrl, type GivenUrl, hostName, several } from '../arguments/parsers.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'Health:';
const host = ['<host>', 'a host, *.domain or *', hostName] as const;

/** The verbs about backends that are up or down. */
export function declareHealthVerbs(program: Command, choose: Choose): void {
  const health = declareVerb(
    program,
    'health',
    {
      group,
      summary: 'show which backends are up or down, and why',
      examples: [
        ['berth health', 'all hosts'],
        ['berth health app.localhost --watch', 'one host, as it changes'],
        ['berth health check app.localhost', 'ask its backends now'],
      ],
      exits: 'Exits with 7 when a backend that is shown is down.',
    },
    (verb) =>
      verb
        .argument('[host...]', host[1], several(hostName))
        .option('-w, --watch', 'go on with what changes'),
  );
  health.action((names: readonly string[] | undefined, { watch }: { watch?: true }) =>
    chooseVerb(
      choose,
      health,
      { names: names ?? [], watch: watch === true },
      async () => (await import('../verbs/health.ts')).health,
    ),
  );

  const events = declareVerb(program, 'events', {
    group,
    summary: 'print what happens to backends, as it comes',
    description:
      'Prints each backend that goes up or down from now on, when that lasts for a while.',
    examples: [
      ['berth events', 'Ctrl-C ends'],
      ['berth events --json | jq -r \'select(.to == "down").url\'', 'for a script'],
    ],
  });
  events.action(() =>
    chooseVerb(choose, events, {}, async () => (await import('../verbs/events.ts')).events),
  );

  const check = declareVerb(
    health,
    'check',
    {
      group,
      summary: 'ask the backends of a host now',
      examples: [
        ['berth health check app.localhost', 'all of them, configured or not'],
        ['berth health check app.localhost 3000', 'one backend'],
      ],
      exits: 'Exits with 7 when one of them is down.',
    },
    (verb) =>
      verb.argument(...host).argument('[url...]', 'some of its backends', several(backendUrl)),
  );
  check.action((name: string, urls: readonly GivenUrl[] | undefined) =>
    chooseVerb(
      choose,
      check,
      { name, backends: (urls ?? []).map(({ url }) => url) },
      async () => (await import('../verbs/health.ts')).check,
    ),
  );

  const drain = declareVerb(
    health,
    'drain',
    {
      group,
      summary: 'let a backend finish, and send it nothing new',
      examples: [
        ['berth health drain app.localhost http://127.0.0.1:3000', 'before it is stopped'],
        ['berth health revive app.localhost', 'ends it'],
      ],
    },
    (verb) => verb.argument(...host).argument('<url...>', 'the backends', several(backendUrl)),
  );
  drain.action((name: string, urls: readonly GivenUrl[]) =>
    chooseVerb(
      choose,
      drain,
      { name, backends: urls.map(({ url }) => url) },
      async () => (await import('../verbs/health.ts')).drain,
    ),
  );

  const revive = declareVerb(
    health,
    'revive',
    {
      group,
      summary: 'end dead marks and draining',
      examples: [
        ['berth health revive app.localhost', 'all its backends'],
        ['berth health revive app.localhost 3000', 'one of them'],
      ],
    },
    (verb) =>
      verb.argument(...host).argument('[url...]', 'some of its backends', several(backendUrl)),
  );
  revive.action((name: string, urls: readonly GivenUrl[] | undefined) =>
    chooseVerb(
      choose,
      revive,
      { name, backends: (urls ?? []).map(({ url }) => url) },
      async () => (await import('../verbs/health.ts')).revive,
    ),
  );
}
