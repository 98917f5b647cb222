import type { RequestRecord } from './record.ts';

/** Characters of text in a record, about; its numbers and short fields count as a constant. */
export function charsOf(record: RequestRecord): number {
  let chars = 200 + record.target.length + record.host.length;
  if (record.referer !== null) chars += record.referer.length;
  if (record.userAgent !== null) chars += record.userAgent.length;
  if (record.identifier !== null) chars += record.identifier.length;
  if (record.hint !== null) chars += record.hint.length;
  for (const attempt of record.attempts) chars += 50 + attempt.url.length;
  for (const { reason } of record.dead) chars += 30 + reason.length;
  return chars;
}
