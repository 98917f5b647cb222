/**
 * The text as a copy, for whoever keeps it longer than the text that it was cut from: a slice keeps the whole of that alive
 * as long as itself.
 */
export const ownText = (text: string): string => ` ${text}`.slice(1);

export const ownTextOrNull = (text: string | null): string | null =>
  text === null ? null : ownText(text);
