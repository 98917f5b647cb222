/** The first line of a message that a strict parser has accepted. */
interface StartLine {
  /** What stands before the first space: a method, or the version of a response. */
  readonly first: string;
  /** Of a request: its target; of a response: its status and reason. */
  readonly rest: string;
  /** `1.1`, of a request; empty where it names none. */
  readonly version: string;
  /** Where the fields begin. */
  readonly end: number;
}

const space = 0x20;
const tab = 0x09;
const lineFeed = 0x0a;
const usualVersion = ' HTTP/1.1';
const targetAndVersion = /^ *([^ ](?:.*?[^ ])??) +HTTP\/(\d\.\d)$/;

/** @param text from the beginning of the message to the empty line, as latin1 */
export function readStatusLine(text: string): StartLine {
  let at = 0;
  // A parser skips empty lines before a message.
  while (text.charCodeAt(at) === 0x0d || text.charCodeAt(at) === 0x0a) at++;
  // Where a first line ends otherwise, a parser says what it is worth; here it must not end anywhere else.
  const lf = text.indexOf('\n', at);
  let end = text.indexOf('\r', at);
  if (end === -1 || lf < end) end = lf;
  if (end === -1) end = text.length;
  const gap = text.indexOf(' ', at);
  const split = gap === -1 || gap > end ? end : gap;
  return {
    first: text.slice(at, split),
    rest: text.slice(split + 1, end),
    version: '',
    end: text.charCodeAt(end) === lineFeed ? end + 1 : end + 2,
  };
}

/** @param text from the beginning of the message to the empty line, as latin1 */
export function readRequestLine(text: string): StartLine {
  const line = readStatusLine(text);
  const { first, rest, end } = line;
  const length = rest.length - usualVersion.length;
  if (
    length > 0 &&
    rest.charCodeAt(0) !== space &&
    rest.charCodeAt(length - 1) !== space &&
    rest.endsWith(usualVersion)
  ) {
    return { first, rest: rest.slice(0, length), version: '1.1', end };
  }
  const match = targetAndVersion.exec(rest);
  // Where nothing else is there, a parser takes the version for the target, of a request of HTTP/0.9.
  if (match === null) return { first, rest: rest.trimStart(), version: '', end };
  return { first, rest: match[1] ?? '', version: match[2] ?? '', end };
}

/**
 * Reads fields up to the empty line into a flat list: name, value, name, value.
 *
 * @param text of a message that a strict parser has accepted
 * @param start where they begin
 */
export function readFields(text: string, start: number): string[] {
  const raw: string[] = [];
  let at = start;
  for (;;) {
    const end = text.indexOf('\r\n', at);
    if (end === -1 || end === at) return raw;
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon > end) return raw;
    let from = colon + 1;
    let to = end;
    while (from < to && isBlank(text.charCodeAt(from))) from++;
    while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
    raw.push(text.slice(at, colon), text.slice(from, to));
    at = end + 2;
  }
}

export const isBlank = (code: number): boolean => code === space || code === tab;
