import { type Command, Option } from 'commander';
import { containerPort, hostName, type MappedThing, mappedThing } from '../arguments/parsers.ts';
import type { MapInput } from '../verbs/map.ts';
import { type Choose, chooseVerb, declareVerb } from './declare.ts';

const group = 'Containers:';
const host = ['<host>', 'a host, *.domain or *', hostName] as const;

const engineOption = (): Option =>
  new Option('--engine <address>', 'of one engine, as unix:///run/podman/podman.sock');

/** The verbs about containers, and what else listens on this machine. */
export function declareContainerVerbs(program: Command, choose: Choose): void {
  const containers = declareVerb(
    program,
    'containers',
    {
      group,
      aliases: ['ps'],
      summary: 'list containers, or ask the ports of one',
      description:
        'Lists the containers of Docker, Podman and what speaks like them, with the\nhosts that lead to them. With a container it asks its ports for real, and says\nwhether a mapping to each would work.',
      examples: [
        ['berth containers', 'those that run'],
        ['berth containers web', 'what its ports answer'],
        ['berth containers shop/web:3000', 'one port of a service'],
      ],
      exits: 'With a container it exits with 7 when none of its ports would work.',
    },
    (verb) =>
      verb
        .argument(
          '[container]',
          'its name, SERVICE, PROJECT/SERVICE or id, and :PORT',
          containerPort,
        )
        .option('-a, --all', 'those that ended, too')
        .option('-w, --watch', 'go on with what changes')
        .addOption(engineOption()),
  );
  containers.action(
    (
      one: ReturnType<typeof containerPort> | undefined,
      { all, watch, engine }: { all?: true; watch?: true; engine?: string },
    ) =>
      chooseVerb(
        choose,
        containers,
        {
          container: one?.container ?? null,
          port: one?.port ?? null,
          engine,
          all: all === true,
          watch: watch === true,
        },
        async () => (await import('../verbs/containers.ts')).containers,
      ),
  );

  const map = declareVerb(
    program,
    'map',
    {
      group,
      summary: 'give a container, or a port of this machine, a host',
      description:
        'Maps a host to a container and keeps it true: as the container is started anew,\nscaled or renamed, the backends of the host follow. Of a service of Compose all\ncontainers are meant. The address to open goes to standard output.',
      examples: [
        ['berth map app.localhost web', 'the port that it exposes'],
        ['berth map app.localhost shop/web:3000', 'a service, and its port'],
        ['berth map app.localhost 5173', 'what listens on that port of this machine'],
        ['berth map app.localhost web --dry-run', 'what it would write'],
        ['berth map app.localhost web --labels berth', 'lines for a Compose file instead'],
      ],
    },
    (verb) =>
      verb
        .argument(...host)
        .argument(
          '<container>',
          'container, with :PORT where it has several; or a port',
          mappedThing,
        )
        .option('--https', 'its port speaks TLS')
        .option('--http', 'its port speaks plain HTTP')
        .option('-n, --dry-run', 'say what would be done')
        .addOption(
          new Option('--labels <tool>', 'print the labels that ask for the same').choices([
            'berth',
            'traefik',
            'orbstack',
            'nginx-proxy',
          ]),
        )
        .addOption(engineOption()),
  );
  map.action((name: string, what: MappedThing, options: MapOptions) =>
    chooseVerb(
      choose,
      map,
      {
        name,
        what,
        engine: options.engine,
        scheme: options.https === true ? 'https' : options.http === true ? 'http' : undefined,
        dry: options.dryRun === true,
        labels: options.labels,
      },
      async () => (await import('../verbs/map.ts')).map,
    ),
  );

  const unmap = declareVerb(
    program,
    'unmap',
    {
      group,
      summary: 'end the mappings of a host',
      description:
        'Ends the mappings of a host that were made by hand; their backends leave its\nlist, what else is in it stays. To take that back: berth undo',
      examples: [
        ['berth unmap app.localhost', 'its backends of containers go'],
        ['berth unmap app.localhost --dry-run', 'what would go, and what would stay'],
      ],
    },
    (verb) => verb.argument(...host).option('--dry-run', 'only say what it would do'),
  );
  unmap.action((name: string, { dryRun }: { dryRun?: true }) =>
    chooseVerb(
      choose,
      unmap,
      { name, dry: dryRun === true },
      async () => (await import('../verbs/unmap.ts')).unmap,
    ),
  );
}

interface MapOptions {
  readonly https?: true;
  readonly http?: true;
  readonly dryRun?: true;
  readonly labels?: MapInput['labels'];
  readonly engine?: string;
}
