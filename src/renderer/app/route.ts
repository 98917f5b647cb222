import { createStore, type Readable } from '../state/store.ts';
import { parsedUrl } from '../ui/parsedUrl.ts';

const pages = ['hosts', 'traffic', 'health', 'containers', 'doctor', 'settings'] as const;
export type Page = (typeof pages)[number];

/** Where the interface is: a page, what is open on it, and its parameters, as `/hosts/app.dev.local` or `/traffic?filter=x`. */
interface Route {
  readonly page: Page;
  readonly item: string | null;
  readonly parameters: ReadonlyMap<string, string>;
}

function parseRoute(address: string): Route {
  const url = parsedUrl(address, 'http://berth') ?? new URL('http://berth');
  const [, page = '', item] = url.pathname.split('/');
  return {
    page: pages.find((known) => known === page) ?? 'hosts',
    item: item === undefined || item === '' ? null : decodePart(item),
    parameters: new Map(url.searchParams),
  };
}

export function addressOf(
  page: Page,
  item?: string | null,
  parameters?: Record<string, string>,
): string {
  const query = new URLSearchParams(parameters).toString();
  const path =
    item === undefined || item === null ? `/${page}` : `/${page}/${encodeURIComponent(item)}`;
  return query === '' ? path : `${path}?${query}`;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address is the state: back and forward go through pages, and a link leads to one. */
export interface Router {
  readonly route: Readable<Route>;
  go(address: string): void;
  /** The same, without a step back to where it was. */
  replace(address: string): void;
}

export function createRouter(): Router {
  const here = (): Route => parseRoute(location.hash.slice(1));
  const route = createStore(here());
  window.addEventListener('hashchange', () => route.set(here()));
  return {
    route,
    go: (address) => {
      location.hash = address;
    },
    replace: (address) => {
      history.replaceState(null, '', `#${address}`);
      route.set(here());
    },
  };
}
