/*
 * Where the blocks of Berth stand in a hosts file, and what others wrote around them.
 */

/** A piece of a hosts file; all of them in their order are the file. */
export type Part = { readonly kind: 'others'; readonly text: string } | BerthBlock;

export interface BerthBlock {
  readonly kind: 'block';
  /** Of its instance. */
  readonly id: string;
  readonly text: string;
  /** What stood last before it had no line end: that one goes with the last block behind it. */
  readonly hasLineEndOfOurs: boolean;
  /** There was no file. */
  readonly madeFile: boolean;
  readonly lineEnd: '\n' | '\r\n';
}

export interface BlockParts {
  readonly parts: readonly Part[];
  /** By the ids of instances: why their blocks cannot be told apart from what others wrote, a sentence each. */
  readonly problems: ReadonlyMap<string, string>;
}

const beginLine = /^# BEGIN berth ([0-9a-f]{8})((?: \([a-z ]+\))*):/;
const endLine = /^# END berth ([0-9a-f]{8})[ \t]*$/;

/** Finds all blocks. What is damaged counts as written by others. */
export function blockParts(text: string): BlockParts {
  // Lists of what is blocked have hundreds of thousands of lines, and the blocks are behind them as a rule.
  const start = startOfMark(text);
  const parts: Part[] = [];
  const problems = new Map<string, string>();
  let others = text.slice(0, start);
  let open: { readonly id: string; readonly flags: string; text: string } | null = null;
  let number = others.split('\n').length - 1;
  const blame = (id: string, what: string): void => {
    if (!problems.has(id)) problems.set(id, `${what}; ${repairOf(id)}`);
  };
  const giveUp = (): void => {
    others += open?.text ?? '';
    open = null;
  };
  for (const line of linesOf(text.slice(start))) {
    number++;
    const bare = line.replace(/\r?\n$/, '');
    const [, beginId, flags = ''] = beginLine.exec(bare) ?? [];
    const endId = endLine.exec(bare)?.[1];
    if (beginId !== undefined) {
      if (open !== null) {
        blame(open.id, `line ${number} begins a second block inside the first`);
        giveUp();
      }
      open = { id: beginId, flags, text: line };
    } else if (open === null) {
      if (endId !== undefined) blame(endId, `line ${number} ends a block that did not begin`);
      others += line;
    } else {
      open.text += line;
      if (endId === undefined) continue;
      if (endId !== open.id) {
        blame(open.id, `line ${number} ends another block inside it`);
        blame(endId, `line ${number} ends a block that did not begin`);
        giveUp();
        continue;
      }
      if (others !== '') parts.push({ kind: 'others', text: others });
      others = '';
      parts.push(blockOf(open));
      open = null;
    }
  }
  if (open !== null) {
    blame(open.id, 'the block of Berth has no end');
    giveUp();
  }
  if (others !== '') parts.push({ kind: 'others', text: others });
  return { parts, problems };
}

const blockOf = (read: {
  readonly id: string;
  readonly flags: string;
  readonly text: string;
}): BerthBlock => ({
  kind: 'block',
  id: read.id,
  text: read.text,
  hasLineEndOfOurs: read.flags.includes('(with the line end before)'),
  madeFile: read.flags.includes('(with the file)'),
  lineEnd: lineEndOf(read.text) ?? '\n',
});

/** That of the first line that has one. */
export function lineEndOf(text: string): '\n' | '\r\n' | null {
  const at = text.indexOf('\n');
  if (at === -1) return null;
  return text[at - 1] === '\r' ? '\r\n' : '\n';
}

const repairOf = (id: string): string =>
  `remove the lines "# BEGIN berth ${id}" and "# END berth ${id}" with what is between them`;

/** Where the first line begins that may be a mark of ours; the end where there is none. */
function startOfMark(text: string): number {
  if (/^# (?:BEGIN|END) berth /.test(text)) return 0;
  const at = text.search(/\n# (?:BEGIN|END) berth /);
  return at === -1 ? text.length : at + 1;
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
