import { Buffer } from 'node:buffer';
import type { FileStep, Step } from '../../elevation/index.ts';
import { type Owner, ownerMark, ownersIn } from '../owner.ts';
import type { ResolverFiles } from './resolver.ts';

/** What lies in the directory of a resolver. */
export interface FoundFiles {
  /** Whether there is such a directory. */
  readonly isThere: boolean;
  readonly files: ReadonlyMap<string, Buffer>;
}

export type ResolverState =
  /** Its files say that it is to ask our DNS server; whether it has read them is not known here. */
  | 'installed'
  /** The same, and whoever wrote them was cut off before it was told. */
  | 'untold'
  /** It asks for other domains than there are, or at another port. */
  | 'outdated'
  | 'absent';

export type ResolverPlanned =
  | {
      readonly ok: true;
      readonly state: ResolverState;
      readonly steps: readonly Step[];
      /** What has it read once more what it is told. */
      readonly again: readonly Step[];
      /** Another instance of Berth that the resolver was told of last; null when there is none. */
      readonly other: Pick<Owner, 'of'> | null;
    }
  | { readonly ok: false; readonly problem: string };

export interface ResolverTerms {
  /** Whether it is to have the wanted files, or none of this instance. */
  readonly isWanted: boolean;
  readonly owner: Owner;
}

const head =
  '# Names under these domains are found by Berth; "berth names uninstall" takes this file away.';
const madeDirectory = '# The directory came with it.';
const notRead = '# Not read yet; "berth names install" goes on.';

/** Whose a file is; null for one of somebody else. */
function berthOf(data: Buffer): Owner | null {
  const text = data.toString('latin1');
  return text.startsWith(head) ? (ownersIn(text)[0] ?? null) : null;
}

/**
 * What makes a resolver have the wanted files, or none of this instance. It can ask one instance for a domain: the last one
 * that wants to be asked takes the file of another, and says so. To take away is for the one that it is of.
 */
export function planResolverFiles(
  { directory, wanted, after }: ResolverFiles,
  found: FoundFiles,
  { isWanted, owner }: ResolverTerms,
): ResolverPlanned {
  const owners = new Map([...found.files].map(([name, data]) => [name, berthOf(data)]));
  const ours = new Map([...found.files].filter(([name]) => owners.get(name)?.id === owner.id));
  const cameWithIt = [...found.files].some(
    ([name, data]) =>
      owners.get(name) !== null && data.toString('latin1').includes(`\n${madeDirectory}\n`),
  );
  const marks = [head, ownerMark(owner), ...(!found.isThere || cameWithIt ? [madeDirectory] : [])];
  const fileOf = (lines: readonly string[]): Buffer =>
    Buffer.from([...marks, ...lines, ''].join('\n'));
  const texts = new Map(wanted.map(({ name, lines }): [string, Buffer] => [name, fileOf(lines)]));
  const foreign = [...texts.keys()].find((name) => owners.get(name) === null);
  if (foreign !== undefined && isWanted) {
    const path = `${directory}/${foreign}`;
    return { ok: false, problem: `${path} is there already, and not Berth's: move it away first` };
  }
  // Most read nothing before they are told.
  const isTold = after.some(({ mayFail }) => mayFail !== true);
  const unread = new Map(
    wanted.map(({ name, lines }): [string, Buffer] => [name, fileOf([notRead, ...lines])]),
  );
  const isUnread = isTold && stateOf(unread, ours) === 'installed';
  const state = isUnread ? 'untold' : stateOf(texts, ours);
  const other =
    [...texts.keys()].map((name) => owners.get(name)).find((one) => one && one.id !== owner.id) ??
    null;
  const target = isWanted ? texts : new Map<string, Buffer>();
  const writing: FileStep[] = [];
  for (const [name, data] of target) {
    const before = found.files.get(name) ?? null;
    const path = `${directory}/${name}`;
    if (before?.equals(data) === true) continue;
    const whose = owners.get(name) ?? null;
    const says =
      whose === null
        ? `Write ${path}`
        : whose.id === owner.id
          ? `Change ${path}`
          : `Change ${path}, which has it ask another instance of Berth (${whose.of}) until now`;
    const first = (isTold ? unread.get(name) : undefined) ?? data;
    writing.push({ says, needsRoot: true, file: { path, before, after: first, mode: 0o644 } });
  }
  const going = [...ours].filter(([name]) => !target.has(name));
  const known = { ok: true, state, again: after, other } as const;
  if (writing.length + going.length === 0) return { ...known, steps: [] };
  const emptied = cameWithIt ? { emptied: directory } : {};
  const remove = ([name, before]: readonly [string, Buffer]): FileStep => ({
    says: `Remove ${directory}/${name}`,
    needsRoot: true,
    file: { path: `${directory}/${name}`, before, after: null, ...emptied },
  });
  if (target.size > 0) {
    const noting = [...target].flatMap(([name, data]): readonly FileStep[] => {
      const path = `${directory}/${name}`;
      const before = unread.get(name) ?? null;
      const says = `Note in ${path} that it was read`;
      return isTold ? [{ says, needsRoot: true, file: { path, before, after: data } }] : [];
    });
    const first = isUnread ? [] : [...writing, ...going.map(remove)];
    // Whoever is cut off before the resolver was told finds the file without that note, and goes on.
    return { ...known, steps: [...first, ...after, ...noting] };
  }
  // What is gone since it was told needs not be told again.
  const told = after.map((step) => ({ ...step, mayFail: true as const }));
  if (after.every(({ mayFail }) => mayFail === true)) {
    return { ...known, steps: [...going.map(remove), ...told] };
  }
  // The file goes last: whoever is cut off before the resolver was told finds it, and goes on.
  const empty = fileOf([]);
  const emptying = going
    .filter(([, before]) => !before.equals(empty))
    .map(([name, before]): FileStep => {
      const path = `${directory}/${name}`;
      return { says: `Empty ${path}`, needsRoot: true, file: { path, before, after: empty } };
    });
  const steps = [...emptying, ...told, ...going.map(([name]) => remove([name, empty]))];
  return { ...known, steps };
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
