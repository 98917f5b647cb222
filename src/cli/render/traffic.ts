import type { HostTraffic, TrafficSummary } from '../../shared/contract/traffic.ts';
import { limits } from '../../shared/limits.ts';
import type { Page } from './page.ts';
import { type Cell, type Column, table, widthOfTable } from './table.ts';
import { cut } from './text.ts';
import { ago, clock, counted, duration, percent, rate } from './units.ts';

const bars = '▁▂▃▄▅▆▇█';
const seconds = 30;
/** Columns that a terminal must have for the picture of the last seconds to stand beside the numbers. */
const pictureFrom = 110;

/**
 * The busiest hosts as lines.
 *
 * @param height lines that there is room for, or null for all of them
 */
export function trafficLines(
  summary: TrafficSummary,
  page: Page & { readonly height: number | null },
): readonly string[] {
  const { style, width, height } = page;
  const hasPicture = width !== null && width >= pictureFrom;
  const head = [
    `${clock(summary.at)}  ${rate(summary.requestsPerSecond)} requests/s, ${counted(summary.errorsPerMinute, 'error')} in the last minute, ${counted(summary.hosts.length + summary.otherHosts, 'host')}`,
    ...(summary.dropped === 0
      ? []
      : [style.warn(`${counted(summary.dropped, 'record')} lost: more than could be counted`)]),
  ];
  // Beside the hosts: what the columns are of, an empty line, the heads of the columns, and what has no room.
  const room = height === null ? summary.hosts.length : Math.max(1, height - head.length - 4);
  const shown = summary.hosts.slice(0, room);
  const left = summary.hosts.length - shown.length + summary.otherHosts;
  const rows = shown.map((host) => cellsOf(host, summary.at, page));
  const columns = fittingColumns(rows, width, hasPicture);
  const minute = columns
    .filter(({ key }) => ofLastMinute.includes(key))
    .map(({ column }) => column.title);
  const lines = table(
    columns.map(({ column }) => column),
    rows.map((row) => columns.map(({ key }) => row[key])),
    { width, paintHead: style.quiet },
  );
  return [
    ...[...head, `${minute.join(', ')}: of the last minute`].map((line, at) => {
      const fitting = width === null ? line : cut(line, width);
      return at === head.length ? style.quiet(fitting) : fitting;
    }),
    '',
    ...lines,
    ...(left === 0 ? [] : [style.quiet(`and ${counted(left, 'host')} more`)]),
  ];
}

/** The columns in their order. What stands beside the host goes in the order of `drops` where the terminal is narrow. */
const allColumns = [
  { key: 'host', column: { title: 'HOST', gives: true } },
  { key: 'rate', column: { title: 'REQ/S', align: 'right' } },
  { key: 'errors', column: { title: 'ERRORS', align: 'right' } },
  { key: 'p50', column: { title: 'P50', align: 'right' } },
  { key: 'p95', column: { title: 'P95', align: 'right' } },
  { key: 'p99', column: { title: 'P99', align: 'right' } },
  { key: 'requests', column: { title: 'REQUESTS', align: 'right' } },
  { key: 'last', column: { title: 'LAST' } },
  { key: 'picture', column: { title: `LAST ${seconds} S` } },
] as const satisfies readonly { readonly key: string; readonly column: Column }[];
type Key = (typeof allColumns)[number]['key'];
type Row = Readonly<Record<Key, Cell>>;
const drops: readonly Key[] = ['picture', 'p50', 'p99', 'last', 'requests', 'errors', 'rate'];

const ofLastMinute: readonly Key[] = ['errors', 'p50', 'p95', 'p99'];
/** Names of hosts that are longer give way before a column goes. */
const wholeHost = 40;

/** As many columns as have room beside names of hosts; the last two go only where even cut names have none. */
function fittingColumns(rows: readonly Row[], width: number | null, hasPicture: boolean) {
  const own = allColumns.filter(({ key }) => hasPicture || key !== 'picture');
  if (width === null) return own;
  const taken = (columns: typeof own, given?: number): number =>
    widthOfTable(
      columns.map(({ column }) => column),
      rows.map((row) => columns.map(({ key }) => row[key])),
      given,
    );
  let left = own;
  for (const key of drops) {
    const isLast = key === 'errors' || key === 'rate';
    if (taken(left, isLast ? undefined : wholeHost) <= width) continue;
    left = left.filter((column) => column.key !== key);
  }
  return left;
}

function cellsOf(host: HostTraffic, now: number, { style }: Page): Row {
  const { p50, p95, p99, errorRate } = host;
  const isIdle = !host.perSecond.some((count) => count > 0);
  const slow = (ms: number): Cell =>
    isIdle
      ? none
      : {
          text: duration(ms),
          paint:
            ms >= limits.verySlowRequestMs
              ? style.bad
              : ms >= limits.slowRequestMs
                ? style.warn
                : same,
        };
  return {
    host: host.host === '' ? '-' : host.host,
    rate: rate(host.requestsPerSecond),
    errors: isIdle ? none : { text: percent(errorRate), paint: errorRate > 0 ? style.bad : same },
    p50: slow(p50),
    p95: slow(p95),
    p99: slow(p99),
    requests: String(host.requests),
    last: { text: ago(host.lastAt, now), paint: style.quiet },
    picture: sparkline(host.perSecond.slice(-seconds)),
  };
}

/** Of a host without a request in the last minute: nothing was measured. */
const none: Cell = '-';
const same = (text: string): string => text;

/** One character a number, as high as its share of the largest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values);
  return values
    .map((value) => (value > 0 ? bars[Math.ceil((value / most) * bars.length) - 1] : '·'))
    .join('');
}
