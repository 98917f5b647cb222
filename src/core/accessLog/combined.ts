import { plainAddress } from '../../shared/model/plainAddress.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { escapeField, escapeToken } from './escape.ts';
import { count, createDateCache, type FormatLine, formatDate, linesInWords } from './format.ts';

/**
 * Apache's combined format, `%h - - %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"`, as GoAccess and others read it. An
 * IPv4 address is plain; what was not there is `-`, no bytes included. Characters are escaped as in Hipache's line.
 */
export function createCombinedFormatter(): FormatLine {
  const date = createDateCache();
  return (record) =>
    `${escapeToken(plainAddress(record.client))} - - [${date(record.startedAt)}] "${requestLine(record)}" ` +
    `${count(record.status)} ${record.bytes > 0 ? count(record.bytes) : '-'} ` +
    `"${escapeField(record.referer ?? '-')}" "${escapeField(record.userAgent ?? '-')}"\n`;
}

export const combinedLostLine = (lines: number, at: number): string =>
  `- - - [${formatDate(at)}] "-" 0 - "-" "berth: ${linesInWords(lines)} lost here"\n`;

function requestLine({ method, target, httpVersion }: RequestRecord): string {
  if (method === '' || method === '-') return '-';
  return `${escapeToken(method)} ${escapeToken(target)} HTTP/${escapeToken(httpVersion)}`;
}
