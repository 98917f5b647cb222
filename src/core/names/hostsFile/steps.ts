import { Buffer } from 'node:buffer';
import type { FileStep } from '../../elevation/index.ts';
import type { Owner } from '../owner.ts';
import { withBlock } from './block.ts';
import { namesInBlock } from './entries.ts';

/** A hosts file as it was found. */
export interface FoundHostsFile {
  /** No link. */
  readonly path: string;
  /** Null for a file that is missing. */
  readonly data: Buffer | null;
  /** Whether this process may write it as it is. */
  readonly isWritable: boolean;
}

interface HostsFilePlan {
  /** Empty when the file is so already. */
  readonly steps: readonly FileStep[];
  /** Names that come and go. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export type HostsFilePlanned =
  | ({ readonly ok: true } & HostsFilePlan)
  | { readonly ok: false; readonly problem: string };

interface HostsFileTerms {
  readonly platform: NodeJS.Platform;
  readonly backup: string | null;
  readonly owner: Owner;
}

/**
 * What makes the hosts file have a block of an instance for these names, or none. Blocks of other instances stay.
 *
 * @param backup where a copy of the file is put first; null for none
 */
export function planHostsFile(
  { path, data, isWritable }: FoundHostsFile,
  names: readonly string[],
  { platform, backup, owner }: HostsFileTerms,
): HostsFilePlanned {
  const text = data?.toString('latin1') ?? null;
  const result = withBlock(text, names, platform === 'win32' ? '\r\n' : '\n', owner);
  if (!result.ok) return { ok: false, problem: `${path}: ${result.problem}` };
  const before = new Set(namesInBlock(text ?? '', owner));
  const wanted = new Set(names);
  const added = names.filter((name) => !before.has(name));
  const removed = [...before].filter((name) => !wanted.has(name));
  if (result.text === text) return { ok: true, steps: [], added, removed };
  const after = result.text === null ? null : Buffer.from(result.text, 'latin1');
  const change: FileStep = {
    says: saying(path, { added, removed, isNone: names.length === 0 }),
    needsRoot: !isWritable,
    file: { path, before: data, after },
  };
  const copy: FileStep[] =
    backup === null || data === null
      ? []
      : [
          {
            says: `Keep a copy of ${path} as ${backup}`,
            needsRoot: false,
            isCopy: true,
            file: { path: backup, before: null, after: data, mode: 0o600 },
          },
        ];
  return { ok: true, steps: [...copy, change], added, removed };
}

function saying(
  path: string,
  {
    added,
    removed,
    isNone,
  }: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly isNone: boolean;
  },
): string {
  if (isNone) return `Take the block of Berth out of ${path}`;
  const changes = [
    ...(added.length === 0 ? [] : [`add ${hosts(added)}`]),
    ...(removed.length === 0 ? [] : [`take out ${hosts(removed)}`]),
  ].join(' and ');
  return changes === '' ? `Repair the block of Berth in ${path}` : `In ${path}, ${changes}`;
}

const hosts = ({ length, 0: first }: readonly string[]): string =>
  length === 1 ? String(first) : `${length} hosts`;
