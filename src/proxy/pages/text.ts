import { limits } from '../../shared/limits.ts';

// C0 and C1 controls, what changes the direction or joins of the text around it, and halves of characters.
const unshowable =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text of unknown origin made fit to be shown on one line: what cannot be seen becomes U+FFFD, and the middle of a
 * very long text is left out.
 */
export function showable(text: string): string {
  return shorten(text, limits.maxPageTextChars).replace(unshowable, '\ufffd');
}

/** At most `max` characters; the ends of a text tell more than its middle. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = max - 1;
  return `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(text.length - Math.floor(kept / 2))}`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Escapes for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}

const address =
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b|\[[0-9a-f:.]*:[0-9a-f:.]*\](?::\d{1,5})?/gi;

/**
 * Leaves out what looks like an address. A page is for whoever asks, and where a backend lives is none of their business
 * (reliability bar, row 23); the sentences it is given come from many places.
 */
export function withoutAddresses(text: string): string {
  return text.replace(address, '…');
}

/** One word of a shell command, quoted where needed. */
export function shellWord(word: string): string {
  return /^[\w.:/@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Breaks text into lines of at most `width` characters, between words where that can be done. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    while (word.length > width) {
      if (line !== '') lines.push(line);
      line = '';
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}
