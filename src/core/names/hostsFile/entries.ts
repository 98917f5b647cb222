import { isIpv4, isIpv6 } from '../../../shared/config/address.ts';
import { readHostsText } from './block.ts';

/** What a hosts file says of one name, in the order of its lines. */
export interface HostsEntry {
  readonly address: string;
  readonly family: 4 | 6;
  /** Of the file, from 1. */
  readonly line: number;
  /** Whether it stands in the block of Berth. */
  readonly isOurs: boolean;
}

/**
 * The names of a hosts file, in lower case.
 *
 * @param only the names to tell; all when left out
 */
export function hostsEntries(
  text: string,
  only?: ReadonlySet<string>,
): ReadonlyMap<string, readonly HostsEntry[]> {
  const found = new Map<string, HostsEntry[]>();
  const families = new Map<string, 4 | 6 | null>();
  const read = readHostsText(text);
  const [from, to] =
    read.ok && read.block !== null ? ourLines(read.before, read.block.text) : [0, 0];
  let index = -1;
  for (const line of text.split('\n')) {
    index++;
    const [address, ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
    if (address === undefined || names.length === 0) continue;
    if (only !== undefined && !names.some((name) => only.has(name.toLowerCase()))) continue;
    let family = families.get(address);
    if (family === undefined) {
      family = isIpv4(address) ? 4 : isIpv6(address) ? 6 : null;
      families.set(address, family);
    }
    if (family === null) continue;
    const entry: HostsEntry = {
      address,
      family,
      line: index + 1,
      isOurs: index >= from && index < to,
    };
    for (const name of names) {
      const key = name.toLowerCase();
      if (only !== undefined && !only.has(key)) continue;
      const entries = found.get(key);
      if (entries === undefined) found.set(key, [entry]);
      else entries.push(entry);
    }
  }
  return found;
}

function ourLines(before: string, block: string): readonly [number, number] {
  const start = before.split('\n').length - 1;
  return [start, start + block.split('\n').length - 1];
}

/** Names in the block of Berth, as they stand there. */
export function namesInBlock(text: string): readonly string[] {
  const read = readHostsText(text);
  return read.ok && read.block !== null ? [...hostsEntries(read.block.text).keys()] : [];
}
