import type { BackendHealth } from '../../../../shared/contract/health.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import type { BackendPlace } from './backendEdit.ts';
import type { HostRow } from './rows.ts';

/** A backend of a host with what is known of it. */
export interface ListedBackend extends BackendPlace {
  /** Stays with it when others come and go before it. */
  readonly key: string;
  /** Null where nothing is known yet. */
  readonly health: BackendHealth | null;
  readonly isDrained: boolean;
}

/** Backends on one page: as many as are drawn each second without a stutter. */
export const backendsPerPage = 50;

export function listedBackends({ host, health }: HostRow): readonly ListedBackend[] {
  const drained = new Set(host.options.drained);
  const times = new Map<string, number>();
  return host.backends.map((url, index) => {
    const time = times.get(url) ?? 0;
    times.set(url, time + 1);
    const found = health?.backends[index];
    return {
      index,
      url,
      key: `${time} ${url}`,
      // A picture of health may be older than the list.
      health: found?.url === url ? found : null,
      isDrained: drained.has(url),
    };
  });
}

export interface BackendPage {
  readonly shown: readonly ListedBackend[];
  /** Backends that the filter lets through. */
  readonly matching: number;
  /** From 0; within the pages there are. */
  readonly page: number;
  readonly pages: number;
}

/**
 * Those of a page that have each word of the filter in number (`#12`), address, state or reason.
 *
 * @param edited key of one that stays although its state or reason changes, since somebody writes in it
 */
export function backendPage(
  all: readonly ListedBackend[],
  {
    filter,
    page,
    edited,
  }: { readonly filter: string; readonly page: number; readonly edited: string | null },
): BackendPage {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matching =
    words.length === 0
      ? all
      : all.filter((backend) => backend.key === edited || hasWords(backend, words));
  const pages = Math.max(1, Math.ceil(matching.length / backendsPerPage));
  const within = Math.min(Math.max(0, page), pages - 1);
  const first = within * backendsPerPage;
  return {
    shown: matching.slice(first, first + backendsPerPage),
    matching: matching.length,
    page: within,
    pages,
  };
}

function hasWords(
  { index, url, health, isDrained }: ListedBackend,
  words: readonly string[],
): boolean {
  const state = isDrained ? 'drained' : (health?.state ?? 'unknown');
  const text = `${visibleText(url)} ${url} ${state} ${health?.reason ?? ''}`.toLowerCase();
  return words.every((word) => (word.startsWith('#') ? word === `#${index}` : text.includes(word)));
}
