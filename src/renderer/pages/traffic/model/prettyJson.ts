/**
 * JSON with a line for each member. Nothing but blanks is changed: numbers keep their digits, members their order, also
 * where there are two of a name.
 *
 * @returns null where it is no JSON
 */
export function prettyJson(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let made = '';
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(Math.min(depth, maxIndent))}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  for (const [at, token] of tokens.entries()) {
    if (token === '{' || token === '[') {
      const isEmpty = ['}', ']'].includes(tokens[at + 1] ?? '');
      depth++;
      made += isEmpty ? token : `${token}${line()}`;
    } else if (token === '}' || token === ']') {
      depth--;
      const isEmpty = ['{', '['].includes(tokens[at - 1] ?? '');
      made += isEmpty ? token : `${line()}${token}`;
    } else if (token === ',') made += `,${line()}`;
    else made += token === ':' ? ': ' : token;
  }
  return made;
}

/** Levels that are indented: what nests without end would be all blanks. */
const maxIndent = 40;
