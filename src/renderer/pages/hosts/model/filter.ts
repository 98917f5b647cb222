import type { HostRow } from './rows.ts';

/**
 * Which hosts are shown: each word has to be in the name, the identifier or a backend; `status:down` asks for a state,
 * `is:wildcard`, `is:flagged` (it has findings) and `is:checked` for a property; a `-` before it turns it round.
 */
export function hostFilter(text: string): (row: HostRow) => boolean {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean).map(termOf);
  return (row) => terms.every((term) => term(row));
}

function termOf(word: string): (row: HostRow) => boolean {
  if (word.length > 1 && word.startsWith('-')) {
    const term = termOf(word.slice(1));
    return (row) => !term(row);
  }
  const [, key, value = ''] = /^(status|is):(.*)$/.exec(word) ?? [];
  if (key === 'status') return ({ status }) => status.startsWith(value);
  if (key === 'is') return properties[value] ?? (() => value === '');
  return ({ search }) => search.includes(word);
}

const properties: Readonly<Record<string, (row: HostRow) => boolean>> = {
  wildcard: ({ name }) => name.startsWith('*'),
  flagged: ({ host }) => host.findings.length > 0,
  checked: ({ host }) => host.options.check !== null,
};
