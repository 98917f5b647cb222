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

const cut = (text: string): string => cutText(text, max);
