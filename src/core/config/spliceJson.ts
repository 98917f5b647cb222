/**
 * Changes of single members in the text of a JSON object: what is not named keeps every character, numbers that no
 * double holds and aligned spaces too. Every text given here has been read as JSON before.
 */

/** Offsets into the text. */
interface Member {
  readonly name: string;
  /** Behind the `{` or `,` before it. */
  readonly start: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Of the comma behind it; of the last one, `valueEnd`. */
  readonly end: number;
}

interface ObjectText {
  readonly open: number;
  readonly close: number;
  readonly members: readonly Member[];
}

/** How new lines of a text are written. */
interface Look {
  readonly indent: string;
  readonly lineEnd: string;
  readonly isOneLine: boolean;
}

/**
 * The text with this value of a member. A new one comes last; of one that is written twice, the last is meant, as when it
 * is read.
 *
 * @param path names from the outermost object on; all but the last lead to objects that are there
 */
export function withMember(text: string, path: readonly string[], value: unknown): string {
  const { object, name } = find(text, path);
  const look = lookOf(text);
  const member = object.members.findLast((one) => one.name === name);
  if (member === undefined) return inserted(text, object, name, value, look);
  const { valueStart, valueEnd } = member;
  if (isSame(text.slice(valueStart, valueEnd), value)) return text;
  return spliced(text, valueStart, valueEnd, written(value, lineIndent(text, valueStart), look));
}

/** The text without a member, however often it is written. */
export function withoutMember(text: string, path: readonly string[]): string {
  const { object, name } = find(text, path);
  const { open, close, members } = object;
  const kept = members.filter((member) => member.name !== name);
  if (kept.length === members.length) return text;
  const last = kept.at(-1);
  const parts = kept.map((member) =>
    text.slice(member.start, member === last ? member.valueEnd : member.end),
  );
  const tail = last === undefined ? '' : text.slice(members.at(-1)?.end, close);
  return spliced(text, open + 1, close, `${parts.join(',')}${tail}`);
}

function find(text: string, path: readonly string[]): { object: ObjectText; name: string } {
  let object = objectAt(text, skipSpace(text, text.startsWith('\uFEFF') ? 1 : 0));
  for (const name of path.slice(0, -1)) {
    const member = object.members.findLast((one) => one.name === name);
    if (member === undefined) throw new Error(`the text has no ${name}`);
    object = objectAt(text, member.valueStart);
  }
  return { object, name: path.at(-1) ?? '' };
}

function objectAt(text: string, open: number): ObjectText {
  if (text[open] !== '{') throw new Error('there is no object');
  const members: Member[] = [];
  let start = open + 1;
  for (;;) {
    const nameStart = skipSpace(text, start);
    // Only of an object that is empty: no comma stands before its end.
    if (text[nameStart] === '}') return { open, close: nameStart, members };
    const nameEnd = endOfValue(text, nameStart);
    const valueStart = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    const name = String(JSON.parse(text.slice(nameStart, nameEnd)));
    const after = skipSpace(text, valueEnd);
    const isLast = text[after] !== ',';
    const end = isLast ? valueEnd : after;
    members.push({ name, start, nameStart, nameEnd, valueStart, valueEnd, end });
    if (isLast) return { open, close: after, members };
    start = after + 1;
  }
}

const space = /[ \t\r\n]*/y;
const string = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const scalar = /[^\s,\]}]+/y;
const between = /[^"[\]{}]+/y;

function skipSpace(text: string, at: number): number {
  return matchEnd(space, text, at);
}

function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return matchEnd(string, text, start);
  if (text[start] !== '{' && text[start] !== '[') return matchEnd(scalar, text, start);
  let depth = 0;
  let at = start;
  do {
    const next = text[at];
    if (next === '"') at = matchEnd(string, text, at);
    else if (next === '{' || next === '[') {
      depth++;
      at++;
    } else if (next === '}' || next === ']') {
      depth--;
      at++;
    } else at = matchEnd(between, text, at);
  } while (depth > 0);
  return at;
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  if (found === null) throw new Error('the text is no JSON');
  return at + found[0].length;
}

function inserted(
  text: string,
  object: ObjectText,
  name: string,
  value: unknown,
  look: Look,
): string {
  const last = object.members.at(-1);
  if (last === undefined) {
    const outer = lineIndent(text, object.open);
    const inner = `${outer}${look.indent}`;
    const body = memberText(name, value, inner, look);
    const lines = look.isOneLine ? body : `${look.lineEnd}${inner}${body}${look.lineEnd}${outer}`;
    return spliced(text, object.open + 1, object.close, lines);
  }
  const before = text.slice(last.start, last.nameStart);
  const isCompact = text.slice(last.nameEnd, last.valueStart) === ':' && look.isOneLine;
  const body = memberText(name, value, lineIndent(text, last.nameStart), look, isCompact);
  return spliced(text, last.valueEnd, last.valueEnd, `,${before}${body}`);
}

const memberText = (
  name: string,
  value: unknown,
  indent: string,
  look: Look,
  isCompact = look.isOneLine,
): string => `${JSON.stringify(name)}:${isCompact ? '' : ' '}${written(value, indent, look)}`;

/** @param indent of the line that it begins on */
const written = (value: unknown, indent: string, look: Look): string =>
  look.isOneLine
    ? JSON.stringify(value)
    : JSON.stringify(value, null, look.indent).replaceAll('\n', `${look.lineEnd}${indent}`);

const lookOf = (text: string): Look => ({
  indent: /\n([ \t]+)"/.exec(text)?.[1] ?? '  ',
  lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
  isOneLine: !text.trim().includes('\n'),
});

const lineIndent = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? '';

const isSame = (text: string, value: unknown): boolean =>
  JSON.stringify(JSON.parse(text)) === JSON.stringify(value);

const spliced = (text: string, start: number, end: number, by: string): string =>
  text.slice(0, start) + by + text.slice(end);
