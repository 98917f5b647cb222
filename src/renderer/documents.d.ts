/** What the bundler puts in the place of the call: for each file, by its path, what loads its text. */
interface ImportMeta {
  readonly glob: (
    pattern: string,
    options: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, () => Promise<string>>>;
}
