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

/** All names of a hosts file, in lower case. */
export function hostsEntries(text: string): ReadonlyMap<string, readonly HostsEntry[]> {
  const found = new Map<string, HostsEntry[]>();
  const read = readHostsText(text);
  const [from, to] =
    read.ok && read.block !== null ? ourLines(read.before, read.block.text) : [0, 0];
  for (const [index, line] of text.split('\n').entries()) {
    const [address, ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
    if (address === undefined || names.length === 0) continue;
    const family = isIpv4(address) ? 4 : isIpv6(address) ? 6 : null;
    if (family === null) continue;
    const entry: HostsEntry = {
      address,
      family,
      line: index + 1,
      isOurs: index >= from && index < to,
    };
    for (const name of names) {
      const key = name.toLowerCase();
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
export const namesInBlock = (text: string): readonly string[] =>
  [...hostsEntries(text)].flatMap(([name, entries]) =>
    entries.some(({ isOurs }) => isOurs) ? [name] : [],
  );
