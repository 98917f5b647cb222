/** JSON as `JSON.parse` reads it, but an error says where it is and what was expected there. */
export type JsonParse =
  | { readonly ok: true; readonly value: unknown }
  /** `line` and `column` count from 1; `problem` is one sentence without text of the file, which may be secret. */
  | {
      readonly ok: false;
      readonly line: number;
      readonly column: number;
      readonly problem: string;
    };

export function parseJson(text: string): JsonParse {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return { ok: true, value: JSON.parse(source) };
  } catch {
    const fault = findFault(source) ?? { offset: 0, problem: 'this is not JSON' };
    const before = source.slice(0, fault.offset).split('\n');
    return {
      ok: false,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      problem: fault.problem,
    };
  }
}

interface Fault {
  readonly offset: number;
  readonly problem: string;
}

type Expected = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'comma' | 'end';

const wording: Readonly<Record<Expected, string>> = {
  value: 'a value is expected here',
  'first value': 'a value or ] is expected here',
  name: 'a name in double quotes is expected here',
  'first name': 'a name in double quotes or } is expected here',
  colon: 'a colon is expected here',
  comma: 'a comma or the closing bracket is expected here',
  end: 'nothing more may follow the closing bracket',
};

const space = /[ \t\r\n]*/y;
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The first place at which a text stops being JSON (RFC 8259), or null. A loop, not a recursion: depth is no danger. */
export function findFault(source: string): Fault | null {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found === null) return false;
    at += found[0].length;
    return true;
  };
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'comma');

  for (;;) {
    take(space);
    const next = source[at];
    if (next === undefined) {
      if (expected === 'end') return null;
      return { offset: at, problem: `the file ends too early: ${wording[expected]}` };
    }
    if (source.startsWith('//', at) || source.startsWith('/*', at)) {
      return { offset: at, problem: 'JSON has no comments' };
    }
    switch (expected) {
      case 'name':
      case 'first name':
        if (next === '}' && expected === 'first name') {
          at++;
          open.pop();
          expected = afterValue();
        } else if (next === '}') {
          return { offset: at, problem: 'no comma may stand before }' };
        } else if (next === '"' && take(text)) {
          expected = 'colon';
        } else {
          return { offset: at, problem: faultyText(next) ?? wording[expected] };
        }
        break;
      case 'colon':
        if (next !== ':') return { offset: at, problem: wording.colon };
        at++;
        expected = 'value';
        break;
      case 'comma': {
        const list = open.at(-1) === '[';
        if (next === ',') expected = list ? 'value' : 'name';
        else if (next === (list ? ']' : '}')) {
          open.pop();
          expected = afterValue();
        } else {
          return { offset: at, problem: `a comma or ${list ? ']' : '}'} is expected here` };
        }
        at++;
        break;
      }
      case 'end':
        return { offset: at, problem: wording.end };
      default:
        if (next === '{' || next === '[') {
          at++;
          open.push(next);
          expected = next === '{' ? 'first name' : 'first value';
        } else if (next === ']' && expected === 'first value') {
          at++;
          open.pop();
          expected = afterValue();
        } else if (next === ']' && open.at(-1) === '[') {
          return { offset: at, problem: 'no comma may stand before ]' };
        } else if (take(next === '"' ? text : scalar)) {
          expected = afterValue();
        } else {
          return { offset: at, problem: faultyText(next) ?? wording[expected] };
        }
    }
  }
}

function faultyText(next: string): string | null {
  if (next === '"')
    return 'this text is not closed, or has a line break or an unknown \\ escape in it';
  if (next === "'") return 'text stands in double quotes, not in single ones';
  return null;
}
