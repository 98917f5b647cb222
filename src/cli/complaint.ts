import { printable } from './render/text.ts';

/** What commander complains of, as one line of Berth: it writes two sentences about a word where one does. */
export function complaint(text: string): string {
  return printable(
    `berth: ${text
      .replace(/^error: /, '')
      .trimEnd()
      .replace(/^command-argument value '(.*)' is invalid for argument '(.*?)'\. It /s, "$2 '$1' ")
      .replace(
        /^command-argument value '(.*)' is invalid for argument '(.*?)'\. /s,
        "'$1' is no $2. ",
      )
      .replace(/^unknown command /, 'unknown verb ')}`,
  );
}
