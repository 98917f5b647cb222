import type { ListeningPort } from '../../shared/contract/containers.ts';
import type { Page } from './page.ts';
import { type Cell, type Column, table } from './table.ts';

/** Hosts that are named in a line; more are counted. */
const shownHosts = 3;

const columns: readonly Column[] = [
  { title: 'PORT', align: 'right' },
  { title: 'ADDRESS' },
  { title: 'PROCESS' },
  { title: 'FOLDER', gives: true },
  { title: 'HOST', gives: true },
];

/** A table of what listens on this machine, a line a port. */
export function portLines(
  ports: readonly ListeningPort[],
  { style, width }: Page,
): readonly string[] {
  const rows = ports.map(({ port, addresses, process, isOwn, hosts }): readonly Cell[] => [
    { text: String(port), paint: isOwn ? style.quiet : style.strong },
    addressWord(addresses),
    processCell(process, isOwn, style),
    process?.directory ?? '',
    hosts.length <= shownHosts
      ? hosts.join(', ')
      : `${hosts.slice(0, shownHosts).join(', ')} and ${hosts.length - shownHosts} more`,
  ]);
  return table(columns, rows, { width, paintHead: style.quiet });
}

function processCell(
  process: ListeningPort['process'],
  isOwn: boolean,
  style: Page['style'],
): Cell {
  if (process === null) return { text: isOwn ? 'Berth itself' : 'not known', paint: style.quiet };
  const { name, pid } = process;
  return isOwn ? { text: `Berth itself (${pid})`, paint: style.quiet } : `${name} (${pid})`;
}

/** From where a port can be reached, in a word where there is one. */
function addressWord(addresses: readonly string[]): string {
  const isAll = addresses.some((address) => address === '0.0.0.0' || address === '::');
  return isAll ? 'all' : addresses.join(', ');
}
