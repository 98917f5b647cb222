import { isIpv4, isIpv6 } from '../../../shared/config/address.ts';
import type { Owner } from '../owner.ts';
import { readHostsText } from './block.ts';
import { blockParts } from './parts.ts';

/** What a hosts file says of one name, in the order of its lines. */
export interface HostsEntry {
  readonly address: string;
  readonly family: 4 | 6;
  /** Of the file, from 1. */
  readonly line: number;
  /** Whether it stands in a block of Berth, of this instance or another. */
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
  const isOurs = berthLines(text);
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
      isOurs: isOurs(index),
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

/** Which lines of a hosts file, counted from 0, stand in a block of Berth, of whichever instance. */
export function berthLines(text: string): (index: number) => boolean {
  const ranges: (readonly [from: number, to: number])[] = [];
  let from = 0;
  for (const part of blockParts(text).parts) {
    const to = from + part.text.split('\n').length - 1;
    // A block may be the end of a file that lost its last line end.
    if (part.kind === 'block') ranges.push([from, part.text.endsWith('\n') ? to : to + 1]);
    from = to;
  }
  return (index) => ranges.some(([first, end]) => index >= first && index < end);
}

/** Names in the block of an instance, as they stand there. */
export function namesInBlock(text: string, owner: Pick<Owner, 'id'>): readonly string[] {
  const read = readHostsText(text, owner);
  return read.ok && read.block !== null ? [...hostsEntries(read.block.text).keys()] : [];
}

/** Those of these names that lines of others have, wherever they lead. */
export function namesOfOthers(text: string, names: ReadonlySet<string>): ReadonlySet<string> {
  const entries = [...hostsEntries(text, names)];
  return new Set(
    entries.flatMap(([name, all]) => (all.every(({ isOurs }) => isOurs) ? [] : [name])),
  );
}
