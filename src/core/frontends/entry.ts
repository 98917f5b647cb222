import { limits } from '../../shared/limits.ts';
import { defaultOptions, parseOptions } from '../../shared/model/options.ts';
import type { StoredList, StoredMarks, StoredOptions } from './replies.ts';
import { revisionOf } from './revision.ts';
import type { DeadEntry, FrontendEntry } from './table.ts';

/** What the store said of one frontend. */
export interface Stored {
  readonly list: StoredList;
  readonly options: StoredOptions;
  readonly marks: StoredMarks;
}

/** Milliseconds by which two readings of the same end of life differ. */
const sameEndMs = 250;
/** Characters of a reason that are kept: whoever marks may write anything. */
const maxReasonChars = 60;

/** The first `chars` characters, as a copy: a slice would keep all of what it was cut from alive. */
const cut = (text: string, chars: number): string =>
  text.length <= chars ? text : Buffer.from(text.slice(0, chars), 'utf16le').toString('utf16le');

const bound = (entry: FrontendEntry | null, index: number): DeadEntry | undefined =>
  entry?.dead.get(index) ?? entry?.staleDead.get(index);

const unmarked: Pick<FrontendEntry, 'dead' | 'staleDead'> = {
  dead: new Map(),
  staleDead: new Map(),
};

/**
 * Parts the marks into those that count and those that do not. A mark that does not say which URL was meant stays bound
 * to the one that it was first seen with.
 *
 * @param now Unix milliseconds
 */
function partMarks(
  marks: StoredMarks,
  list: readonly string[],
  previous: FrontendEntry | null,
  now: number,
): Pick<FrontendEntry, 'dead' | 'staleDead'> {
  if (marks.indexes.length === 0) return unmarked;
  const dead = new Map<number, DeadEntry>();
  const staleDead = new Map<number, DeadEntry>();
  const end = marks.lifetimeMs === null ? null : now + marks.lifetimeMs;
  for (const index of marks.indexes) {
    const mark = marks.reasons.get(index);
    const before = bound(previous, index);
    const wasAlive = before !== undefined && (before.endsAt === null || before.endsAt > now);
    const standing = list[index + 1] ?? null;
    const url = mark?.url ?? (wasAlive ? before.url : null) ?? standing;
    const isSameEnd =
      before !== undefined &&
      end !== null &&
      before.endsAt !== null &&
      // Past its end it is looked at again, and again until the server has seen it too.
      before.endsAt > now &&
      Math.abs(before.endsAt - end) <= sameEndMs;
    const entry: DeadEntry = {
      url: url === null ? null : cut(url, limits.maxBackendUrlBytes + 1),
      reason: cut(mark?.reason ?? '', maxReasonChars),
      at: mark?.at ?? 0,
      endsAt: isSameEnd ? before.endsAt : end,
    };
    (standing !== null && url === standing ? dead : staleDead).set(index, entry);
  }
  return { dead, staleDead };
}

/** The options of a text, or the defaults and what is wrong with it. */
function optionsOf(stored: StoredOptions): Pick<FrontendEntry, 'options' | 'optionsProblem'> {
  if (stored.text === null) return { options: defaultOptions, optionsProblem: stored.problem };
  const parsed = parseOptions(stored.text);
  return parsed.ok
    ? { options: parsed.options, optionsProblem: null }
    : { options: defaultOptions, optionsProblem: parsed.problem };
}

/**
 * What the table has of a frontend; null when there is none.
 *
 * @param previous what it had before: the same object is returned when nothing has changed
 * @param now Unix milliseconds of the answer
 */
export function entryOf(
  name: string,
  stored: Stored,
  previous: FrontendEntry | null,
  now: number,
): FrontendEntry | null {
  if (stored.list.kind === 'absent') return null;
  const whole = stored.list.kind === 'list' ? stored.list.list : null;
  const revision = revisionOf(whole, stored.options.text);
  const list =
    previous !== null && previous.revision === revision
      ? previous.list
      : (whole?.map((element, at) =>
          cut(element, at === 0 ? limits.maxIdentifierChars : limits.maxBackendUrlBytes + 1),
        ) ?? null);
  const entry: FrontendEntry = {
    name,
    list,
    problem: stored.list.kind === 'unreadable' ? stored.list.problem : null,
    ...optionsOf(stored.options),
    ...partMarks(stored.marks, whole ?? [], previous, now),
    revision,
  };
  return previous !== null && isSame(entry, previous) ? previous : entry;
}

function isSame(a: FrontendEntry, b: FrontendEntry): boolean {
  return (
    a.revision === b.revision &&
    a.problem === b.problem &&
    a.optionsProblem === b.optionsProblem &&
    areSameMarks(a.dead, b.dead) &&
    areSameMarks(a.staleDead, b.staleDead)
  );
}

function areSameMarks(
  a: ReadonlyMap<number, DeadEntry>,
  b: ReadonlyMap<number, DeadEntry>,
): boolean {
  if (a.size !== b.size) return false;
  for (const [index, mark] of a) {
    const other = b.get(index);
    if (
      other?.url !== mark.url ||
      other.reason !== mark.reason ||
      other.at !== mark.at ||
      other.endsAt !== mark.endsAt
    ) {
      return false;
    }
  }
  return true;
}

/** Whether the store had nothing of it but its list: neither options nor marks. */
export const isListAlone = ({ options, optionsProblem, dead, staleDead }: FrontendEntry): boolean =>
  options === defaultOptions && optionsProblem === null && dead.size + staleDead.size === 0;

/** Roughly what an entry takes in memory. */
export function bytesOf(entry: FrontendEntry): number {
  let bytes = 500 + entry.name.length * 2;
  for (const element of entry.list ?? []) bytes += 40 + element.length * 2;
  for (const url of Object.keys(entry.options.weights)) bytes += 60 + url.length * 2;
  for (const url of entry.options.drained) bytes += 40 + url.length * 2;
  for (const marks of [entry.dead, entry.staleDead]) {
    for (const { url } of marks.values()) bytes += 150 + (url?.length ?? 0) * 2;
  }
  return bytes;
}
