/**
 * Escapes text of unknown origin for a log line: whatever goes in, no quote, backslash, control character or non-ASCII
 * byte comes out, so that nothing can end a field or a line.
 *
 * A byte that may not stand is written `\xHH`, as nginx does. Header fields reach us with one character a byte
 * (latin1), and an escape gives back that very byte; a character beyond latin1 is escaped as its UTF-8 bytes.
 */
export function escapeField(text: string): string {
  return unsafeInField.test(text) ? escapeBytes(text, 0x20) : text;
}

/** The same for a field that ends at a space: the space is escaped too, and nothing becomes `-`. */
export function escapeToken(text: string): string {
  if (text === '') return '-';
  return unsafeInToken.test(text) ? escapeBytes(text, 0x21) : text;
}

/** The same for text that was Unicode from the start: every non-ASCII character as its UTF-8 bytes. */
export function escapeUnicode(text: string): string {
  return unsafeInField.test(text)
    ? escapeBytes(Buffer.from(text, 'utf8').toString('latin1'), 0x20)
    : text;
}

const unsafeInField = /[^ !#-[\]-~]/;
const unsafeInToken = /[^!#-[\]-~]/;

const byteEscapes: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

function escapeBytes(text: string, firstSafe: number): string {
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= firstSafe && code < 0x7f && code !== 0x22 && code !== 0x5c) escaped += character;
    else if (code <= 0xff) escaped += byteEscapes[code];
    else for (const byte of Buffer.from(character, 'utf8')) escaped += byteEscapes[byte];
  }
  return escaped;
}
