import type { Filter, Pattern, Term, Test } from './ast.ts';
import { formatMoment, formatRange, readFlag } from './values.ts';

/** The filter as text that reads back as the same filter, in one form for what can be written in several. */
export function formatFilter({ terms }: Filter): string {
  return terms.map(formatTerm).join(' ');
}

const formatTerm = ({ negated, test }: Term): string => (negated ? '-' : '') + formatTest(test);

function formatTest(test: Test): string {
  switch (test.kind) {
    case 'words':
      return formatPattern(test.pattern, plainWord);
    case 'regex':
      return `/${test.source}/${test.ignoreCase ? 'i' : ''}`;
    case 'text':
      return `${test.key}${test.exact ? '=' : ':'}${formatAny(test.any)}`;
    case 'word':
      return `${test.key}:${formatAny(test.any)}`;
    case 'ranges':
      return `${test.key}:${test.any.map((range) => formatRange(test.key, range)).join(',')}`;
    case 'compare':
      return `${test.key}${test.operator}${test.value}`;
    case 'flag':
      return `${test.key}:${test.value}`;
    case 'error':
      return `error:${typeof test.is === 'boolean' ? test.is : formatAny(test.is, plainCode)}`;
    case 'time':
      return `${test.key}:${formatMoment(test.moment)}`;
  }
}

/** Text that needs no quotes, and is taken as it stands. */
const plainWord = (text: string): boolean =>
  /^[^\s"*/-][^\s*]*$/.test(text) && !/^[A-Za-z][A-Za-z-]*(:|!=|[=<>])/.test(text);
const plainValue = (text: string): boolean => /^[^\s",*][^\s,*]*$/.test(text);
const plainCode = (text: string): boolean => plainValue(text) && readFlag(text) === null;

const formatAny = (any: readonly Pattern[], plain = plainValue): string =>
  any.map((pattern) => formatPattern(pattern, plain)).join(',');

// What has a wildcard was written without quotes, and has nothing that would need them.
const formatPattern = ({ text, wildcard }: Pattern, plain: (text: string) => boolean): string =>
  wildcard || plain(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
