import { clampRange, count, formatFloat, integer, readFloat } from '../numbers.ts';
import { CommandError, type Reply, syntaxError } from '../reply.ts';
import { type Context, type DataCommand, pairs, reads, word, writes } from './command.ts';

type Entry = readonly [member: string, score: number];

const invalidFloat = (): CommandError => new CommandError('ERR value is not a valid float');
const notANumber = (): CommandError =>
  new CommandError('ERR resulting score is not a number (NaN)');

function score(text: string): number {
  const value = readFloat(text);
  if (value === null) throw invalidFloat();
  return value;
}

async function scoresOf({ db }: Context, key: string): Promise<ReadonlyMap<string, number>> {
  return (await db.scores(key)) ?? new Map();
}

async function save(
  { db }: Context,
  key: string,
  scores: ReadonlyMap<string, number>,
): Promise<void> {
  await db.put(key, { type: 'zset', scores });
}

async function ordered(context: Context, key: string): Promise<Entry[]> {
  const entries: Entry[] = [...(await scoresOf(context, key))];
  return entries.sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}

const withScores = (entries: readonly Entry[]): string[] =>
  entries.flatMap(([member, value]) => [member, formatFloat(value)]);
const members = (entries: readonly Entry[]): string[] => entries.map(([member]) => member);

interface AddOptions {
  readonly only: 'new' | 'existing' | null;
  readonly direction: 'greater' | 'less' | null;
  readonly increments: boolean;
  readonly countsChanged: boolean;
}

/** Applies one score; null when the options forbid it. */
function applied(old: number | undefined, given: number, options: AddOptions): number | null {
  if (old === undefined) return options.only === 'existing' ? null : given;
  if (options.only === 'new') return null;
  const value = options.increments ? old + given : given;
  if (Number.isNaN(value)) throw notANumber();
  if (options.direction === 'greater' && value <= old) return null;
  if (options.direction === 'less' && value >= old) return null;
  return value;
}

async function change(
  context: Context,
  key: string,
  given: readonly Entry[],
  options: AddOptions,
): Promise<Reply> {
  const scores = new Map(await scoresOf(context, key));
  let [added, changed] = [0, 0];
  let last: number | null = null;
  for (const [member, value] of given) {
    const old = scores.get(member);
    last = applied(old, value, options);
    if (last === null) continue;
    if (old === undefined) added++;
    else if (old !== last) changed++;
    scores.set(member, last);
  }
  if (added + changed > 0) await save(context, key, scores);
  if (options.increments) return last === null ? null : formatFloat(last);
  return options.countsChanged ? added + changed : added;
}

async function add(context: Context, args: readonly string[]): Promise<Reply> {
  const flags = new Set<string>();
  let i = 1;
  for (; /^(?:NX|XX|GT|LT|CH|INCR)$/i.test(word(args, i)); i++) {
    flags.add(word(args, i).toUpperCase());
  }
  const rest = args.slice(i);
  if (rest.length === 0 || rest.length % 2 !== 0) throw syntaxError();
  if (flags.has('NX') && flags.has('XX')) {
    throw new CommandError('ERR XX and NX options at the same time are not compatible');
  }
  if (Number(flags.has('NX')) + Number(flags.has('GT')) + Number(flags.has('LT')) > 1) {
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible');
  }
  if (flags.has('INCR') && rest.length > 2) {
    throw new CommandError('ERR INCR option supports a single increment-element pair');
  }
  const given = pairs(rest).map(([value, member]): Entry => [member, score(value)]);
  return change(context, word(args, 0), given, {
    only: flags.has('NX') ? 'new' : flags.has('XX') ? 'existing' : null,
    direction: flags.has('GT') ? 'greater' : flags.has('LT') ? 'less' : null,
    increments: flags.has('INCR'),
    countsChanged: flags.has('CH'),
  });
}

/** Reads a bound such as `(1.5`, `-inf`, `[abc`, `+` into a test. */
type Bound = (entry: Entry) => boolean;

function scoreBound(text: string, end: 'min' | 'max'): Bound {
  const exclusive = text.startsWith('(');
  const limit = readFloat(exclusive ? text.slice(1) : text);
  if (limit === null) throw new CommandError('ERR min or max is not a float');
  if (end === 'min') return ([, value]) => (exclusive ? value > limit : value >= limit);
  return ([, value]) => (exclusive ? value < limit : value <= limit);
}

function lexBound(text: string, end: 'min' | 'max'): Bound {
  if (text === '-') return () => end === 'min';
  if (text === '+') return () => end === 'max';
  const limit = text.slice(1);
  const exclusive = text.startsWith('(');
  if (!exclusive && !text.startsWith('[')) {
    throw new CommandError('ERR min or max not valid string range item');
  }
  if (end === 'min') return ([member]) => (exclusive ? member > limit : member >= limit);
  return ([member]) => (exclusive ? member < limit : member <= limit);
}

interface RangeOptions {
  readonly by: 'rank' | 'score' | 'lex';
  readonly reverse: boolean;
}

