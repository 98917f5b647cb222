import { Kind, kindOf } from './kinds.ts';

/** Fields that may not arrive after the body, where nobody checks them any more (RFC 9110 section 6.5.1). */
const forbidden = new Set([
  'age',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'expires',
  'forwarded',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'location',
  'pragma',
  'range',
  'set-cookie',
  'vary',
  'warning',
  'www-authenticate',
]);

/**
 * The trailer fields that are passed on, as pairs: all but those that frame, route, authenticate or belong to the
 * connection. Null when none is left.
 *
 * @param raw flat list: name, value, name, value
 */
export function keptTrailers(raw: readonly string[]): [string, string][] | null {
  let kept: [string, string][] | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const lower = name.toLowerCase();
    if (kindOf(lower) !== Kind.other || forbidden.has(lower)) continue;
    kept ??= [];
    kept.push([name, raw[i + 1] ?? '']);
  }
  return kept;
}
