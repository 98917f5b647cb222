/**
 * A message head as text, for bytes that node:http does not write: interim responses, 101, refusals. To be sent as
 * latin1; every value passed a strict parser or is our own.
 *
 * @param fields flat list: name, value, name, value
 */
export const headText = (first: string, fields: readonly string[]): string =>
  `${first}\r\n${fieldLines(fields)}\r\n`;

/** The fields of a message head as text, without the empty line. @param fields flat list: name, value, name, value */
export function fieldLines(fields: readonly string[]): string {
  let text = '';
  for (let i = 0; i + 1 < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return text;
}
