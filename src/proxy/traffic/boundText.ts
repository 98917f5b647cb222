import { limits } from '../../shared/limits.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { cutText } from '../cutText.ts';

const max = limits.maxRecordTextChars;

/** The record itself, or one whose fields of unknown length are cut at `limits.maxRecordTextChars`. */
export function boundText(record: RequestRecord): RequestRecord {
  if (
    record.target.length <= max &&
    record.method.length <= max &&
    record.host.length <= max &&
    (record.referer === null || record.referer.length <= max) &&
    (record.userAgent === null || record.userAgent.length <= max) &&
    (record.identifier === null || record.identifier.length <= max)
  ) {
    return record;
  }
  return {
    ...record,
    target: cut(record.target),
    method: cut(record.method),
    host: cut(record.host),
    referer: record.referer === null ? null : cut(record.referer),
    userAgent: record.userAgent === null ? null : cut(record.userAgent),
    identifier: record.identifier === null ? null : cut(record.identifier),
  };
}

/** Characters of text in a record, about; its numbers and short fields count as a constant. */
export function charsOf(record: RequestRecord): number {
  let chars = 200 + record.target.length + record.host.length;
  if (record.referer !== null) chars += record.referer.length;
  if (record.userAgent !== null) chars += record.userAgent.length;
  if (record.identifier !== null) chars += record.identifier.length;
  for (const attempt of record.attempts) chars += 50 + attempt.url.length;
  return chars;
}

const cut = (text: string): string => cutText(text, max);
