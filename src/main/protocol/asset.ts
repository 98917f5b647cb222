import { isOwnAddress } from '../guards/ownAddress.ts';

/** A file of the interface, by the parts of its path. */
export interface Asset {
  readonly parts: readonly string[];
  readonly contentType: string;
}

/** What is served, and as what; anything else is not there. */
const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  json: 'application/json; charset=utf-8',
};

/** The file that an address of the interface means; null where it can be none. */
export function assetOf(address: string): Asset | null {
  if (!isOwnAddress(address)) return null;
  const { pathname } = new URL(address);
  const path = pathname === '/' || pathname === '' ? '/index.html' : pathname;
  const parts: string[] = [];
  for (const part of path.slice(1).split('/')) {
    const name = decoded(part);
    // A name as a build makes them: no parts of a path, no drive, no hidden file.
    if (name === null || !/^[\w][\w.@-]*$/.test(name)) return null;
    parts.push(name);
  }
  const extension = parts.at(-1)?.split('.').at(-1) ?? '';
  const contentType = Object.hasOwn(contentTypes, extension) ? contentTypes[extension] : undefined;
  return contentType === undefined ? null : { parts, contentType };
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** What goes with each answer: the page loads nothing, runs nothing and is framed by nothing that is not its own. */
export const assetHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
};
