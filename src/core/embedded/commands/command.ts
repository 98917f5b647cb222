import type { Change, Keyspace } from '../keyspace.ts';
import type { Reply } from '../reply.ts';

/** What a command works with. */
export interface Context {
  readonly db: Keyspace;
  readonly change: Change;
  /** Unix milliseconds; the same throughout one command. */
  readonly now: number;
  /** The file is being read: nothing expires, whatever the clock says, until all of it was. */
  readonly replaying: boolean;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A command on data. It runs alone; what it throws undoes it. */
export interface DataCommand {
  readonly name: string;
  /** Words with the name; negative: at least so many. */
  readonly arity: number;
  readonly write: boolean;
  /** First and last word that is a key (1-based, the name is word 0; -1 is the last one), and the step between. */
  readonly keys: readonly [first: number, last: number, step: number];
  /** Looks at every key. */
  readonly whole: boolean;
  /** @param args the words behind the name; as many as the arity demands */
  run(context: Context, args: readonly string[]): Promise<Reply> | Reply;
}

type Run = DataCommand['run'];
type KeyWords = 'none' | 'all' | 'first' | 'two' | 'every' | 'pairs' | 'second and on';

const positions: Readonly<Record<KeyWords, DataCommand['keys']>> = {
  none: [0, 0, 0],
  all: [0, 0, 0],
  first: [1, 1, 1],
  two: [1, 2, 1],
  every: [1, -1, 1],
  pairs: [1, -1, 2],
  'second and on': [2, -1, 1],
};

const define =
  (write: boolean) =>
  (name: string, arity: number, keys: KeyWords, run: Run): DataCommand => ({
    name,
    arity,
    write,
    keys: positions[keys],
    whole: keys === 'all',
    run,
  });

export const reads = define(false);
export const writes = define(true);

export function arityFits(arity: number, words: number): boolean {
  return arity < 0 ? words >= -arity : words === arity;
}

/** The keys among the words of a request, its name included. */
export function keysOf(command: DataCommand, words: readonly string[]): readonly string[] {
  const [first, last, step] = command.keys;
  if (first === 0) return [];
  const end = last < 0 ? words.length + last : last;
  const keys: string[] = [];
  for (let i = first; i <= end && i < words.length; i += step) keys.push(words[i] ?? '');
  return keys;
}

/** Has the file hold this in place of the command as it came. */
export function record(context: Context, ...words: readonly string[]): void {
  context.change.records = [...(context.change.records ?? []), words];
}

/** A word that the arity has promised. */
export function word(args: readonly string[], i: number): string {
  return args[i] ?? '';
}

/** The words as pairs; the last one may lack its second. */
export function pairs(words: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i < words.length; i += 2) list.push([word(words, i), word(words, i + 1)]);
  return list;
}
