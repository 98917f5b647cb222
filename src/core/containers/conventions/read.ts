import { parsePort } from '../../../shared/config/address.ts';
import { limits } from '../../../shared/limits.ts';
import { type Problems, quoted, shownKey } from './problems.ts';

/** Whether a name of a label is short enough to be read; one that is not is told. */
export function isReadable(key: string, problems: Problems): boolean {
  if (key.length <= limits.maxLabelNameChars) return true;
  problems.add(
    `a label is not read, since its name is longer than ${limits.maxLabelNameChars} characters: ${quoted(key)}`,
  );
  return false;
}

/** A label or variable, without the spaces around it; null where it is not there, or too long. */
export function readText(
  texts: ReadonlyMap<string, string>,
  key: string,
  problems: Problems,
): string | null {
  const text = texts.get(key);
  if (text === undefined) return null;
  if (text.length <= limits.maxLabelChars) return text.trim();
  problems.add(`${shownKey(key)} is longer than ${limits.maxLabelChars} characters`);
  return null;
}

/** The parts of a list with commas; empty ones are left out. */
export const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The port that a text is; undefined where the text is null, and null, which is told, where it is none. */
export function readPort(
  text: string | null,
  key: string,
  problems: Problems,
): number | null | undefined {
  if (text === null) return undefined;
  const port = parsePort(text);
  if (port === null)
    problems.add(`${shownKey(key)}: ${quoted(text)} is not a port from 1 to 65535`);
  return port;
}

/** `true` and `false` as Go's ParseBool takes them, which Traefik reads labels with; null for anything else. */
export function readBoolean(text: string): boolean | null {
  if (/^(?:1|t|true)$/i.test(text)) return true;
  return /^(?:0|f|false)$/i.test(text) ? false : null;
}
