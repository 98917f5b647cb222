import type { ListenerStatus } from '../../../../shared/contract/instance.ts';
import type { RequestRecord } from '../../../../shared/model/record.ts';
import { version } from '../../../../shared/version.ts';
import { urlOf } from './curl.ts';

/**
 * Requests as HTTP Archive 1.2, for other tools. What is in no record (header fields, bodies) is left empty, as the
 * format says: -1 for a size that is not known.
 */
export function harOf(
  records: readonly RequestRecord[],
  listeners: readonly ListenerStatus[],
): object {
  return {
    log: {
      version: '1.2',
      creator: { name: 'Berth', version },
      entries: records.map((record) => entryOf(record, listeners)),
    },
  };
}

function entryOf(record: RequestRecord, listeners: readonly ListenerStatus[]): object {
  const url = urlOf(record, listeners) ?? record.target;
  const header = (name: string, value: string | null) => (value === null ? [] : [{ name, value }]);
  return {
    startedDateTime: new Date(record.startedAt).toISOString(),
    time: record.totalMs,
    request: {
      method: record.method,
      url,
      httpVersion: `HTTP/${record.httpVersion}`,
      cookies: [],
      headers: [
        ...header('Host', record.host),
        ...header('User-Agent', record.userAgent),
        ...header('Referer', record.referer),
      ],
      queryString: queryOf(record.target),
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status: record.status,
      statusText: '',
      httpVersion: `HTTP/${record.httpVersion}`,
      cookies: [],
      headers: [],
      content: { size: -1, mimeType: '' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
      _transferSize: record.bytes,
    },
    cache: {},
    timings: {
      blocked: record.queueMs,
      connect: record.connectMs,
      send: 0,
      wait: record.firstByteMs,
      receive: record.bodyMs,
    },
    ...(record.error === null ? {} : { comment: record.error }),
    _backend: record.backend,
    _attempts: record.attempts,
  };
}

function queryOf(target: string): readonly { readonly name: string; readonly value: string }[] {
  const at = target.indexOf('?');
  return at === -1
    ? []
    : [...new URLSearchParams(target.slice(at + 1))].map(([name, value]) => ({ name, value }));
}
