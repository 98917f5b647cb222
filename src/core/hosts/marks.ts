import { type DeadMark, formatDeadMark } from '../../shared/model/dead.ts';
import type { StoreCommand } from '../../store/command.ts';
import { noMarks, type StoredMarks } from '../frontends/replies.ts';

/**
 * The marks of a list that becomes another one: each goes with the backend that it is about, and what is about none is
 * dropped, so that no live backend inherits it. Backends that are listed more than once are told apart by their order.
 *
 * @param before URLs without the identifier
 * @returns the same object when nothing changes
 */
export function moveMarks(
  marks: StoredMarks,
  before: readonly string[],
  after: readonly string[],
): StoredMarks {
  if (marks.indexes.length === 0) return marks;
  const places = new Map<string, number[]>();
  for (const [index, url] of after.entries()) {
    const known = places.get(url);
    if (known === undefined) places.set(url, [index]);
    else known.push(index);
  }
  const target = new Map<number, number>();
  for (const [index, url] of before.entries()) {
    const to = places.get(url)?.shift();
    if (to !== undefined) target.set(index, to);
  }
  const reasons = new Map<number, DeadMark>();
  const indexes: number[] = [];
  for (const index of marks.indexes) {
    const to = target.get(index);
    const reason = marks.reasons.get(index);
    // It was about a backend that stood here before.
    if (to === undefined || (reason !== undefined && reason.url !== before[index])) continue;
    indexes.push(to);
    if (reason !== undefined) reasons.set(to, reason);
  }
  indexes.sort((a, b) => a - b);
  if (indexes.join() === marks.indexes.join() && areSameReasons(reasons, marks.reasons)) {
    return marks;
  }
  return indexes.length === 0 ? noMarks : { indexes, lifetimeMs: marks.lifetimeMs, reasons };
}

const areSameReasons = (
  a: ReadonlyMap<number, DeadMark>,
  b: ReadonlyMap<number, DeadMark>,
): boolean => a.size === b.size && [...a].every(([index, mark]) => b.get(index) === mark);

const expiring = (key: string, { lifetimeMs }: StoredMarks): readonly StoreCommand[] =>
  lifetimeMs === null ? [] : [['pexpire', key, Math.max(1, lifetimeMs)]];

/** Makes the set of dead indexes what `marks` says. */
export const deadCommands = (key: string, marks: StoredMarks): readonly StoreCommand[] =>
  marks.indexes.length === 0
    ? [['del', key]]
    : [['del', key], ['sadd', key, ...marks.indexes], ...expiring(key, marks)];

/** The same for the reasons beside it. */
export const reasonsCommands = (key: string, marks: StoredMarks): readonly StoreCommand[] =>
  marks.reasons.size === 0
    ? [['del', key]]
    : [
        ['del', key],
        [
          'hset',
          key,
          ...[...marks.reasons].flatMap(([index, mark]) => [String(index), formatDeadMark(mark)]),
        ],
        ...expiring(key, marks),
      ];
