import { Kind, kindOf } from './kinds.ts';
import { nominatedFields } from './nominated.ts';

/** What one walk over the raw fields of a response tells. */
export interface ResponseFields {
  /** The end-to-end fields in order, case and number as they came; a new list that may be added to. */
  readonly kept: string[];
  count: number;
  /** The body came chunked. */
  chunked: boolean;
  /** Why the framing cannot be trusted, or null. */
  problem: string | null;
  contentLength: string | null;
  retryAfter: boolean;
  upgrade: string | null;
  connection: string | null;
  trailer: string | null;
  /** Seconds from `Keep-Alive: timeout=N`, or null. */
  keepAliveSeconds: number | null;
}

const nonAscii = /[^\0-\x7f]/;

/**
 * Reads the raw field list of a backend's response.
 *
 * @param bodiless the status forbids a body: a Content-Length would lie
 */
export function readResponseFields(raw: readonly string[], bodiless: boolean): ResponseFields {
  const fields = walk(raw, bodiless, null);
  if (fields.connection === null) return fields;
  const nominated = nominatedFields(fields.connection);
  return nominated === null ? fields : walk(raw, bodiless, nominated);
}

function walk(
  raw: readonly string[],
  bodiless: boolean,
  nominated: ReadonlySet<string> | null,
): ResponseFields {
  const kept: string[] = [];
  const fields: ResponseFields = {
    kept,
    count: raw.length >> 1,
    chunked: false,
    problem: null,
    contentLength: null,
    retryAfter: false,
    upgrade: null,
    connection: null,
    trailer: null,
    keepAliveSeconds: null,
  };
  let lengthAt = -1;
  let lengthLast = false;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    switch (kindOf(name)) {
      case Kind.hop:
      case Kind.te:
        continue;
      case Kind.keepAlive:
        fields.keepAliveSeconds ??= readKeepAlive(value);
        continue;
      case Kind.connection:
        fields.connection = fields.connection === null ? value : `${fields.connection},${value}`;
        continue;
      case Kind.upgrade:
        fields.upgrade = fields.upgrade === null ? value : `${fields.upgrade},${value}`;
        continue;
      case Kind.trailer:
        fields.trailer = fields.trailer === null ? value : `${fields.trailer},${value}`;
        continue;
      case Kind.transferEncoding:
        if (fields.chunked || value.trim().toLowerCase() !== 'chunked') {
          fields.problem = 'it has a transfer coding other than chunked';
        }
        fields.chunked = true;
        continue;
      case Kind.contentLength:
        if (fields.contentLength !== null) fields.problem = 'it has two lengths';
        fields.contentLength = value;
        if (bodiless) continue;
        lengthAt = kept.length;
        break;
      case Kind.retryAfter:
        fields.retryAfter = true;
        break;
      case Kind.contentDisposition:
        lengthLast ||= nonAscii.test(value);
        break;
      default:
        if (nominated?.has(name.toLowerCase())) continue;
    }
    kept.push(name, value);
  }
  if (fields.chunked && fields.contentLength !== null) {
    fields.problem = 'it has both a length and a transfer coding';
  }
  // node:http re-encodes a Content-Disposition that follows a Content-Length; the other way round it leaves it alone.
  if (lengthLast && lengthAt !== -1) kept.push(...kept.splice(lengthAt, 2));
  return fields;
}

function readKeepAlive(value: string): number | null {
  const match = /(?:^|[ ,;])timeout=(\d{1,9})/i.exec(value);
  return match === null ? null : Number(match[1]);
}
