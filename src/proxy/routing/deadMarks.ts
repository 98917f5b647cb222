import { limits } from '../../shared/limits.ts';
import type { Backend } from '../../shared/model/backend.ts';
import { parseDeadMark } from '../../shared/model/dead.ts';
import type { Frontend } from '../../shared/model/frontend.ts';
import { cutText } from '../cutText.ts';

/** What `dead:<name>` and `berth:dead:<name>` said: which indexes are marked, and which URL each mark is about. */
export interface Marks {
  /** Index → the URL that was marked; null: the mark does not say, and nobody has looked yet. */
  readonly urls: ReadonlyMap<number, string | null>;
  /** Monotonic milliseconds at which the set ends by itself; Infinity when it does not. */
  readonly until: number;
  /** Index → why it was marked, as far as the mark says. */
  readonly reasons?: ReadonlyMap<number, string>;
}

/** Characters of a reason that are kept: whoever marks may write anything. */
const maxReasonChars = 60;

export const noMarks: Marks = { urls: new Map(), until: Number.POSITIVE_INFINITY };

/** A URL that no backend has: a mark bound to it counts for none. */
const nothing = '';

/**
 * Reads the marks of one name.
 *
 * @param members of the set `dead:<name>`; whatever is not an index is ignored
 * @param reasons the hash `berth:dead:<name>`: who marks by it says which URL was meant
 * @param previous marks of the same name as read before, if they have not ended: a foreign mark stays bound to the URL it was first seen with
 */
export function readMarks(
  members: readonly unknown[],
  reasons: ReadonlyMap<string, string>,
  until: number,
  previous: Marks,
): Marks {
  if (members.length === 0) return noMarks;
  const urls = new Map<number, string | null>();
  const why = new Map<number, string>();
  for (const member of members) {
    const text = String(member);
    if (!/^\d{1,7}$/.test(text)) continue;
    const index = Number(text);
    if (index >= limits.maxBackendsPerFrontend) continue;
    const reason = reasons.get(text);
    const mark = reason === undefined ? null : parseDeadMark(reason);
    urls.set(index, mark?.url ?? previous.urls.get(index) ?? null);
    if (mark !== null && mark.reason !== '') why.set(index, cutText(mark.reason, maxReasonChars));
  }
  return why.size === 0 ? { urls, until } : { urls, until, reasons: why };
}

/** Binds each mark that does not say its URL to the one that stands at its index now. */
export function bindMarks(marks: Marks, frontend: Frontend): Marks {
  let open = false;
  for (const url of marks.urls.values()) if (url === null) open = true;
  if (!open) return marks;
  const standing = new Map(frontend.backends.map(({ index, url }) => [index, url]));
  const urls = new Map<number, string | null>();
  for (const [index, url] of marks.urls) urls.set(index, url ?? standing.get(index) ?? nothing);
  return { ...marks, urls };
}

/** Whether a mark counts for this backend: it stands at the index that was marked, with the URL that was marked. */
export function isMarked(marks: Marks, backend: Backend, at: number): boolean {
  return marks.urls.size > 0 && at < marks.until && marks.urls.get(backend.index) === backend.url;
}
