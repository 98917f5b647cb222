import { ownText } from '../shared/ownText.ts';

/** The text itself, or its first `chars` characters as a copy. */
export const cutText = (text: string, chars: number): string =>
  text.length <= chars ? text : ownText(text.slice(0, chars));
