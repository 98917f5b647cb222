import type {
  DoneStep,
  Families,
  Found,
  HostNames,
  NamesView,
  ShownStep,
} from '../../shared/contract/names.ts';
import { shellWord } from '../../shared/shellWord.ts';
import type { Page } from './page.ts';
import type { Style } from './style.ts';
import { type Cell, type Column, table } from './table.ts';
import { oneLine, padEnd } from './text.ts';

const columns: readonly Column[] = [
  { title: 'HOST', gives: true },
  { title: 'PROGRAMS' },
  { title: "BERTH'S DNS" },
  { title: 'HOSTS FILE' },
];

/** Hosts of other domains that are named; more are counted. */
const shownForeign = 3;

const glyphs: Readonly<Record<HostNames['verdict'], string>> = {
  here: '✓',
  'browsers-only': '!',
  elsewhere: '✗',
  'not-found': '✗',
};

/** How each host is found, what is installed, and what stands in the way. */
export function namesLines(view: NamesView, { style, width }: Page): readonly string[] {
  const paints: Readonly<Record<HostNames['verdict'], (text: string) => string>> = {
    here: style.good,
    'browsers-only': style.warn,
    elsewhere: style.bad,
    'not-found': style.bad,
  };
  const rows = view.hosts.map(({ host, verdict, system, dns, hostsFile }): readonly Cell[] => [
    { text: `${glyphs[verdict]} ${host}`, paint: paints[verdict] },
    familiesText(system),
    familiesText(dns),
    familiesText(hostsFile),
  ]);
  const reasons = view.hosts.filter(({ reason }) => reason !== '');
  const facts: (readonly [string, string])[] = [
    ['names under', view.suffixes.join(', ')],
    ['DNS server', view.dns === null ? 'none' : `${view.dns.address}:${view.dns.port}`],
    ['hosts file', hostsFileText(view.hostsFile)],
    ['resolver', resolverText(view.resolver)],
    ...(view.wildcards.length === 0
      ? []
      : [['wildcards', `${view.wildcards.join(', ')} (by DNS alone)`] as const]),
  ];
  if (view.byHand.length > 0) facts.push(['by name', view.byHand.join(', ')]);
  const foreign = view.foreign.slice(0, shownForeign).join(', ');
  const left = view.foreign.length - shownForeign;
  if (foreign !== '') {
    const more = left > 0 ? ` and ${left} more` : '';
    facts.push([
      'other hosts',
      `${foreign}${more} (under no suffix; named, berth names install takes them)`,
    ]);
  }
  const wide = Math.max(...facts.map(([name]) => name.length));
  return [
    ...(rows.length === 0 ? [] : [...table(columns, rows, { width, paintHead: style.quiet }), '']),
    ...reasons.map(({ host, reason, verdict }) =>
      paints[verdict](oneLine(`${glyphs[verdict]} ${host}: ${reason}`)),
    ),
    ...view.findings.flatMap(({ severity, says, fix }) => [
      (severity === 'problem' ? style.bad : style.warn)(
        oneLine(`${severity === 'problem' ? '✗' : '!'} ${says}`),
      ),
      `  ${oneLine(fix)}`,
    ]),
    ...(reasons.length + view.findings.length === 0 ? [] : ['']),
    ...facts.map(([name, text]) => `${style.quiet(padEnd(name, wide))}  ${oneLine(text)}`),
  ];
}

const familiesText = ({ v4, v6 }: Families): string => {
  const texts = [...new Set([foundText(v4), foundText(v6)])];
  const [only, more] = texts;
  return more === undefined ? String(only) : texts.filter((text) => text !== '–').join(' ');
};

function foundText(found: Found): string {
  switch (found.kind) {
    case 'addresses':
      return found.addresses.join(' ');
    case 'none':
    case 'not-found':
      return '–';
    case 'not-asked':
      return 'not asked';
    case 'failed':
      return 'failed';
  }
}

const count = (number: number): string => (number === 1 ? '1 host' : `${number} hosts`);

function hostsFileText(file: NamesView['hostsFile']): string {
  const { path, state, missing, excess, left, problem, isKept } = file;
  const kept = isKept ? ', kept by the instance' : '';
  switch (state) {
    case 'installed':
      return left === 0
        ? `${path} has every host${kept}`
        : `${path} has no room for ${left} more${kept}: berth names install --dns`;
    case 'outdated': {
      const parts = [
        ...(missing.length === 0 ? [] : [`lacks ${count(missing.length)}`]),
        ...(excess.length === 0 ? [] : [`has ${count(excess.length)} too many`]),
      ];
      return `${path} ${parts.join(' and ') || 'was edited'}: berth names install`;
    }
    case 'absent':
      return `${path} has none: berth names install --hosts-file`;
    case 'broken':
      return problem;
  }
}

function resolverText({ title, state, tried, problem, other }: NamesView['resolver']): string {
  if (other !== null && state !== 'unavailable') {
    return `${title} asks another instance of Berth (${other}): berth names install --dns`;
  }
  switch (state) {
    case 'installed':
      return `${title} asks the DNS server of Berth`;
    case 'untold':
      return `${title} is told of the DNS server of Berth, and does not ask it (${tried}): berth names install --dns`;
    case 'untried':
      return `${title} is told of the DNS server of Berth; not tried: ${tried}`;
    case 'outdated':
      return `${title} asks for other suffixes, or at another port: berth names install --dns`;
    case 'absent':
      return `${title} does not ask the DNS server of Berth: berth names install --dns`;
    case 'unavailable':
      return `${title}: ${problem}`;
  }
}

/** Changes as a person is shown them: each line of a file that comes or goes, each command. Nothing is left out. */
export const changeLines = (steps: readonly ShownStep[], style: Style): readonly string[] =>
  steps.flatMap(({ says, needsRoot, command, file }) => [
    style.strong(oneLine(`${says}${needsRoot ? ' (as administrator)' : ''}`)),
    ...(command === null ? [] : [`  ${oneLine(command.map(shellWord).join(' '))}`]),
    ...(file?.lines ?? []).map((line) => {
      const paint = line.startsWith('+')
        ? style.good
        : line.startsWith('-')
          ? style.bad
          : style.quiet;
      return `  ${paint(oneLine(line.replaceAll('\t', '  ')))}`;
    }),
  ]);

/** Names that the hosts file gets although they are under no suffix, each by itself. */
export const byHandLines = (hosts: readonly string[], style: Style): readonly string[] =>
  hosts.length === 0
    ? []
    : [
        style.strong(
          'Under no suffix, and so sent to this machine only since you asked for it by name:',
        ),
        ...hosts.map((host) => `  ${style.warn(oneLine(host))}`),
      ];

export function resultWord(status: DoneStep['status'], style: Style): string {
  switch (status) {
    case 'done':
      return style.good('done  ');
    case 'failed':
      return style.bad('failed');
    case 'left':
      return style.quiet('left  ');
  }
}
