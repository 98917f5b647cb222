import { visibleText } from './escapeUnseen.ts';

/** In quotes for a POSIX shell; what is hidden in it stands written out, as bash and zsh read it. */
export const quoted = (text: string): string =>
  // Pasted as it is, a control character could end the paste, or a hidden one deceive who reads the command.
  quotedWith(text, (character) => visibleText(character) === character);

/** The same of a header's value, each character of which stands for one byte. */
export const quotedBytes = (text: string): string =>
  quotedWith(text, (character) => /[\x20-\x7e]/.test(character), isByte);

const isByte = (character: string): boolean => character.charCodeAt(0) <= 0xff;

function quotedWith(
  text: string,
  isPlain: (character: string) => boolean,
  isOneByte = (character: string): boolean => character.charCodeAt(0) < 0x80,
): string {
  const characters = [...text];
  if (characters.every(isPlain)) return `'${text.replaceAll("'", "'\\''")}'`;
  const words = characters.map((character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    if (isPlain(character)) return character;
    const bytes = isOneByte(character)
      ? [character.charCodeAt(0)]
      : encodeURIComponent(character.replace(/\p{Surrogate}/u, '\ufffd'))
          .split('%')
          .slice(1)
          .map((hex) => Number.parseInt(hex, 16));
    return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });
  return `$'${words.join('')}'`;
}

/** A word of a command that a person may paste: what stands in a store or a request is in quotes unless it is plain. */
export const shellWord = (text: string): string =>
  /^[\w.:/@%+-]+$/.test(text) ? text : quoted(text);

/** A word of a script, which any POSIX shell is to read as it is; no person reads it first. */
export const scriptWord = (text: string): string =>
  /^[\w.:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
