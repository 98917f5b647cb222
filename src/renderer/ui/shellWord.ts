/** In quotes for a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A word of a command that a person may paste: what stands in a store or a request is in quotes unless it is plain. */
export const shellWord = (text: string): string =>
  /^[\w.:/@%+-]+$/.test(text) ? text : quoted(text);
