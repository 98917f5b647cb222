/*
 * The block of lines that Berth has in the hosts file. Files are read as Latin-1, so that each byte is one character and
 * comes back as it was.
 */

/** A hosts file, taken apart. `before` + block + `after` is the file. */
export type HostsText =
  | {
      readonly ok: true;
      readonly before: string;
      readonly after: string;
      /** Null where there is no block. */
      readonly block: Block | null;
    }
  /** What is there of a block cannot be told apart from what others wrote: one sentence. */
  | { readonly ok: false; readonly problem: string };

interface Block {
  readonly text: string;
  /** What stood last before it had no line end: that one goes with the block. */
  readonly hasLineEndOfOurs: boolean;
  /** There was no file. */
  readonly madeFile: boolean;
  readonly lineEnd: '\n' | '\r\n';
}

const begin = '# BEGIN berth: hosts that Berth serves; "berth names uninstall" takes them out';
const end = '# END berth';
const lineEndFlag = ' (with the line end before)';
const madeFlag = ' (with the file)';

const beginLine = /^# BEGIN berth(?=[:\s]|$)/;
const endLine = /^# END berth[ \t]*$/;

/** Finds the block. Of several, which nobody made on purpose, all count as one in the place of the first. */
export function readHostsText(text: string): HostsText {
  let before = '';
  let after = '';
  let block = '';
  let flags = '';
  let isIn = false;
  let number = 0;
  for (const line of linesOf(text)) {
    number++;
    const bare = line.replace(/\r?\n$/, '');
    const isBegin = beginLine.test(bare);
    const isEnd = endLine.test(bare);
    if (isBegin === isIn && (isBegin || isEnd)) {
      const what = isBegin
        ? 'begins a second block inside the first'
        : 'ends a block that did not begin';
      return { ok: false, problem: `line ${number} ${what}; ${repair}` };
    }
    if (isBegin) {
      isIn = true;
      flags ||= bare;
    }
    if (isIn) block += line;
    else if (block === '') before += line;
    else after += line;
    if (isEnd) isIn = false;
  }
  if (isIn) return { ok: false, problem: `the block of Berth has no end; ${repair}` };
  if (block === '') return { ok: true, before, after, block: null };
  const hasLineEndOfOurs = flags.includes(lineEndFlag);
  const madeFile = flags.includes(madeFlag);
  const lineEnd = lineEndOf(block) ?? '\n';
  return { ok: true, before, after, block: { text: block, hasLineEndOfOurs, madeFile, lineEnd } };
}

/** That of the first line that has one. */
function lineEndOf(text: string): '\n' | '\r\n' | null {
  const at = text.indexOf('\n');
  if (at === -1) return null;
  return text[at - 1] === '\r' ? '\r\n' : '\n';
}

const repair = 'remove the lines "# BEGIN berth" and "# END berth" with what is between them';

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
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
):
  | { readonly ok: true; readonly text: string | null }
  | { readonly ok: false; readonly problem: string } {
  const read = readHostsText(text ?? '');
  if (!read.ok) return read;
  const { before, after, block } = read;
  if (names.length === 0)
    return { ok: true, text: block === null ? text : withoutIts(read, block) };
  const ending = block?.lineEnd ?? lineEndOf(before + after) ?? lineEnd;
  const needsLineEnd = block === null && before !== '' && !before.endsWith('\n');
  const hasLineEndOfOurs = block?.hasLineEndOfOurs ?? needsLineEnd;
  const madeFile = block?.madeFile ?? text === null;
  const head = `${begin}${hasLineEndOfOurs ? lineEndFlag : ''}${madeFile ? madeFlag : ''}`;
  const lines = [head, ...names.flatMap((name) => [`127.0.0.1\t${name}`, `::1\t${name}`]), end];
  const made = lines.map((line) => line + ending).join('');
  return { ok: true, text: `${before}${needsLineEnd ? ending : ''}${made}${after}` };
}

/** The file as it was before there was a block; null for one that came with it. */
export const withoutBlock = (text: string) => withBlock(text, [], '\n');

function withoutIts(
  { before, after }: { readonly before: string; readonly after: string },
  { hasLineEndOfOurs, madeFile, lineEnd }: Block,
): string | null {
  // Lines that came after it need the line end.
  const rest = hasLineEndOfOurs && after === '' ? before.slice(0, -lineEnd.length) : before;
  return madeFile && rest + after === '' ? null : rest + after;
}
