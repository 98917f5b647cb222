import { Kind, kindOf } from './kinds.ts';
import { nominatedFields } from './nominated.ts';

/** What the fields of a response tell. */
export interface ResponseFacts {
  count: number;
  /** The body came chunked. */
  chunked: boolean;
  /** Why the framing cannot be trusted, or null. */
  problem: string | null;
  contentLength: string | null;
  retryAfter: boolean;
  hasDate: boolean;
  upgrade: string | null;
  connection: string | null;
  trailer: string | null;
  /** Seconds from `Keep-Alive: timeout=N`, or null. */
  keepAliveSeconds: number | null;
}

/** What one walk over the raw fields of a response tells. */
export interface ResponseFields extends ResponseFacts {
  /** The end-to-end fields in order, case and number as they came; a new list that may be added to. */
  readonly kept: string[];
}

const nonAscii = /[^\0-\x7f]/;

/** Whether node:http would re-encode a Content-Disposition that follows a Content-Length. */
export const isReencoded = (kind: Kind, value: string): boolean =>
  kind === Kind.contentDisposition && nonAscii.test(value);

/** Before a field was looked at. */
export const noFacts = (): ResponseFacts => ({
  count: 0,
  chunked: false,
  problem: null,
  contentLength: null,
  retryAfter: false,
  hasDate: false,
  upgrade: null,
  connection: null,
  trailer: null,
  keepAliveSeconds: null,
});

/**
 * Takes down what a field tells.
 *
 * @param bodiless the status forbids a body: a Content-Length would lie
 * @returns whether it is passed on, where nothing nominated it
 */
export function takeDown(
  facts: ResponseFacts,
  kind: Kind,
  value: string,
  bodiless: boolean,
): boolean {
  switch (kind) {
    case Kind.hop:
    case Kind.te:
      return false;
    case Kind.keepAlive:
      facts.keepAliveSeconds ??= readKeepAlive(value);
      return false;
    case Kind.connection:
      facts.connection = facts.connection === null ? value : `${facts.connection},${value}`;
      return false;
    case Kind.upgrade:
      facts.upgrade = facts.upgrade === null ? value : `${facts.upgrade},${value}`;
      return false;
    case Kind.trailer:
      facts.trailer = facts.trailer === null ? value : `${facts.trailer},${value}`;
      return false;
    case Kind.transferEncoding:
      if (facts.chunked || value.trim().toLowerCase() !== 'chunked') {
        facts.problem = 'it has a transfer coding other than chunked';
      } else if (facts.contentLength !== null) {
        facts.problem = both;
      }
      facts.chunked = true;
      return false;
    case Kind.contentLength:
      if (facts.contentLength !== null) facts.problem = 'it has two lengths';
      if (facts.chunked) facts.problem = both;
      facts.contentLength = value;
      return !bodiless;
    case Kind.retryAfter:
      facts.retryAfter = true;
      return true;
    case Kind.date:
      facts.hasDate = true;
      return true;
    default:
      return true;
  }
}

const both = 'it has both a length and a transfer coding';

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

/** Kinds of their own that a Connection field may nominate like any other. */
const isNominated = (nominated: ReadonlySet<string> | null, kind: Kind, name: string): boolean =>
  nominated !== null &&
  kind !== Kind.contentLength &&
  kind !== Kind.retryAfter &&
  kind !== Kind.contentDisposition &&
  nominated.has(name.toLowerCase());

function walk(
  raw: readonly string[],
  bodiless: boolean,
  nominated: ReadonlySet<string> | null,
): ResponseFields {
  const kept: string[] = [];
  const fields: ResponseFields = { ...noFacts(), kept, count: raw.length >> 1 };
  let lengthAt = -1;
  let lengthLast = false;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    const kind = kindOf(name);
    if (!takeDown(fields, kind, value, bodiless)) continue;
    if (isNominated(nominated, kind, name)) continue;
    if (kind === Kind.contentLength) lengthAt = kept.length;
    lengthLast ||= isReencoded(kind, value);
    kept.push(name, value);
  }
  // node:http re-encodes a Content-Disposition that follows a Content-Length; the other way round it leaves it alone.
  if (lengthLast && lengthAt !== -1) kept.push(...kept.splice(lengthAt, 2));
  return fields;
}

function readKeepAlive(value: string): number | null {
  const match = /(?:^|[ ,;])timeout=(\d{1,9})/i.exec(value);
  return match === null ? null : Number(match[1]);
}
