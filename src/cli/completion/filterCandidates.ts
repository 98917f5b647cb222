import { completionsAt, filterKeys } from '../../shared/filter/index.ts';

/** A term that fits, and what its key looks at. */
interface Term {
  readonly word: string;
  readonly about: string;
}

/**
 * Terms that fit behind what is written of a filter. A key comes with its values, as a shell ends the word behind what
 * it fills in; a key that takes any text comes only with names of hosts.
 *
 * @param hosts asked only where names of hosts fit
 */
export async function filterCandidates(
  written: string,
  hosts: () => Promise<readonly { readonly name: string }[]>,
): Promise<readonly Term[]> {
  const here = completionsAt(written, written.length + 1);
  const before = written.slice(0, here.column - 1);
  if (here.kind === 'none') return [];
  if (here.kind === 'value') {
    const named = here.key === 'host' || here.key === 'frontend';
    const values = named ? (await hosts()).map(({ name }) => name) : here.options;
    return values.map((value) => ({ word: before + value, about: filterKeys[here.key].about }));
  }
  const terms = here.options.map((key) => filterCandidates(before + key, hosts));
  return (await Promise.all(terms)).flat();
}
