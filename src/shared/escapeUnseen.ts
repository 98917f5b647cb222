// Control characters that JSON leaves as they are, and what takes no place, or reorders or hides the text beside it.
const unseen =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/;
const everyUnseen = new RegExp(unseen, 'g');
const everyControl = /[\u0000-\u001f]/g;

export const hasUnseen = (text: string): boolean => unseen.test(text);

/**
 * Writes what a terminal must not see as `\uXXXX`, which is the same text to a reader of JSON, and of YAML between
 * double quotes.
 */
export const escapeUnseen = (text: string): string => text.replace(everyUnseen, escaped);

/** A text that others chose as a person may read it on a screen: nothing of it is hidden, or moves what is beside it. */
export const visibleText = (text: string): string =>
  escapeUnseen(text).replace(everyControl, escaped);

const escaped = (unit: string): string =>
  unit
    .split('')
    .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
