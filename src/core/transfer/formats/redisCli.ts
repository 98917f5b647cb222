import { Collector } from '../collector.ts';
import { type Parsed, quoted } from '../wanted.ts';

/** A list that is being put together. */
interface Growing {
  readonly line: number;
  readonly elements: string[];
}

/**
 * Lines of redis-cli that make frontends: `RPUSH frontend:app.local app http://127.0.0.1:3000`, as Hipache's manual has
 * them; several to one key belong together. A prompt or `redis-cli` before them, replies, blank lines and lines that
 * begin with # are passed over.
 */
export function parseRedisCli(text: string): Parsed {
  const found = new Collector();
  const lists = new Map<string, Growing>();
  for (const [at, written] of text.split(/\r\n|\n|\r/).entries()) {
    const line = at + 1;
    const command = written
      .trim()
      .replace(/^(?:\$\s+)?(?:redis-cli\s+|\S+:\d+(?:\[\d+\])?>\s*|redis\s\S*>\s*)/, '')
      .replace(/^redis-cli\s+/, '');
    if (command === '' || /^(?:#|OK$|QUEUED$|\((?:integer|nil)\b|\d+$)/.test(command)) continue;
    const words = wordsOf(command);
    if (words === null) {
      found.problem(line, 'a quote is not closed');
      continue;
    }
    const [name = '', key = '', ...elements] = words;
    const [, frontend] = /(?:^|:)frontend:(.+)$/s.exec(key) ?? [];
    if (name.toLowerCase() !== 'rpush') {
      found.problem(line, `${quoted(name)} is not read, only RPUSH frontend:HOST …`);
    } else if (frontend === undefined) {
      found.problem(line, `${quoted(key)} is not the key of a frontend (frontend:HOST)`);
    } else {
      const list = lists.get(frontend) ?? { line, elements: [] };
      list.elements.push(...elements);
      lists.set(frontend, list);
    }
  }
  for (const [name, { line, elements }] of lists) {
    const [identifier = '', ...backends] = elements;
    found.add({ name, identifier, backends, line });
  }
  return found.result();
}

/** Words as redis-cli splits a line: with double quotes and escapes, or single quotes. Null when a quote is not closed. */
function wordsOf(line: string): readonly string[] | null {
  const words: string[] = [];
  const word = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']+)|(\s+)|(["'])/gy;
  let current: string | null = null;
  for (const [, double, single, bare, space, open] of line.matchAll(word)) {
    if (open !== undefined) return null;
    if (space !== undefined) {
      if (current !== null) words.push(current);
      current = null;
    } else if (double !== undefined) {
      current = (current ?? '') + double.replace(/\\(x[0-9a-f]{2}|.)/gi, unescaped);
    } else current = (current ?? '') + (single?.replaceAll("\\'", "'") ?? bare ?? '');
  }
  if (current !== null) words.push(current);
  return words;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

const unescaped = (_whole: string, code: string): string =>
  /^x[0-9a-f]{2}$/i.test(code)
    ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
    : (escapes[code] ?? code);
