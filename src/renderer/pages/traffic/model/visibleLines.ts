import { visibleText } from '../../../../shared/escapeUnseen.ts';

/** A text of many lines, with what is hidden in it written out; lines and tabs stay. */
export const visibleLines = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(/[^\n\t]+/g, visibleText);
