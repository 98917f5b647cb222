import { limits } from '../shared/limits.ts';
import type { RequestRecord } from '../shared/model/record.ts';

/** Status in the record of a request whose client left before an answer began; nothing with it is ever sent. */
export const statusClientLeft = 499;

const cut = (text: string): string =>
  text.length > limits.maxRecordTextChars ? text.slice(0, limits.maxRecordTextChars) : text;
const cutOrNull = (text: string | null): string | null => (text === null ? null : cut(text));

/** A record whose text fields keep their bound. */
export const boundedRecord = (record: RequestRecord): RequestRecord =>
  record.target.length <= limits.maxRecordTextChars &&
  (record.referer === null || record.referer.length <= limits.maxRecordTextChars) &&
  (record.userAgent === null || record.userAgent.length <= limits.maxRecordTextChars)
    ? record
    : {
        ...record,
        target: cut(record.target),
        referer: cutOrNull(record.referer),
        userAgent: cutOrNull(record.userAgent),
      };
