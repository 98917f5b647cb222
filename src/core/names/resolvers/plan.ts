import { Buffer } from 'node:buffer';
import type { FileStep, Step } from '../../elevation/index.ts';
import type { ResolverFiles } from './resolver.ts';

/** What lies in the directory of a resolver. */
export interface FoundFiles {
  /** Whether there is such a directory. */
  readonly isThere: boolean;
  readonly files: ReadonlyMap<string, Buffer>;
}

export type ResolverState =
  /** It asks our DNS server, as its files say. */
  | 'installed'
  /** It asks for other domains than there are, or at another port. */
  | 'outdated'
  | 'absent';

export type ResolverPlanned =
  | { readonly ok: true; readonly state: ResolverState; readonly steps: readonly Step[] }
  | { readonly ok: false; readonly problem: string };

const head =
  '# Names under these domains are found by Berth; "berth names uninstall" takes this file away.';
const madeDirectory = '# The directory came with it.';

const isOurs = (data: Buffer): boolean => data.toString('latin1').startsWith(head);

/** What makes a resolver have the wanted files, or none of ours where `isWanted` is false. */
export function planResolverFiles(
  { directory, wanted, after }: ResolverFiles,
  found: FoundFiles,
  isWanted: boolean,
): ResolverPlanned {
  const ours = new Map([...found.files].filter(([, data]) => isOurs(data)));
  const cameWithIt = [...ours.values()].some((data) =>
    data.toString('latin1').includes(madeDirectory),
  );
  const made = !found.isThere || cameWithIt;
  const texts = new Map(
    wanted.map(({ name, lines }): [string, Buffer] => [
      name,
      Buffer.from([head, ...(made ? [madeDirectory] : []), ...lines, ''].join('\n')),
    ]),
  );
  const foreign = [...texts.keys()].find((name) => found.files.has(name) && !ours.has(name));
  if (foreign !== undefined && isWanted) {
    const path = `${directory}/${foreign}`;
    return { ok: false, problem: `${path} is there already, and not Berth's: move it away first` };
  }
  const state = stateOf(texts, ours);
  const target = isWanted ? texts : new Map<string, Buffer>();
  const files: FileStep[] = [];
  for (const [name, data] of target) {
    const before = ours.get(name) ?? null;
    const path = `${directory}/${name}`;
    if (before?.equals(data) === true) continue;
    const says = before === null ? `Write ${path}` : `Change ${path}`;
    files.push({ says, needsRoot: true, file: { path, before, after: data, mode: 0o644 } });
  }
  for (const [name, before] of ours) {
    if (target.has(name)) continue;
    const path = `${directory}/${name}`;
    files.push({
      says: `Remove ${path}`,
      needsRoot: true,
      file: { path, before, after: null, ...(cameWithIt ? { emptied: directory } : {}) },
    });
  }
  if (files.length === 0) return { ok: true, state, steps: [] };
  // What is gone since it was told needs not be told again.
  const told = isWanted ? after : after.map((step) => ({ ...step, mayFail: true as const }));
  return { ok: true, state, steps: [...files, ...told] };
}

function stateOf(
  wanted: ReadonlyMap<string, Buffer>,
  ours: ReadonlyMap<string, Buffer>,
): ResolverState {
  if (ours.size === 0) return 'absent';
  const isSame =
    ours.size === wanted.size &&
    [...wanted].every(([name, data]) => ours.get(name)?.equals(data) === true);
  return isSame ? 'installed' : 'outdated';
}
