/** Text for a terminal: what may be shown, how wide it is, and how it is made to fit. */

/** Names, paths and messages come from outside: no escape sequence of theirs reaches a terminal. Line feeds stay. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}

/** The same for one cell or line: line feeds go too, and what would reorder or hide text beside it. */
export function oneLine(text: string): string {
  return printable(text).replace(/[\n\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}

// East Asian wide and fullwidth blocks, and pictographs: two columns each.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/u;
const combining = /\p{Mn}|\p{Me}/u;

/** Columns that one line takes on a terminal. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

function columnsOf(character: string): number {
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** The beginning of a line that fits, with `…` where something was left out. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  return `${head(text, width - 1)}…`;
}

/** Beginning and end of a line that fits: where both tell more than the middle, as with paths. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 8) return cut(text, width);
  const end = Math.floor((width - 1) / 3);
  return `${head(text, width - 1 - end)}…${tail(text, end)}`;
}

function head(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}

function tail(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const character of [...text].reverse()) {
    used += columnsOf(character);
    if (used > width) break;
    taken = character + taken;
  }
  return taken;
}

/** The words of a line over as many lines as it takes. A word that has no line of its own is cut over several. */
export function wrap(text: string, width: number | null): readonly string[] {
  if (width === null || widthOf(text) <= width) return [text];
  const room = Math.max(1, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= room) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > room) {
      const begun = head(line, room) || line.slice(0, 1);
      lines.push(begun);
      line = line.slice(begun.length);
    }
  }
  return [...lines, line];
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}
