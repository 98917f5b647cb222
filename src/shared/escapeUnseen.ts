// Control characters that JSON leaves as they are, and what reorders or hides the text beside it.
const unseen = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;
const everyUnseen = new RegExp(unseen, 'g');

export const hasUnseen = (text: string): boolean => unseen.test(text);

/**
 * Writes what a terminal must not see as `\uXXXX`, which is the same text to a reader of JSON, and of YAML between
 * double quotes.
 */
export const escapeUnseen = (text: string): string =>
  text.replace(everyUnseen, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
