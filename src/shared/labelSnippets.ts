import { escapeUnseen } from './escapeUnseen.ts';

export interface LabelledHost {
  /** Name of a frontend. */
  readonly name: string;
  /** Of the container; null leaves it to the default port. */
  readonly port: number | null;
  readonly scheme: 'http' | 'https';
}

/** What makes a service of Compose ask for a host by itself, in the words of one tool. */
export interface LabelSnippet {
  readonly convention: 'berth' | 'traefik' | 'orbstack' | 'nginx-proxy';
  /** For people. */
  readonly title: string;
  /** Lines of a service in a Compose file, without indentation of their own. */
  readonly text: string;
}

/** One snippet for each tool that can say it: not all have wildcards, and `*` is of Berth alone. */
export function labelSnippets(host: LabelledHost): readonly LabelSnippet[] {
  const snippets: LabelSnippet[] = [
    { convention: 'berth', title: 'Berth', text: section('labels', berthLabels(host)) },
  ];
  if (host.name === '*') return snippets;
  const isWildcard = host.name.startsWith('*.');
  snippets.push(
    {
      convention: 'traefik',
      title: isWildcard ? 'Traefik 3' : 'Traefik 2 and 3',
      text: section('labels', traefikLabels(host)),
    },
    { convention: 'orbstack', title: 'OrbStack', text: section('labels', orbStackLabels(host)) },
    {
      convention: 'nginx-proxy',
      title: 'nginx-proxy',
      text: section('environment', nginxVariables(host)),
    },
  );
  return snippets;
}

type Line = readonly [key: string, value: string];

const berthLabels = ({ name, port, scheme }: LabelledHost): readonly Line[] => [
  ['berth.host', name],
  ...portLine('berth.port', port),
  ...(scheme === 'https' ? [['berth.scheme', scheme] as const] : []),
];

function traefikLabels({ name, port, scheme }: LabelledHost): readonly Line[] {
  const router = routerName(name);
  const server = `traefik.http.services.${router}.loadbalancer.server`;
  return [
    ['traefik.enable', 'true'],
    [`traefik.http.routers.${router}.rule`, ruleOf(name)],
    ...portLine(`${server}.port`, port),
    ...(scheme === 'https' ? [[`${server}.scheme`, scheme] as const] : []),
  ];
}

const orbStackLabels = ({ name, port, scheme }: LabelledHost): readonly Line[] => [
  ['dev.orbstack.domains', name],
  ...portLine(`dev.orbstack.${scheme}-port`, port),
];

const nginxVariables = ({ name, port, scheme }: LabelledHost): readonly Line[] => [
  ['VIRTUAL_HOST', name],
  ...portLine('VIRTUAL_PORT', port),
  ...(scheme === 'https' ? [['VIRTUAL_PROTO', scheme] as const] : []),
];

const portLine = (key: string, port: number | null): readonly Line[] =>
  port === null ? [] : [[key, String(port)]];

const ruleOf = (name: string): string =>
  name.startsWith('*.')
    ? `HostRegexp(\`^.+${name.slice(1).replaceAll('.', '\\.')}$\`)`
    : `Host(\`${name}\`)`;

/** Without dots, which are part of a label's structure. */
const routerName = (name: string): string =>
  name
    .replace(/^\*\./, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'web';

const section = (title: string, lines: readonly Line[]): string =>
  [`${title}:`, ...lines.map(([key, value]) => `  ${key}: ${yamlText(value)}`)].join('\n');

/** Between double quotes, as YAML reads what JSON writes; Compose takes a dollar sign for a variable. */
const yamlText = (value: string): string =>
  escapeUnseen(JSON.stringify(value.replaceAll('$', '$$$$')));
