import type { FilterKey, Span } from './ast.ts';
import { filterKeys, isFilterKey, keyNames } from './keys.ts';

/** What could stand at a place of a filter that is being written. The span is what an option replaces. */
export type Completions = Span &
  (
    | { readonly kind: 'key'; readonly options: readonly string[] }
    /** Values that are known beforehand; who knows what values of `key` there were may offer those too. */
    | { readonly kind: 'value'; readonly key: FilterKey; readonly options: readonly string[] }
    | { readonly kind: 'none'; readonly options: readonly never[] }
  );

/** @param column where the cursor stands: before the character of that column, from 1 */
export function completionsAt(text: string, column: number): Completions {
  const before = text.slice(0, Math.max(0, column - 1));
  const begin = wordBegin(before);
  const word = before.slice(begin);
  const minus = word.startsWith('-') ? 1 : 0;

  const started = /^[A-Za-z-]*$/.exec(word.slice(minus));
  if (started !== null) {
    const typed = started[0].toLowerCase();
    return {
      kind: 'key',
      ...spanOf(before, typed.length),
      options: keyNames.filter((key) => key.startsWith(typed)).map((key) => `${key}:`),
    };
  }

  const pair = /^([A-Za-z-]+)(?::|!=|>=|<=|=|>|<)(?:[^\s"]*,)?([^\s",]*)$/.exec(word.slice(minus));
  const key = pair?.[1]?.toLowerCase() ?? '';
  if (pair === null || !isFilterKey(key))
    return { kind: 'none', ...spanOf(before, 0), options: [] };
  const typed = (pair[2] ?? '').toLowerCase();
  return {
    kind: 'value',
    key,
    ...spanOf(before, typed.length),
    options: filterKeys[key].offers.filter((value) => value.toLowerCase().startsWith(typed)),
  };
}

const spanOf = (before: string, length: number): Span => ({
  column: before.length - length + 1,
  length,
});

/** Where the word at the end begins: behind the last space that is not between quotes. */
function wordBegin(before: string): number {
  let begin = 0;
  let quoted = false;
  for (let at = 0; at < before.length; at++) {
    const sign = before.charAt(at);
    if (sign === '\\' && quoted) at++;
    else if (sign === '"' && (quoted || at === begin || /[-:=,]/.test(before.charAt(at - 1)))) {
      quoted = !quoted;
    } else if (!quoted && /\s/.test(sign)) begin = at + 1;
  }
  return begin;
}
