import type { OutgoingHttpHeaders } from 'node:http2';
import { Kind, kindOf } from './kinds.ts';

/**
 * Fields that node:http2 sends once at most. Where a backend said one twice, the first counts: a client would have to
 * guess.
 */
const single = new Set([
  'access-control-allow-credentials',
  'access-control-max-age',
  'access-control-request-method',
  'age',
  'authorization',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'date',
  'dnt',
  'etag',
  'expires',
  'from',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'range',
  'referer',
  'retry-after',
  'tk',
  'upgrade-insecure-requests',
  'user-agent',
  'x-content-type-options',
]);

/** The same, but lists: what was said twice is one list. */
const lists = new Set(['content-encoding', 'content-language']);

/**
 * Fields of a response or its trailers as node:http2 takes them: names in lower case, those of a connection left out
 * (RFC 9113 section 8.2.2), what came more than once as a list in its order.
 *
 * @param fields flat list: name, value, name, value
 */
export function toHttp2Fields(fields: readonly string[]): OutgoingHttpHeaders {
  // node:http2 takes no others; a field may be called `__proto__`.
  const out: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = (fields[i] ?? '').toLowerCase();
    const value = fields[i + 1] ?? '';
    if (isOfConnection(kindOf(name))) continue;
    const before = out[name];
    if (before === undefined) out[name] = value;
    else if (typeof before !== 'string') before.push(value);
    else if (lists.has(name)) out[name] = `${before}, ${value}`;
    else if (!single.has(name)) out[name] = [before, value];
  }
  return out;
}

const isOfConnection = (kind: Kind): boolean =>
  kind === Kind.connection ||
  kind === Kind.keepAlive ||
  kind === Kind.transferEncoding ||
  kind === Kind.upgrade ||
  kind === Kind.te;
