import { readIfThere } from '../elevation/index.ts';
import { ownersOfBlocks } from './hostsFile/index.ts';
import { ownerOf } from './owner.ts';

/** There are hardly more than two; a hosts file is no reason to read a thousand directories. */
const mostOthers = 16;

/**
 * Directories of the data of other instances that have a block in the hosts file. One whose path does not stand there in
 * full is left out. Never rejects.
 *
 * @param hosts path of the hosts file
 */
export async function otherInstances(
  hosts: string,
  dataDirectory: string,
): Promise<readonly string[]> {
  const text = (await readIfThere(hosts).catch(() => null))?.toString('latin1') ?? '';
  const own = ownerOf(dataDirectory).id;
  const found = ownersOfBlocks(text).filter(({ id, of }) => id !== own && ownerOf(of).id === id);
  return [...new Set(found.map(({ of }) => of))].slice(0, mostOthers);
}
