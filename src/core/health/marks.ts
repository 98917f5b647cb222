import { parseBackend } from '../../shared/model/backend.ts';
import type { DeadEntry, FrontendEntry } from '../frontends/table.ts';
import type { CheckState } from './checkState.ts';
import { kindOfMark, type MarkKind } from './verdict.ts';

/** What has to be written so that the dead marks of a frontend are what its checks, or its containers, say. */
export interface MarkPlan {
  /** Backends that are down and have no mark. */
  readonly add: readonly {
    readonly index: number;
    readonly url: string;
    readonly outcome: string;
  }[];
  /** Indexes whose mark has to go. */
  readonly remove: readonly number[];
  /** Whether marks that stay are about to end. */
  readonly renew: boolean;
}

/**
 * Compares marks with checks. A backend beside which no other may get a request is never marked, as the proxy never does:
 * a request that is tried can succeed, one that is refused cannot.
 *
 * @param kind whose marks are looked after; those of the other stay
 * @param stateOf what checks of a URL have come to, or what its container says; null where nothing is known of it
 * @param now unix milliseconds
 */
export function planMarks(
  entry: Pick<FrontendEntry, 'list' | 'dead' | 'staleDead' | 'options'>,
  stateOf: (url: string) => CheckState | null,
  now: number,
  ttlMs: number,
  kind: MarkKind,
): MarkPlan {
  const urls = entry.list?.slice(1) ?? [];
  let others: readonly number[] | null = null;
  const add: MarkPlan['add'][number][] = [];
  // A plain Hipache beside us takes an index for what stands there now.
  const remove = kind === 'check' ? [...entry.staleDead.keys()] : [];
  let renew = false;
  for (const [index, url] of urls.entries()) {
    const state = stateOf(url);
    const mark = entry.dead.get(index);
    const isOwn = mark !== undefined && kindOfMark(mark) === kind;
    if (state === null) {
      // A container that begins anew is not what it was; a check that is not made yet says nothing.
      if (kind === 'container' && isOwn) remove.push(index);
      continue;
    }
    others ??= candidates(urls, new Set(entry.options.drained));
    const isAlone = !others.some((other) => other !== index);
    if (state.verdict === 'down' && !isAlone) {
      if (mark === undefined) add.push({ index, url, outcome: state.last?.outcome ?? '' });
      else if (kind === 'check' || isOwn) {
        renew ||= mark.endsAt !== null && mark.endsAt - now < (2 * ttlMs) / 3;
      }
    } else if (mark !== undefined && isRefuted(mark, state, isAlone, kind)) remove.push(index);
  }
  return { add, remove, renew };
}

/** Up to two places of backends that may get requests: with two, none is alone. */
function candidates(urls: readonly string[], drained: ReadonlySet<string>): readonly number[] {
  const found: number[] = [];
  for (const [index, url] of urls.entries()) {
    if (drained.has(url) || !parseBackend(url, index).ok) continue;
    found.push(index);
    if (found.length === 2) break;
  }
  return found;
}

/** A check that began after a mark was made, and succeeded, knows better; but not than what the container says itself. */
function isRefuted(
  mark: DeadEntry,
  { verdict, last }: CheckState,
  isAlone: boolean,
  kind: MarkKind,
): boolean {
  const isOwn = kindOfMark(mark) === kind;
  if (kind === 'container') return isOwn && (verdict === 'up' || isAlone);
  if (kindOfMark(mark) === 'container') return false;
  if (verdict === 'up' && last?.ok === true && mark.at < last.at) return true;
  return isAlone && isOwn;
}
