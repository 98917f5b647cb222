/** How a request target is passed on, or that it cannot be (RFC 9112 section 3.2). */
export type TargetVerdict =
  | {
      readonly ok: true;
      /** Origin-form or `*`, to the byte as it came. */
      readonly target: string;
      /** Authority of an absolute-form target, which wins over the Host field; null otherwise. */
      readonly authority: string | null;
    }
  | { readonly ok: false; readonly problem: string };

const refuse = (problem: string): TargetVerdict => ({ ok: false, problem });
const scheme = /^(https?):\/\//i;

/** Reads a request target of any method but CONNECT. */
export function parseTarget(method: string, target: string): TargetVerdict {
  if (target.includes('#')) return refuse('It has a fragment.');
  if (target.charCodeAt(0) === 0x2f) return { ok: true, target, authority: null };
  if (target === '*') {
    return method === 'OPTIONS'
      ? { ok: true, target, authority: null }
      : refuse('The target "*" is for OPTIONS only.');
  }
  const match = scheme.exec(target);
  if (match === null) return refuse('It is neither a path nor an http:// or https:// address.');
  const start = match[0].length;
  const slash = target.slice(start).search(/[/?]/);
  const end = slash === -1 ? target.length : start + slash;
  const authority = target.slice(start, end);
  if (authority === '') return refuse('It names no host.');
  const rest = target.slice(end);
  // An empty path of OPTIONS means the server itself (RFC 9112 section 3.2.4).
  if (rest === '') return { ok: true, target: method === 'OPTIONS' ? '*' : '/', authority };
  return { ok: true, target: rest.startsWith('?') ? `/${rest}` : rest, authority };
}

/** Reads the target of CONNECT: a host and a port, both of which it has to have (RFC 9112 section 3.2.3). */
export const parseTunnelTarget = (target: string): TargetVerdict =>
  /^[^/?#@]+:\d+$/.test(target)
    ? { ok: true, target, authority: target }
    : refuse('It is not a host and a port.');
