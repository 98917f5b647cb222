import { limits } from '../../shared/limits.ts';
import { type DeadMark, parseDeadMark } from '../../shared/model/dead.ts';
import { tooManyBackends } from '../../shared/model/frontend.ts';
import type { Keys } from '../../shared/model/keys.ts';
import type { Reply, StoreCommand } from '../../store/command.ts';

/** What stands under `frontend:<name>`. */
export type StoredList =
  | { readonly kind: 'absent' }
  | { readonly kind: 'list'; readonly list: readonly string[] }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** What stands under `berth:options:<name>`. */
export interface StoredOptions {
  /** Null when there are none, or when they cannot be read. */
  readonly text: string | null;
  readonly problem: string | null;
}

/** What stands under `dead:<name>` and `berth:dead:<name>`. */
export interface StoredMarks {
  /** Indexes that are marked; whatever else is in the set is left out. */
  readonly indexes: readonly number[];
  /** Milliseconds until they end; null when they stay. */
  readonly lifetimeMs: number | null;
  readonly reasons: ReadonlyMap<number, DeadMark>;
}

export const noMarks: StoredMarks = { indexes: [], lifetimeMs: null, reasons: new Map() };

export const notAList = 'it is not a list';

const isWrongType = (reply: Reply): boolean => !reply.ok && reply.error.startsWith('WRONGTYPE');

/** The one command that reads a list. One element more than allowed tells that there are too many. */
export const listCommand = (keys: Keys, name: string): StoreCommand => [
  'lrange',
  keys.frontend(name),
  0,
  limits.maxBackendsPerFrontend + 1,
];

export function readList(reply: Reply): StoredList {
  if (!reply.ok) return { kind: 'unreadable', problem: problemOf(reply.error, notAList) };
  if (!Array.isArray(reply.value)) return { kind: 'unreadable', problem: notAList };
  const list = reply.value.map(String);
  if (list.length === 0) return { kind: 'absent' };
  if (list.length > limits.maxBackendsPerFrontend + 1) {
    return { kind: 'unreadable', problem: tooManyBackends };
  }
  return { kind: 'list', list };
}

/** What an error reply about a key says of it, for a person. */
export const problemOf = (error: string, wrongType: string): string =>
  error.startsWith('WRONGTYPE') ? wrongType : `it cannot be read: ${error}`;

const optionsTooLong = `its options take more than ${limits.maxOptionsBytes} bytes`;

/** Reads the options, one byte more than allowed at most. */
export const optionsCommand = (keys: Keys, name: string): StoreCommand => [
  'getrange',
  keys.options(name),
  0,
  limits.maxOptionsBytes,
];

export function readOptions(reply: Reply): StoredOptions {
  if (!reply.ok) {
    return { text: null, problem: problemOf(reply.error, 'its options are not a string') };
  }
  const text = typeof reply.value === 'string' ? reply.value : '';
  if (Buffer.byteLength(text) > limits.maxOptionsBytes) {
    return { text: null, problem: optionsTooLong };
  }
  return { text: text === '' ? null : text, problem: null };
}

/**
 * The three commands that read the marks, none of them without bound: SRANDMEMBER with a count reads a set whole, but
 * never more of it; the first step of HSCAN does so with a hash.
 */
export const marksCommands = (keys: Keys, name: string): readonly StoreCommand[] => [
  ['srandmember', keys.dead(name), limits.maxBackendsPerFrontend],
  ['pttl', keys.dead(name)],
  ['hscan', keys.deadReasons(name), 0, 'COUNT', 2 * limits.maxBackendsPerFrontend],
];

const indexOf = (text: string): number | null =>
  /^\d{1,7}$/.test(text) && Number(text) < limits.maxBackendsPerFrontend ? Number(text) : null;

/** What cannot be read is no mark: it keeps nobody from anything. */
export function readMarks(members: Reply, lifetime: Reply, reasons: Reply): StoredMarks {
  const left = lifetime.ok ? lifetime.value : null;
  // -2: it ended between the two commands.
  if (!members.ok || !Array.isArray(members.value) || left === -2) return noMarks;
  const indexes = members.value.map(String).flatMap((text) => indexOf(text) ?? []);
  if (indexes.length === 0) return noMarks;
  return {
    indexes: indexes.sort((a, b) => a - b),
    lifetimeMs: typeof left === 'number' && left >= 0 ? left : null,
    reasons: isWrongType(reasons) ? new Map() : readReasons(reasons),
  };
}

function readReasons(reply: Reply): ReadonlyMap<number, DeadMark> {
  const found = new Map<number, DeadMark>();
  const flat: unknown = reply.ok && Array.isArray(reply.value) ? reply.value[1] : null;
  if (!Array.isArray(flat)) return found;
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const index = indexOf(String(flat[i]));
    const mark = parseDeadMark(String(flat[i + 1]));
    if (index !== null && mark !== null) found.set(index, mark);
  }
  return found;
}
