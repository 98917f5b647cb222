/** What can be searched for. */
export interface Searchable {
  readonly label: string;
  readonly help: string;
  /** Further words, as the key of the file. */
  readonly words: string;
}

/** Whether every word of a search stands somewhere in a setting or the title of its section. */
export function matches(
  search: string,
  { label, help, words }: Searchable,
  title: string,
): boolean {
  const all = `${title} ${label} ${help} ${words}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
