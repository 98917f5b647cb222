import { trailField } from './trail.ts';

/** What a field of a message head is to a proxy. `other` is the great majority: passed on untouched. */
export const Kind = {
  other: 0,
  /** Belongs to one connection and is never passed on (RFC 9110 section 7.6.1). */
  hop: 1,
  connection: 2,
  transferEncoding: 3,
  contentLength: 4,
  te: 5,
  trailer: 6,
  upgrade: 7,
  host: 8,
  expect: 9,
  via: 10,
  maxForwards: 11,
  debug: 12,
  accept: 13,
  referer: 14,
  userAgent: 15,
  forwardedFor: 16,
  realIp: 17,
  forwardedProto: 18,
  forwardedProtocol: 19,
  forwardedPort: 20,
  forwardedHost: 21,
  keepAlive: 22,
  retryAfter: 23,
  contentDisposition: 24,
  cookie: 25,
  trail: 26,
  date: 27,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

const kinds = new Map<string, Kind>([
  ['connection', Kind.connection],
  ['keep-alive', Kind.keepAlive],
  ['transfer-encoding', Kind.transferEncoding],
  ['content-length', Kind.contentLength],
  ['te', Kind.te],
  ['trailer', Kind.trailer],
  ['upgrade', Kind.upgrade],
  ['http2-settings', Kind.hop],
  // A CGI server turns `Proxy` into the variable HTTP_PROXY.
  ['proxy', Kind.hop],
  // Tells an error of our own: nobody else is to say it, least of all a backend.
  ['x-debug-error', Kind.hop],
  ['host', Kind.host],
  ['expect', Kind.expect],
  ['via', Kind.via],
  ['max-forwards', Kind.maxForwards],
  ['x-debug', Kind.debug],
  ['accept', Kind.accept],
  ['referer', Kind.referer],
  ['user-agent', Kind.userAgent],
  ['x-forwarded-for', Kind.forwardedFor],
  ['x-real-ip', Kind.realIp],
  ['x-forwarded-proto', Kind.forwardedProto],
  ['x-forwarded-protocol', Kind.forwardedProtocol],
  ['x-forwarded-port', Kind.forwardedPort],
  ['x-forwarded-host', Kind.forwardedHost],
  ['retry-after', Kind.retryAfter],
  ['content-disposition', Kind.contentDisposition],
  ['cookie', Kind.cookie],
  [trailField, Kind.trail],
  ['date', Kind.date],
]);

/** Names that most messages have and that mean nothing to a proxy. */
const common = [
  'accept-encoding',
  'accept-language',
  'accept-ranges',
  'age',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-type',
  'etag',
  'if-modified-since',
  'if-none-match',
  'last-modified',
  'location',
  'origin',
  'pragma',
  'priority',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'server',
  'set-cookie',
  'vary',
  'x-powered-by',
];

const titled = (name: string): string =>
  name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** By name as it is mostly spelled: to put a name into lower case costs more than to look it up. */
const spelled = new Map<string, Kind>();
for (const name of common) spelled.set(name, Kind.other).set(titled(name), Kind.other);
for (const [name, kind] of kinds) spelled.set(name, kind).set(titled(name), kind);
spelled.set('ETag', Kind.other).set('TE', Kind.te);

/** @param name of a field, in any case */
export function kindOf(name: string): Kind {
  const kind = spelled.get(name);
  if (kind !== undefined) return kind;
  const lower = name.toLowerCase();
  return kinds.get(lower) ?? (lower.startsWith('proxy-') ? Kind.hop : Kind.other);
}

const mostChars = 32;
const letterP = 0x70;
const telling = new Uint8Array(128 * mostChars);
for (const name of kinds.keys()) telling[name.charCodeAt(0) * mostChars + name.length] = 1;

/**
 * Whether a name may be of another kind than `other`, by what costs nothing to see.
 *
 * @param first code of its first character
 * @param chars how long it is
 */
export function mayMatter(first: number, chars: number): boolean {
  const letter = first | 0x20;
  // Everything that begins with `Proxy-` does.
  return letter === letterP || (chars < mostChars && telling[letter * mostChars + chars] === 1);
}