async function range(
  context: Context,
  args: readonly string[],
  fixed: RangeOptions | null,
): Promise<Reply> {
  let { by, reverse }: RangeOptions = fixed ?? { by: 'rank', reverse: false };
  let scored = false;
  let limit: { readonly offset: number; readonly count: number } | null = null;
  for (let i = 3; i < args.length; i++) {
    const option = word(args, i).toUpperCase();
    if (option === 'WITHSCORES') scored = true;
    else if (option === 'LIMIT' && i + 2 < args.length) {
      limit = { offset: integer(word(args, i + 1)), count: integer(word(args, i + 2)) };
      i += 2;
    } else if (fixed === null && option === 'REV') reverse = true;
    else if (fixed === null && option === 'BYSCORE') by = 'score';
    else if (fixed === null && option === 'BYLEX') by = 'lex';
    else throw syntaxError();
  }
  if (limit !== null && by === 'rank') {
    throw new CommandError(
      'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX',
    );
  }
  if (scored && by === 'lex') {
    throw new CommandError('ERR syntax error, WITHSCORES not supported in combination with BYLEX');
  }
  const [first, second] = [word(args, 1), word(args, 2)];
  let select: (entries: Entry[]) => Entry[];
  if (by === 'rank') {
    const [start, stop] = [integer(first), integer(second)];
    select = (entries) => {
      const { from, to } = clampRange(start, stop, entries.length);
      return from > to ? [] : entries.slice(from, to + 1);
    };
  } else {
    const bound = by === 'score' ? scoreBound : lexBound;
    const min = bound(reverse ? second : first, 'min');
    const max = bound(reverse ? first : second, 'max');
    select = (entries) => entries.filter((entry) => min(entry) && max(entry));
  }
  const entries = await ordered(context, word(args, 0));
  if (reverse) entries.reverse();
  let selected = select(entries);
  if (limit !== null) {
    const { offset } = limit;
    const end = limit.count < 0 ? selected.length : offset + limit.count;
    selected = offset < 0 ? [] : selected.slice(offset, end);
  }
  return scored ? withScores(selected) : members(selected);
}

async function rank(context: Context, args: readonly string[], reverse: boolean): Promise<Reply> {
  const entries = await ordered(context, word(args, 0));
  if (reverse) entries.reverse();
  const at = entries.findIndex(([member]) => member === word(args, 1));
  return at === -1 ? null : at;
}

async function removeEntries(
  context: Context,
  key: string,
  gone: readonly string[],
): Promise<number> {
  const scores = await context.db.scores(key);
  if (scores === null) return 0;
  const removed = gone.filter((member) => scores.delete(member)).length;
  if (removed > 0) await save(context, key, scores);
  return removed;
}

async function pop(context: Context, args: readonly string[], reverse: boolean): Promise<Reply> {
  if (args.length > 2) throw syntaxError();
  const key = word(args, 0);
  const wanted = args.length === 2 ? count(word(args, 1)) : 1;
  const entries = await ordered(context, key);
  if (reverse) entries.reverse();
  const taken = entries.slice(0, wanted);
  await removeEntries(context, key, members(taken));
  return withScores(taken);
}

export const sortedSetCommands: readonly DataCommand[] = [
  reads(
    'zcard',
    2,
    'first',
    async (context, args) => (await scoresOf(context, word(args, 0))).size,
  ),
  reads('zscore', 3, 'first', async (context, args) => {
    const value = (await scoresOf(context, word(args, 0))).get(word(args, 1));
    return value === undefined ? null : formatFloat(value);
  }),
  reads('zmscore', -3, 'first', async (context, [key = '', ...asked]) => {
    const scores = await scoresOf(context, key);
    return asked.map((member) => {
      const value = scores.get(member);
      return value === undefined ? null : formatFloat(value);
    });
  }),
  reads('zcount', 4, 'first', async (context, args) => {
    const min = scoreBound(word(args, 1), 'min');
    const max = scoreBound(word(args, 2), 'max');
    const scores = await scoresOf(context, word(args, 0));
    return [...scores].filter((entry) => min(entry) && max(entry)).length;
  }),
  reads('zrank', 3, 'first', (context, args) => rank(context, args, false)),
  reads('zrevrank', 3, 'first', (context, args) => rank(context, args, true)),
  reads('zrange', -4, 'first', (context, args) => range(context, args, null)),
  reads('zrevrange', -4, 'first', (context, args) =>
    range(context, args, { by: 'rank', reverse: true }),
  ),
  reads('zrangebyscore', -4, 'first', (context, args) =>
    range(context, args, { by: 'score', reverse: false }),
  ),
  reads('zrevrangebyscore', -4, 'first', (context, args) =>
    range(context, args, { by: 'score', reverse: true }),
  ),
  reads('zrangebylex', -4, 'first', (context, args) =>
    range(context, args, { by: 'lex', reverse: false }),
  ),
  writes('zadd', -4, 'first', add),
  writes('zincrby', 4, 'first', (context, args) =>
    change(context, word(args, 0), [[word(args, 2), score(word(args, 1))]], {
      only: null,
      direction: null,
      increments: true,
      countsChanged: false,
    }),
  ),
  writes('zrem', -3, 'first', (context, [key = '', ...gone]) => removeEntries(context, key, gone)),
  writes('zremrangebyrank', 4, 'first', async (context, args) => {
    const [start, stop] = [integer(word(args, 1)), integer(word(args, 2))];
    const entries = await ordered(context, word(args, 0));
    const { from, to } = clampRange(start, stop, entries.length);
    return removeEntries(
      context,
      word(args, 0),
      members(entries.slice(from, Math.max(from, to + 1))),
    );
  }),
  writes('zremrangebyscore', 4, 'first', async (context, args) => {
    const min = scoreBound(word(args, 1), 'min');
    const max = scoreBound(word(args, 2), 'max');
    const scores = await scoresOf(context, word(args, 0));
    const gone = [...scores].filter((entry) => min(entry) && max(entry));
    return removeEntries(context, word(args, 0), members(gone));
  }),
  writes('zpopmin', -2, 'first', (context, args) => pop(context, args, false)),
  writes('zpopmax', -2, 'first', (context, args) => pop(context, args, true)),
];
