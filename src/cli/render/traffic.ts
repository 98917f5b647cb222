import type { HostTraffic, TrafficSummary } from '../../shared/contract/traffic.ts';
import { limits } from '../../shared/limits.ts';
import type { Page } from './page.ts';
import { type Cell, table } from './table.ts';
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
    '',
  ];
  const room = height === null ? summary.hosts.length : Math.max(1, height - head.length - 2);
  const shown = summary.hosts.slice(0, room);
  const left = summary.hosts.length - shown.length + summary.otherHosts;
  const lines = table(
    [
      { title: 'HOST', gives: true },
      { title: 'REQ/S', align: 'right' },
      { title: 'ERRORS', align: 'right' },
      { title: 'P50', align: 'right' },
      { title: 'P95', align: 'right' },
      { title: 'P99', align: 'right' },
      { title: 'REQUESTS', align: 'right' },
      { title: 'LAST' },
      ...(hasPicture ? [{ title: `LAST ${seconds} S` }] : []),
    ],
    shown.map((host) => cellsOf(host, summary.at, hasPicture, page)),
    { width, paintHead: style.quiet },
  );
  return [
    ...head.map((line) => (width === null ? line : cut(line, width))),
    ...lines,
    ...(left === 0 ? [] : [style.quiet(`and ${counted(left, 'host')} more`)]),
  ];
}

function cellsOf(
  host: HostTraffic,
  now: number,
  hasPicture: boolean,
  { style }: Page,
): readonly Cell[] {
  const { p50, p95, p99, errorRate } = host;
  const slow = (ms: number): Cell => ({
    text: duration(ms),
    paint:
      ms >= limits.verySlowRequestMs ? style.bad : ms >= limits.slowRequestMs ? style.warn : same,
  });
  return [
    host.host === '' ? '-' : host.host,
    rate(host.requestsPerSecond),
    { text: percent(errorRate), paint: errorRate > 0 ? style.bad : same },
    slow(p50),
    slow(p95),
    slow(p99),
    String(host.requests),
    { text: ago(host.lastAt, now), paint: style.quiet },
    ...(hasPicture ? [sparkline(host.perSecond.slice(-seconds))] : []),
  ];
}

const same = (text: string): string => text;

/** One character a number, as high as its share of the largest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values);
  return values
    .map((value) => (value > 0 ? bars[Math.ceil((value / most) * bars.length) - 1] : '·'))
    .join('');
}
