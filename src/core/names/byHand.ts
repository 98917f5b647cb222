import { Buffer } from 'node:buffer';
import { dirname, join } from 'node:path';
import { limits } from '../../shared/limits.ts';
import type { FileStep } from '../elevation/index.ts';
import { whyNever } from './hostsFile/index.ts';

/** Hosts outside of the suffixes that a person of this machine has asked for by name. */
export interface ByHand {
  readonly path: string;
  /** Of the file that remembers them; null where there is none. */
  readonly data: Buffer | null;
  readonly hosts: readonly string[];
}

/** From the instance's data to the file: a host a line. It is this user's alone. */
export const byHandNames = ['names', 'by-hand'] as const;

export const byHandPath = (dataDirectory: string): string => join(dataDirectory, ...byHandNames);

/** What the file holds; what no hosts file may have is passed over. */
export const readByHand = (path: string, data: Buffer | null): ByHand => ({
  path,
  data,
  hosts: (data?.toString('latin1') ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => whyNever(line) === null)
    .slice(0, limits.maxHostsByHand),
});

/** What remembers these beside those that are remembered; null where they are already. */
export function rememberStep(
  { path, data, hosts }: ByHand,
  more: readonly string[],
): FileStep | null {
  const fresh = more.filter((host) => !hosts.includes(host));
  if (fresh.length === 0) return null;
  const lines = [...hosts, ...fresh].sort().map((host) => `${host}\n`);
  return {
    says: `Remember that you asked for ${fresh.join(', ')} by name`,
    needsRoot: false,
    file: { path, before: data, after: Buffer.from(lines.join('')), mode: 0o600 },
  };
}

/** What forgets all of them; null where none is remembered. */
export const forgetStep = ({ path, data }: ByHand): FileStep | null =>
  data === null
    ? null
    : {
        says: 'Forget the hosts that were asked for by name',
        needsRoot: false,
        file: { path, before: data, after: null, emptied: dirname(path) },
      };
