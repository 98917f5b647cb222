import { limits } from '../limits.ts';

/** What a Host header or request target authority says, or why it says nothing usable. */
export type HostParse =
  | { readonly ok: true; readonly host: string; readonly port: number | null }
  | { readonly ok: false; readonly reason: 'missing' | 'invalid' };

// RFC 9110 section 7.2 and RFC 3986 section 3.2.2. Underscore is not legal in DNS hosts but common in dev names.
const regName = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;
const visibleAscii = /^[\x21-\x7e]+$/;
const ipLiteral = /^\[[0-9a-f:.]+\]$/;

/**
 * Reads the value of a Host header: lower case, without port and trailing dot.
 * Userinfo, path, comma, space, control characters and empty labels are refused (reliability bar, row 3).
 */
export function parseHost(value: string | undefined): HostParse {
  if (value === undefined || value === '') return { ok: false, reason: 'missing' };
  // Before lower-casing, which turns some letters outside ASCII into ASCII ones.
  if (!visibleAscii.test(value)) return { ok: false, reason: 'invalid' };
  let host = value.toLowerCase();
  let port: number | null = null;
  const colon =
    host.charCodeAt(0) === 0x5b ? host.indexOf(':', host.indexOf(']') + 1) : host.indexOf(':');
  if (colon !== -1) {
    const digits = host.slice(colon + 1);
    if (!/^\d{0,5}$/.test(digits) || Number(digits) > 65535)
      return { ok: false, reason: 'invalid' };
    port = digits === '' ? null : Number(digits);
    host = host.slice(0, colon);
  }
  if (host === '') return { ok: false, reason: 'missing' };
  if (host.endsWith('.')) host = host.slice(0, -1);
  if (host.length > limits.maxHostBytes) return { ok: false, reason: 'invalid' };
  if (!regName.test(host) && !ipLiteral.test(host)) return { ok: false, reason: 'invalid' };
  return { ok: true, host, port };
}

/**
 * The names under which a host may be stored, in the order in which they are tried: itself, `*.` with each parent
 * domain of its last six labels, `*`. At most seven (Hipache contract, "Lookup").
 */
export function lookupNames(host: string): readonly string[] {
  const labels = host.split('.').slice(-limits.maxLookupLabels);
  const names = [host];
  for (let i = 1; i < labels.length; i++) names.push(`*.${labels.slice(i).join('.')}`);
  names.push('*');
  return names;
}

export type NameParse =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly problem: string };

/** Reads the name of a frontend as a person writes it: a host, `*.domain` or `*`; in lower case, without trailing dot. */
export function parseFrontendName(text: string): NameParse {
  if (text === '*') return { ok: true, name: '*' };
  const wild = text.startsWith('*.');
  const parsed = parseHost(wild ? text.slice(2) : text);
  if (!parsed.ok) {
    return {
      ok: false,
      problem:
        parsed.reason === 'missing'
          ? 'is empty: write a host such as app.localhost, *.app.localhost or *'
          : `is not a host name, *.domain or *: ${JSON.stringify(text.slice(0, limits.maxHostBytes))}`,
    };
  }
  if (parsed.port !== null) {
    return { ok: false, problem: `has a port: write ${parsed.host} alone` };
  }
  return { ok: true, name: wild ? `*.${parsed.host}` : parsed.host };
}
