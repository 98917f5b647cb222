/*
 * The block of lines that an instance has in the hosts file; several instances have one each. Files are read as Latin-1,
 * so that each byte is one character and comes back as it was.
 */

import type { Owner } from '../owner.ts';
import { type BerthBlock, blockParts, lineEndOf, type Part } from './parts.ts';

/** A hosts file, taken apart. `before` + block + `after` is the file. */
export type HostsText =
  | {
      readonly ok: true;
      readonly before: readonly Part[];
      readonly after: readonly Part[];
      /** Null where there is no block. */
      readonly block: BerthBlock | null;
    }
  /** What is there of the block cannot be told apart from what others wrote: one sentence. */
  | { readonly ok: false; readonly problem: string };

/** Finds the block of an instance. Of several, which nobody made on purpose, all count as one in the place of the first. */
export function readHostsText(text: string, { id }: Pick<Owner, 'id'>): HostsText {
  const { parts, problems } = blockParts(text);
  const problem = problems.get(id);
  if (problem !== undefined) return { ok: false, problem };
  const isOwn = (part: Part): part is BerthBlock => part.kind === 'block' && part.id === id;
  const [first, ...copies] = parts.filter(isOwn);
  if (first === undefined) return { ok: true, before: parts, after: [], block: null };
  const at = parts.indexOf(first);
  const block = { ...first, text: joined([first, ...copies]) };
  const after = parts.slice(at).filter((part) => !isOwn(part));
  return { ok: true, before: parts.slice(0, at), after, block };
}

/**
 * The file with a block for these names, in the place of the one that it has; without any name, without a block.
 *
 * @param text null for a file that is missing
 * @param lineEnd of a file that has none
 */
export function withBlock(
  text: string | null,
  names: readonly string[],
  lineEnd: '\n' | '\r\n',
  owner: Owner,
):
  | { readonly ok: true; readonly text: string | null }
  | { readonly ok: false; readonly problem: string } {
  const read = readHostsText(text ?? '', owner);
  if (!read.ok) return read;
  const { block } = read;
  if (names.length === 0)
    return { ok: true, text: block === null ? text : withoutIts(read, block) };
  const [before, after] = [joined(read.before), joined(read.after)];
  // Whichever of several blocks goes last leaves the file as it was before the first.
  const sets = block ?? lastBlock(read.before);
  const ending = sets?.lineEnd ?? lineEndOf(before + after) ?? lineEnd;
  const needsLineEnd = block === null && before !== '' && !before.endsWith('\n');
  const head = headOf(owner, {
    hasLineEndOfOurs: needsLineEnd || sets?.hasLineEndOfOurs === true,
    madeFile: sets?.madeFile ?? text === null,
  });
  const end = `# END berth ${owner.id}`;
  const lines = [head, ...names.flatMap((name) => [`127.0.0.1\t${name}`, `::1\t${name}`]), end];
  const made = lines.map((line) => line + ending).join('');
  return { ok: true, text: `${before}${needsLineEnd ? ending : ''}${made}${after}` };
}

/** The file as it was before there was a block; null for one that came with it. */
export const withoutBlock = (text: string, owner: Owner) => withBlock(text, [], '\n', owner);

const headOf = (
  { id, of }: Owner,
  { hasLineEndOfOurs, madeFile }: Pick<BerthBlock, 'hasLineEndOfOurs' | 'madeFile'>,
): string =>
  [
    `# BEGIN berth ${id}`,
    hasLineEndOfOurs ? ' (with the line end before)' : '',
    madeFile ? ' (with the file)' : '',
    `: hosts of ${of}; "berth names uninstall" takes them out`,
  ].join('');

/** Whose blocks there are, as their first lines say. */
export const ownersOfBlocks = (text: string): readonly Owner[] =>
  [
    ...text.matchAll(
      /^# BEGIN berth ([0-9a-f]{8})(?: \([a-z ]+\))*: hosts of (.*); "berth names uninstall"/gm,
    ),
  ].map(([, id = '', of = '']) => ({ id, of }));

/** The block that a file ends with; null where it ends with anything else. */
function lastBlock(parts: readonly Part[]): BerthBlock | null {
  const last = parts.at(-1);
  return last?.kind === 'block' ? last : null;
}

const joined = (parts: readonly Part[]): string => parts.map(({ text }) => text).join('');

function withoutIts(
  read: HostsText & { readonly ok: true },
  { hasLineEndOfOurs, madeFile, lineEnd }: BerthBlock,
): string | null {
  const [before, after] = [joined(read.before), joined(read.after)];
  // Lines that came after it need the line end; and a block before it has the same one.
  const isAlone = after === '' && lastBlock(read.before) === null;
  const isOurs = hasLineEndOfOurs && isAlone && before.endsWith(lineEnd);
  const rest = isOurs ? before.slice(0, -lineEnd.length) : before;
  return madeFile && rest + after === '' ? null : rest + after;
}
