import type {
  ContainerEngineView,
  ContainersView,
  ContainerView,
  MappingView,
  PortVerdict,
} from '../../shared/contract/containers.ts';
import type { ContainerEngineState } from '../../shared/model/container.ts';
import type { Page } from './page.ts';
import type { Style } from './style.ts';
import { type Cell, type Column, table } from './table.ts';
import { oneLine, wrap } from './text.ts';

const stateWords: Readonly<Record<ContainerEngineState, string>> = {
  connecting: '◌ asking',
  running: '● running',
  starting: '◌ starting',
  stopped: '✗ not running',
  forbidden: '✗ not permitted',
  failed: '✗ not understood',
};

/** Engines that do not simply run, then containers by project, then what is wrong with any of them. */
export function containersLines(view: ContainersView, page: Page): readonly string[] {
  const engines = view.engines.filter(({ state }) => state !== 'running');
  const isSeveral = view.engines.length > 1;
  return [
    ...engines.flatMap((engine) => engineLines(engine, page)),
    ...(engines.length > 0 && view.containers.length > 0 ? [''] : []),
    ...(view.containers.length === 0 ? [] : tableLines(view, isSeveral, page)),
    ...view.containers.flatMap((container) => problemLines(container, page)),
    ...view.mappings.flatMap((mapping) => mappingLines(mapping, page)),
  ];
}

function engineLines(
  { name, state, reason, advice }: ContainerEngineView,
  { style, width }: Page,
): readonly string[] {
  const paint = state === 'connecting' || state === 'starting' ? style.quiet : style.bad;
  return [
    `${style.strong(oneLine(name))}  ${paint(stateWords[state])}`,
    ...[reason, advice].flatMap((text) => indented(text, width)),
  ];
}

function tableLines(view: ContainersView, isSeveral: boolean, page: Page): readonly string[] {
  const { style, width } = page;
  const names = new Map(view.engines.map(({ id, name }) => [id, name]));
  const columns: readonly Column[] = [
    { title: 'PROJECT' },
    { title: 'CONTAINER', gives: true },
    { title: 'STATE' },
    { title: 'PORTS', gives: true },
    { title: 'HOSTS', gives: true },
    ...(isSeveral ? [{ title: 'ENGINE', gives: true }] : []),
  ];
  const rows = view.containers.map((container): readonly Cell[] => [
    container.project ?? '',
    { text: container.name, paint: style.strong },
    stateCell(container, style),
    portsText(container),
    hostsOf(container, view.mappings).join(', '),
    ...(isSeveral ? [names.get(container.engine) ?? container.engine] : []),
  ]);
  return table(columns, rows, { width, paintHead: style.quiet });
}

function stateCell({ state, health, exitCode }: ContainerView, style: Style): Cell {
  if (state !== 'running') {
    const text = state === 'exited' && exitCode !== null ? `exited (${exitCode})` : state;
    return { text: `○ ${text}`, paint: style.quiet };
  }
  if (health === 'unhealthy') return { text: '✗ unhealthy', paint: style.bad };
  if (health === 'starting') return { text: '◌ starting', paint: style.quiet };
  return { text: health === null ? '● running' : '● healthy', paint: style.good };
}

/** `80→8080, 9000`: the port of the container, and where it is published. */
function portsText({ ports }: ContainerView): string {
  return ports
    .map(({ port, published }) => {
      const [first] = published;
      return first === undefined ? String(port) : `${port}→${first.port}`;
    })
    .join(', ');
}

const hostsOf = ({ id }: ContainerView, mappings: readonly MappingView[]): readonly string[] => [
  ...new Set(
    mappings.filter(({ containers }) => containers.includes(id)).map((mapping) => mapping.name),
  ),
];

function problemLines(
  { name, problems }: ContainerView,
  { style, width }: Page,
): readonly string[] {
  return problems.flatMap((problem) => [
    '',
    `${style.warn('!')} ${style.strong(oneLine(name))}`,
    ...indented(problem, width),
  ]);
}

function mappingLines(
  { name, state, reason }: MappingView,
  { style, width }: Page,
): readonly string[] {
  if (state === 'up' || state === 'elsewhere' || reason === '') return [];
  const paint = state === 'starting' ? style.quiet : style.warn;
  return ['', `${style.strong(oneLine(name))}  ${paint(state)}`, ...indented(reason, width)];
}

/** What each port answers, and what to do where a mapping to it would not work. */
export function verdictLines(
  verdicts: readonly PortVerdict[],
  { style, width }: Page,
): readonly string[] {
  return verdicts.flatMap(({ works, sentence, fix }) => [
    `${works ? style.good('●') : style.bad('✗')} ${oneLine(sentence)}`,
    ...indented(fix, width),
  ]);
}

const indented = (text: string, width: number | null): readonly string[] =>
  text === ''
    ? []
    : wrap(oneLine(text), width === null ? null : width - 4).map((line) => `    ${line}`);
