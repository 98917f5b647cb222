import { limits } from '../shared/limits.ts';
import { Discarded, keyOf, type Reply, reasonOf, StoreAway, type StoreCommand } from './command.ts';

/** What an edit does to one key. */
export interface KeyWrite {
  readonly key: string;
  readonly commands: readonly StoreCommand[];
  /**
   * What is done without comparing, where this key lives in another slot than one that was written already, and was
   * changed by somebody else meanwhile. Without it the edit is then a conflict, half done.
   */
  readonly otherwise?: readonly StoreCommand[];
}

export interface EditDecision<Result> {
  /** None: nothing is written, and nothing is compared. In a cluster, the slots are written in this order. */
  readonly writes: readonly KeyWrite[];
  readonly result: Result;
}

/** A change that is decided on what the store has, and is only made while it still has that. */
export interface Edit<Result> {
  /** Their keys are what is compared: the key of each. No write may name another key. */
  readonly reads: readonly StoreCommand[];
  /**
   * Gets one reply for each read; called again with fresh ones when somebody else was faster. What it throws ends the
   * edit, with nothing written.
   */
  decide(replies: readonly Reply[]): EditDecision<Result>;
}

export type EditOutcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  /** Others changed the keys each time, or a later slot after an earlier one was written: `written` names those keys. */
  | { readonly kind: 'conflict'; readonly written: readonly string[] };

/** One connection for one edit: it is never another one in the middle, so that what it watches is watched. */
export interface Seat {
  send(
    commands: readonly StoreCommand[],
    options?: { readonly atomic: boolean },
  ): Promise<readonly Reply[]>;
}

/** Where keys live, and how to get at them. */
export interface Seating {
  /** Keys of the same group may be in one transaction. */
  groupOf(key: string): number;
  /** A connection for each group; rejects with StoreAway. */
  seats(groups: readonly number[]): Promise<readonly Seat[]>;
  /** The keys live elsewhere now. */
  moved(): Promise<void>;
  /** Waits before the next attempt: others who try as well must not do so in step. */
  pause(attempt: number): Promise<void>;
}

/** One part of an edit: what lives together. */
interface Part {
  readonly group: number;
  readonly keys: readonly string[];
  /** Positions of its reads in the edit's. */
  readonly at: readonly number[];
}

function partsOf(reads: readonly StoreCommand[], seating: Seating): readonly Part[] {
  const parts = new Map<number, { keys: Set<string>; at: number[] }>();
  for (const [i, command] of reads.entries()) {
    const group = seating.groupOf(keyOf(command));
    const part = parts.get(group) ?? { keys: new Set(), at: [] };
    part.keys.add(keyOf(command));
    part.at.push(i);
    parts.set(group, part);
  }
  return [...parts].map(([group, { keys, at }]) => ({ group, keys: [...keys], at }));
}

/** The server does not serve this key, or not now. */
const isElsewhere = (error: string): boolean => /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\b/.test(error);
/** The server takes nothing now, or never again in this role. */
const isUnable = (error: string): boolean =>
  /^(READONLY|LOADING|MASTERDOWN|BUSY|NOREPLICAS)\b/.test(error);
/** What a refused transaction is refused for. */
const causeOf = (error: string): string => /^EXECABORT .*\((.+)\)$/.exec(error)?.[1] ?? error;

const firstError = (replies: readonly Reply[]): string | null => {
  for (const reply of replies) if (!reply.ok) return causeOf(reply.error);
  return null;
};

/** The keys live elsewhere; what was not written yet can be tried again. */
class Elsewhere extends Error {}

/** Watches and reads each part; the replies in the order of the edit's reads. */
async function readParts(
  reads: readonly StoreCommand[],
  parts: readonly Part[],
  seats: readonly Seat[],
): Promise<readonly Reply[]> {
  const replies: Reply[] = reads.map(() => ({ ok: false, error: 'no answer' }));
  await Promise.all(
    parts.map(async ({ keys, at }, i) => {
      const asked = at.map((position) => reads[position]).filter((read) => read !== undefined);
      const [watched, ...answers] = (await seats[i]?.send([['watch', ...keys], ...asked])) ?? [];
      if (watched?.ok !== true) {
        const why = watched?.error ?? 'no answer';
        if (isElsewhere(why)) throw new Elsewhere(why);
        throw isUnable(why) ? new StoreAway(why) : new Error(why);
      }
      for (const [j, answer] of answers.entries()) replies[at[j] ?? -1] = answer;
    }),
  );
  return replies;
}

/** The connection went while a transaction was on its way. */
const doubt = (error: unknown): never => {
  if (error instanceof StoreAway) {
    throw new StoreAway(`${error.message}; whether it was written is not known`);
  }
  throw error;
};

/** Writes the parts one after the other; says which keys were written when one of them is a conflict, else null. */
async function writeParts(
  writes: readonly KeyWrite[],
  parts: readonly Part[],
  seats: readonly Seat[],
  seating: Seating,
): Promise<readonly string[] | null> {
  const written: string[] = [];
  const groups = new Set(writes.map(({ key }) => seating.groupOf(key)));
  for (const group of groups) {
    const seat = seats[parts.findIndex((part) => part.group === group)];
    if (seat === undefined) throw new Error('an edit writes what it did not read');
    const own = writes.filter(({ key }) => seating.groupOf(key) === group);
    const put = async (commands: readonly StoreCommand[]): Promise<void> => {
      const why = firstError(await seat.send(commands, { atomic: true }).catch(doubt));
      if (why === null) return;
      if (isElsewhere(why) && written.length === 0) throw new Elsewhere(why);
      throw isElsewhere(why) || isUnable(why) ? new StoreAway(why) : new Error(why);
    };
    try {
      await put(own.flatMap(({ commands }) => commands));
    } catch (error) {
      if (!(error instanceof Discarded)) throw error;
      if (written.length === 0) return written;
      const instead = own.map(({ otherwise }) => otherwise);
      if (instead.includes(undefined)) return written;
      await put(instead.flatMap((commands) => commands ?? []));
    }
    written.push(...own.map(({ key }) => key));
  }
  return null;
}

/** What was watched and not written must not make the next edit of these connections a conflict. */
const forget = (seats: readonly Seat[]): void => {
  for (const seat of seats) seat.send([['unwatch']]).catch(() => {});
};

/**
 * Makes an edit: WATCH and read, decide, MULTI and EXEC.
 *
 * @throws StoreAway, with nothing written as far as is known unless its text says so; the error reply of a command;
 *   what `decide` throws
 */
export async function makeEdit<Result>(
  edit: Edit<Result>,
  seating: Seating,
): Promise<EditOutcome<Result>> {
  for (let attempt = 1; ; attempt++) {
    const parts = partsOf(edit.reads, seating);
    try {
      const seats = await seating.seats(parts.map(({ group }) => group));
      try {
        const replies = await readParts(edit.reads, parts, seats);
        const { writes, result } = edit.decide(replies);
        const conflict = await writeParts(writes, parts, seats, seating);
        if (conflict === null) return { kind: 'done', result };
        if (conflict.length > 0 || attempt >= limits.maxEditAttempts) {
          return { kind: 'conflict', written: conflict };
        }
      } finally {
        forget(seats);
      }
    } catch (error) {
      if (!(error instanceof Elsewhere)) throw error;
      if (attempt >= limits.maxEditAttempts) throw new StoreAway(reasonOf(error));
      await seating.moved();
    }
    await seating.pause(attempt);
  }
}
