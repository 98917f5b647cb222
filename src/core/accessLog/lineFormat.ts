import type { AccessLogFormat } from '../../shared/model/accessLogFormat.ts';
import { combinedLostLine, createCombinedFormatter } from './combined.ts';
import { createLineFormatter, type FormatLine, lostLine } from './format.ts';
import { formatJsonLine, jsonLostLine } from './json.ts';

/** Lines of printable ASCII, newline included; nothing that a client sends can end one or begin another. */
export interface LineFormat {
  readonly line: FormatLine;
  /** The line that stands where lines were lost; `at` in Unix milliseconds. */
  readonly lost: (lines: number, at: number) => string;
}

export function createLineFormat(format: AccessLogFormat): LineFormat {
  switch (format) {
    case 'hipache':
      return { line: createLineFormatter(), lost: lostLine };
    case 'combined':
      return { line: createCombinedFormatter(), lost: combinedLostLine };
    case 'json':
      return { line: formatJsonLine, lost: jsonLostLine };
  }
}
