import { type HostParse, parseHost } from '../../shared/model/hostname.ts';
import { Kind, kindOf } from './kinds.ts';
import { nominatedFields } from './nominated.ts';

/** What one walk over the raw fields of a request tells. Flat lists hold name, value, name, value. */
export interface RequestFields {
  /**
   * The fields to pass on, in order, case and number as they came: without those of the connection, with
   * `Transfer-Encoding: chunked` where the request was chunked.
   */
  readonly kept: string[];
  /** Fields of the request, and bytes they took. */
  count: number;
  bytes: number;
  hosts: number;
  /** Value of the first Host field, and where it stands in `kept`; -1 when there is none. */
  host: string | undefined;
  hostAt: number;
  /** What it names. */
  named: HostParse;
  /** Values of all fields of that name, joined by commas; null when there is none. */
  connection: string | null;
  transferEncoding: string | null;
  contentLength: string | null;
  upgrade: string | null;
  te: string | null;
  expect: string | null;
  via: string | null;
  trail: string | null;
  maxForwards: string | null;
  /** Where the last value of that name stands in `kept`; -1 when there is none. */
  maxForwardsAt: number;
  forwardedForAt: number;
  realIpAt: number;
  forwardedProtoAt: number;
  forwardedProtocolAt: number;
  forwardedPortAt: number;
  forwardedHostAt: number;
  /** Values of all X-Real-IP fields, joined by commas; null when there is none. */
  realIp: string | null;
  debug: boolean;
  accept: string | undefined;
  referer: string | null;
  userAgent: string | null;
  /** Values of all Cookie fields, joined by semicolons; null when there is none. */
  cookie: string | null;
}

const noHost = parseHost(undefined);

const join = (list: string | null, value: string): string =>
  list === null ? value : `${list},${value}`;

const nonAscii = /[^\0-\x7f]/;

/**
 * Reads the raw field list of a request that a strict parser has accepted.
 *
 * @param http10 HTTP/1.0 knows no Expect: it is dropped (RFC 9110 section 10.1.1)
 */
export function readRequestFields(raw: readonly string[], http10: boolean): RequestFields {
  const fields = walk(raw, http10, null);
  if (fields.connection === null) return fields;
  const nominated = nominatedFields(fields.connection);
  return nominated === null ? fields : walk(raw, http10, nominated);
}

function walk(
  raw: readonly string[],
  http10: boolean,
  nominated: ReadonlySet<string> | null,
): RequestFields {
  const kept: string[] = [];
  const fields: RequestFields = {
    kept,
    count: raw.length >> 1,
    bytes: 0,
    hosts: 0,
    host: undefined,
    hostAt: -1,
    named: noHost,
    connection: null,
    transferEncoding: null,
    contentLength: null,
    upgrade: null,
    te: null,
    expect: null,
    via: null,
    trail: null,
    maxForwards: null,
    maxForwardsAt: -1,
    forwardedForAt: -1,
    realIpAt: -1,
    forwardedProtoAt: -1,
    forwardedProtocolAt: -1,
    forwardedPortAt: -1,
    forwardedHostAt: -1,
    realIp: null,
    debug: false,
    accept: undefined,
    referer: null,
    userAgent: null,
    cookie: null,
  };
  let trailer: string | null = null;
  let lengthAt = -1;
  let lengthLast = false;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    fields.bytes += name.length + value.length + 4;
    const kind = kindOf(name);
    if (kind === Kind.other) {
      if (nominated?.has(name.toLowerCase())) continue;
      kept.push(name, value);
      continue;
    }
    switch (kind) {
      case Kind.hop:
      case Kind.keepAlive:
        continue;
      case Kind.connection:
        fields.connection = join(fields.connection, value);
        continue;
      case Kind.transferEncoding:
        fields.transferEncoding = join(fields.transferEncoding, value);
        if (fields.transferEncoding === value) kept.push(name, 'chunked');
        continue;
      case Kind.te:
        fields.te = join(fields.te, value);
        continue;
      case Kind.upgrade:
        fields.upgrade = join(fields.upgrade, value);
        continue;
      case Kind.trailer:
        trailer = join(trailer, value);
        continue;
      case Kind.host:
        fields.hosts++;
        if (fields.hosts === 1) {
          fields.host = value;
          fields.hostAt = kept.length + 1;
          fields.named = parseHost(value);
        }
        break;
      case Kind.contentLength:
        fields.contentLength = join(fields.contentLength, value);
        lengthAt = kept.length;
        break;
      case Kind.contentDisposition:
        lengthLast ||= nonAscii.test(value);
        break;
      case Kind.expect:
        if (http10) continue;
        fields.expect = join(fields.expect, value);
        break;
      case Kind.via:
        fields.via = join(fields.via, value);
        break;
      case Kind.trail:
        fields.trail = join(fields.trail, value);
        break;
      case Kind.maxForwards:
        fields.maxForwards = join(fields.maxForwards, value);
        fields.maxForwardsAt = kept.length + 1;
        break;
      case Kind.debug:
        fields.debug = true;
        break;
      case Kind.accept:
        fields.accept = join(fields.accept ?? null, value);
        break;
      case Kind.referer:
        fields.referer ??= value;
        break;
      case Kind.userAgent:
        fields.userAgent ??= value;
        break;
      case Kind.cookie:
        fields.cookie = fields.cookie === null ? value : `${fields.cookie};${value}`;
        break;
      case Kind.forwardedFor:
        fields.forwardedForAt = kept.length + 1;
        break;
      case Kind.realIp:
        fields.realIp = join(fields.realIp, value);
        fields.realIpAt = kept.length + 1;
        break;
      case Kind.forwardedProto:
        fields.forwardedProtoAt = kept.length + 1;
        break;
      case Kind.forwardedProtocol:
        fields.forwardedProtocolAt = kept.length + 1;
        break;
      case Kind.forwardedPort:
        fields.forwardedPortAt = kept.length + 1;
        break;
      case Kind.forwardedHost:
        fields.forwardedHostAt = kept.length + 1;
        break;
      default:
        if (nominated?.has(name.toLowerCase())) continue;
    }
    kept.push(name, value);
  }
  if (fields.transferEncoding !== null && trailer !== null) kept.push('Trailer', trailer);
  // node:http re-encodes a Content-Disposition that follows a Content-Length; the other way round it leaves it alone.
  if (lengthLast && lengthAt !== -1) {
    const length = kept.splice(lengthAt, 2);
    kept.push(...length);
    shiftAfter(fields, lengthAt);
  }
  return fields;
}

const positions = [
  'hostAt',
  'maxForwardsAt',
  'forwardedForAt',
  'realIpAt',
  'forwardedProtoAt',
  'forwardedProtocolAt',
  'forwardedPortAt',
  'forwardedHostAt',
] as const;

function shiftAfter(fields: RequestFields, at: number): void {
  for (const position of positions) if (fields[position] > at) fields[position] -= 2;
}
