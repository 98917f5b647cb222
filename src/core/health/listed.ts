import type { DeadEntry, FrontendEntry } from '../frontends/table.ts';

/** A frontend whose list can be read. */
export interface Listed {
  readonly entry: FrontendEntry;
  readonly urls: readonly string[];
  /** Where each URL stands; one may be listed twice. */
  readonly places: ReadonlyMap<string, readonly number[]>;
  readonly drained: ReadonlySet<string>;
  /** Unix milliseconds. */
  readonly seenAt: number;
}

const nobody: ReadonlySet<string> = new Set();

/** Null when its list cannot be read. */
export function listedOf(entry: FrontendEntry, seenAt: number): Listed | null {
  if (entry.list === null) return null;
  const urls = entry.list.slice(1);
  const { drained: named } = entry.options;
  const drained = named.length === 0 ? nobody : new Set(named);
  return { entry, urls, places: placesOf(urls), drained, seenAt };
}

function placesOf(urls: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [index, url] of urls.entries()) {
    const known = places.get(url);
    if (known === undefined) places.set(url, [index]);
    else known.push(index);
  }
  return places;
}

/** The mark, while it has not ended. */
export const liveMark = (mark: DeadEntry | undefined, now: number): DeadEntry | null =>
  mark === undefined || (mark.endsAt !== null && mark.endsAt <= now) ? null : mark;

/** Milliseconds before the end of a mark within which it may have ended by itself. */
const endSlackMs = 1000;

/** URLs whose mark is gone before its time. */
export function revivedOf(before: Listed, { entry, urls }: Listed, now: number): readonly string[] {
  if (before.entry.dead.size === 0) return [];
  // An edit of the list moves marks about; that is nobody's word on a backend.
  if (before.urls.join('\n') !== urls.join('\n')) return [];
  return before.urls.filter((_url, index) => {
    const mark = before.entry.dead.get(index);
    if (mark === undefined || entry.dead.has(index)) return false;
    return mark.endsAt === null || mark.endsAt > now + endSlackMs;
  });
}
