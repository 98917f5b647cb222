import { nameSchema } from '../../shared/contract/common.ts';
import { limits } from '../../shared/limits.ts';

export const linkScheme = 'berth';

/**
 * The interface's address that a link leads to: `berth://host/NAME`, `berth://traffic?filter=FILTER`, or a page as
 * `berth://health`. Null for anything else. A link shows something and never does anything, since any page may have one.
 */
export function addressOfLink(link: string): string | null {
  if (link.length > maxLinkChars) return null;
  let url: URL;
  try {
    url = new URL(link);
  } catch {
    return null;
  }
  if (url.protocol !== `${linkScheme}:`) return null;
  const path = url.pathname.replace(/\/$/, '');
  if (url.host === 'host') return addressOfHost(path.slice(1));
  if (path !== '') return null;
  if (url.host === 'traffic') return addressOfTraffic(url.searchParams.get('filter'));
  return pages.includes(url.host) ? `/${url.host}` : null;
}

/** Characters of a link: a filter, percent-encoded. */
const maxLinkChars = 3 * limits.maxFilterChars + 100;

const pages: readonly string[] = ['hosts', 'health', 'containers', 'doctor', 'settings'];

function addressOfHost(part: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(part);
  } catch {
    return null;
  }
  const name = nameSchema.safeParse(decoded);
  return name.success ? `/hosts/${encodeURIComponent(name.data)}` : null;
}

function addressOfTraffic(filter: string | null): string | null {
  if (filter === null || filter === '') return '/traffic';
  if (filter.length > limits.maxFilterChars) return null;
  return `/traffic?${new URLSearchParams({ filter }).toString()}`;
}

/** The link among the words with which the app was started, or null. */
export const linkIn = (argv: readonly string[]): string | null =>
  argv.find((word) => word.startsWith(`${linkScheme}://`)) ?? null;
