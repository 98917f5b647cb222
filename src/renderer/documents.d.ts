/** What the bundler puts in the place of the call: a file each, by its path. */
interface ImportMeta {
  readonly glob: (
    pattern: string,
    options: { readonly query: '?raw'; readonly import: 'default' },
  ) => Readonly<Record<string, () => Promise<string>>>;
}
