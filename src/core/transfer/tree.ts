import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
} from 'yaml';
import { parseJson } from '../../shared/config/json.ts';
import { limits } from '../../shared/limits.ts';

/** A value of a YAML or JSON document, with the line where it begins, counted from 1. */
export type Tree =
  | {
      readonly kind: 'map';
      readonly line: number;
      /** As written: a key may come twice. */
      readonly entries: readonly Entry[];
    }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly Tree[] }
  | {
      readonly kind: 'scalar';
      readonly line: number;
      readonly value: string | number | boolean | null;
    };

interface Entry {
  readonly key: string;
  readonly line: number;
  readonly value: Tree;
}

export type TreeParse =
  | { readonly ok: true; readonly tree: Tree }
  | { readonly ok: false; readonly line: number | null; readonly problem: string };

/** Reads a YAML or JSON document. Aliases and own types are refused: no plain document has any. */
export function parseTree(text: string): TreeParse {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  // JSON is YAML too, but its own reader says better what is wrong with it.
  if (/^\s*[{[]/.test(source)) {
    const json = parseJson(source);
    if (!json.ok) {
      return { ok: false, line: json.line, problem: `column ${json.column}: ${json.problem}` };
    }
  }
  const lines = new LineCounter();
  if (separatorsIn(source) > limits.maxImportSeparators) {
    const problem = `it has more than ${limits.maxImportSeparators} lines and commas`;
    return { ok: false, line: null, problem };
  }
  try {
    const composer = new Composer({
      prettyErrors: false,
      uniqueKeys: false,
      stringKeys: true,
      merge: false,
    });
    const [document] = composer.compose(shallowTokens(source, lines), true, source.length);
    const [error] = document?.errors ?? [];
    if (error !== undefined) {
      const [first = ''] = error.message.split('\n');
      return { ok: false, line: lines.linePos(error.pos[0]).line, problem: first };
    }
    return { ok: true, tree: treeOf(document?.contents ?? null, lines, 0) };
  } catch (error) {
    if (error instanceof TreeError) return { ok: false, line: error.line, problem: error.message };
    throw error;
  }
}

/**
 * What the text is made of, for a composer. The composer goes down into it by calling itself: whatever is too deep is
 * refused here, where depth is the length of a list.
 *
 * @throws TreeError at the first level too many
 */
function* shallowTokens(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > maxOpenTokens) {
      throw new TreeError(Math.max(1, lines.linePos(parser.offset).line), tooDeep);
    }
  }
  yield* parser.end();
}

/** Collections, the document around them and the scalar inside; what is a level too deep for a tree may pass. */
const maxOpenTokens = limits.maxImportDepth + 4;

/** About as many as there are values, each of which the reader makes several objects of. */
function separatorsIn(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === lineFeed || code === comma || code === bracket || code === brace) count++;
  }
  return count;
}

const [lineFeed, comma, bracket, brace] = [0x0a, 0x2c, 0x5b, 0x7b];

const tooDeep = `it nests deeper than ${limits.maxImportDepth} levels`;

class TreeError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

function treeOf(node: Node | null, lines: LineCounter, depth: number): Tree {
  const line = Math.max(1, lines.linePos(node?.range?.[0] ?? 0).line);
  if (depth > limits.maxImportDepth) throw new TreeError(line, tooDeep);
  if (node === null) return { kind: 'scalar', line, value: null };
  if (isAlias(node)) throw new TreeError(line, 'aliases (*name) are not read');
  if (isMap<Node, Node | null>(node)) {
    const entries = node.items.map(({ key, value }): Entry => {
      const at = Math.max(1, lines.linePos(key.range?.[0] ?? 0).line);
      const name = treeOf(key, lines, depth + 1);
      if (name.kind !== 'scalar') throw new TreeError(at, 'a name is expected before the colon');
      return { key: String(name.value ?? ''), line: at, value: treeOf(value, lines, depth + 1) };
    });
    return { kind: 'map', line, entries };
  }
  if (isSeq<Node | null>(node)) {
    return { kind: 'list', line, items: node.items.map((item) => treeOf(item, lines, depth + 1)) };
  }
  const value: unknown = isScalar(node) ? node.value : undefined;
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return { kind: 'scalar', line, value };
  }
  throw new TreeError(line, 'this value has a type that is not read');
}

/** The value of the last entry with this key, as YAML and JSON readers take it; null when there is none. */
export function childOf(tree: Tree, key: string): Tree | null {
  if (tree.kind !== 'map') return null;
  return tree.entries.findLast((entry) => entry.key === key)?.value ?? null;
}

/** The text of a scalar that is one; null for all else. */
export const textOf = (tree: Tree | null): string | null =>
  tree?.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : null;

/** As `JSON.parse` would give it: what schemas read. */
export function plainOf(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(plainOf);
    case 'map':
      return Object.fromEntries(tree.entries.map(({ key, value }) => [key, plainOf(value)]));
  }
}
