import { limits } from '../limits.ts';

/** One server behind a frontend, as its URL in the store says. */
export interface Backend {
  /** Position in the frontend's list without the identifier; the member of `dead:` sets. */
  readonly index: number;
  /** The URL to the letter, as stored: what dead marks, logs and the `dead` channel carry. */
  readonly url: string;
  readonly secure: boolean;
  /** Name or address to connect to; an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Value of a Host field that names this backend. */
  readonly authority: string;
}

export type BackendParse =
  | { readonly ok: true; readonly backend: Backend }
  | { readonly ok: false; readonly problem: string };

// Control characters and spaces: the WHATWG parser would strip them silently.
const unprintable = /[\u0000-\u0020\u007f]/;

/**
 * Reads a backend URL: `http://host:port`, `https://host:port`. A path is allowed and ignored, as Hipache did;
 * userinfo is refused, since it would end in logs.
 */
export function parseBackend(url: string, index: number): BackendParse {
  if (url.length > limits.maxBackendUrlBytes) {
    return { ok: false, problem: `is longer than ${limits.maxBackendUrlBytes} bytes` };
  }
  if (unprintable.test(url)) return { ok: false, problem: 'has a space or control character' };
  if (!/^https?:\/\//i.test(url)) {
    return {
      ok: false,
      problem: /^[a-z][a-z0-9+.-]*:\/\//i.test(url)
        ? 'has a scheme other than http and https'
        : 'is not a URL',
    };
  }
  // The WHATWG parser would skip further slashes and take what follows for the host.
  if (!/^https?:\/\/[^/\\?#]/i.test(url)) return { ok: false, problem: 'names no host' };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { ok: false, problem: 'is not a URL' };
  }
  if (parsed.username !== '' || parsed.password !== '')
    return { ok: false, problem: 'carries a user name or password' };
  if (parsed.port === '0') return { ok: false, problem: 'has port 0' };
  const secure = parsed.protocol === 'https:';
  return {
    ok: true,
    backend: {
      index,
      url,
      secure,
      hostname: parsed.hostname.replace(/^\[|\]$/g, ''),
      port: parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port),
      authority: parsed.host,
    },
  };
}
