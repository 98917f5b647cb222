import type { RequestRecord } from '../../shared/model/record.ts';
import { escapeField, escapeToken, escapeUnicode } from './escape.ts';

/** Turns a record into its line, newline included. */
export type FormatLine = (record: RequestRecord) => string;

/**
 * Hipache's line (Hipache contract, "Access log"):
 * `client - - [date] "METHOD target HTTP/v" status bytes "referer" "user agent" "identifier" total backend`
 *
 * The date is UTC; times are seconds with three decimals. As in Hipache a missing referer or user agent is empty. What
 * Hipache had no line for gets a `-`: the identifier where no frontend matched, and the parts of a request that
 * could not be read. Every line is printable ASCII, see escape.ts.
 */
export function createLineFormatter(): FormatLine {
  const date = createDateCache();
  const client = rememberLast(escapeToken);
  const method = rememberLast(escapeToken);
  const version = rememberLast(escapeToken);
  const referer = rememberLast(escapeField);
  const userAgent = rememberLast(escapeField);
  const identifier = rememberLast(escapeUnicode);
  return (record) =>
    `${client(record.client)} - - [${date(record.startedAt)}] "${method(record.method)} ` +
    `${escapeToken(record.target)} HTTP/${version(record.httpVersion)}" ${count(record.status)} ` +
    `${count(record.bytes)} "${referer(record.referer ?? '')}" "${userAgent(record.userAgent ?? '')}" ` +
    `"${identifier(record.identifier ?? '-')}" ${seconds(record.totalMs)} ${seconds(record.backendMs)}\n`;
}

/**
 * The line that stands where lines were lost. It has the form of every other, so that a tool that reads the log does
 * not stumble; the client `-` and the status 0 tell it apart.
 */
export function lostLine(lines: number, at: number): string {
  return `- - - [${formatDate(at)}] "- - HTTP/-" 0 0 "" "berth: ${linesInWords(lines)} lost here" "-" 0.000 0.000\n`;
}

export const linesInWords = (lines: number): string => (lines === 1 ? '1 line' : `${lines} lines`);

/** Most lines have this in common with the line before. */
function rememberLast(write: (text: string) => string): (text: string) => string {
  let last = '';
  let written = write(last);
  return (text) => {
    if (text !== last) {
      written = write(text);
      last = text;
    }
    return written;
  };
}

const months = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** `22/Nov/2026:10:59:10 +0000` for Unix milliseconds. */
export function formatDate(at: number): string {
  const date = new Date(at);
  const when = Number.isNaN(date.getTime()) ? new Date(0) : date;
  return (
    `${twoDigits(when.getUTCDate())}/${months[when.getUTCMonth()]}/${when.getUTCFullYear()}:` +
    `${twoDigits(when.getUTCHours())}:${twoDigits(when.getUTCMinutes())}:${twoDigits(when.getUTCSeconds())} +0000`
  );
}

/** Requests of one second share one string: most of the cost of a line would be its date. */
export function createDateCache(): (at: number) => string {
  let second = Number.NaN;
  let text = '';
  return (at) => {
    const asked = Math.floor(at / 1000);
    if (asked !== second) {
      second = asked;
      text = formatDate(at);
    }
    return text;
  };
}

const twoDigits = (value: number): string => (value < 10 ? `0${value}` : String(value));

export const count = (value: number): string =>
  Number.isSafeInteger(value) && value > 0 ? String(value) : '0';

/** Milliseconds as seconds with three decimals; `toFixed` costs five times as much. */
function seconds(ms: number): string {
  const whole = Math.round(ms);
  if (!(whole > 0 && whole < Number.MAX_SAFE_INTEGER)) return '0.000';
  const fraction = whole % 1000;
  const padded = fraction < 10 ? `00${fraction}` : fraction < 100 ? `0${fraction}` : fraction;
  return `${(whole - fraction) / 1000}.${padded}`;
}
