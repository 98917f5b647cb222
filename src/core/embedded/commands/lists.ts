import { clampRange, count, integer, readInt64 } from '../numbers.ts';
import { CommandError, nullArray, ok, type Reply, syntaxError, wrongArity } from '../reply.ts';
import { type Context, type DataCommand, reads, word, writes } from './command.ts';

async function save({ db }: Context, key: string, items: readonly string[]): Promise<void> {
  await db.put(key, { type: 'list', items });
}

async function prepend(context: Context, key: string, items: readonly string[]): Promise<number> {
  const list = (await context.db.list(key)) ?? [];
  const longer = [...items].reverse().concat(list);
  await save(context, key, longer);
  return longer.length;
}

async function pop(
  context: Context,
  args: readonly string[],
  end: 'left' | 'right',
): Promise<Reply> {
  if (args.length > 2) throw wrongArity(end === 'left' ? 'lpop' : 'rpop');
  const key = word(args, 0);
  const wanted = args.length === 2 ? count(word(args, 1)) : null;
  const list = await context.db.list(key);
  if (list === null) return wanted === null ? null : nullArray;
  if (wanted === 0) return [];
  const taken =
    end === 'left' ? list.splice(0, wanted ?? 1) : list.splice(-(wanted ?? 1)).reverse();
  await save(context, key, list);
  return wanted === null ? word(taken, 0) : taken;
}

function side(text: string): 'left' | 'right' {
  const name = text.toLowerCase();
  if (name === 'left' || name === 'right') return name;
  throw syntaxError();
}

async function move(
  context: Context,
  source: string,
  target: string,
  from: 'left' | 'right',
  to: 'left' | 'right',
): Promise<Reply> {
  const list = await context.db.list(source);
  if (list === null) return null;
  const other = source === target ? list : ((await context.db.list(target)) ?? []);
  const item = (from === 'left' ? list.shift() : list.pop()) ?? '';
  if (to === 'left') other.unshift(item);
  else other.push(item);
  await save(context, source, list);
  if (target !== source) await save(context, target, other);
  return item;
}

async function remove(context: Context, args: readonly string[]): Promise<Reply> {
  const key = word(args, 0);
  const wanted = integer(word(args, 1));
  const item = word(args, 2);
  const list = await context.db.list(key);
  if (list === null) return 0;
  let left = wanted === 0 ? list.length : Math.abs(wanted);
  const keep = (candidate: string): boolean => candidate !== item || left-- <= 0;
  const kept = wanted < 0 ? [...list].reverse().filter(keep).reverse() : list.filter(keep);
  const removed = list.length - kept.length;
  if (removed > 0) await save(context, key, kept);
  return removed;
}

function atLeastZero(text: string, option: string): number {
  const value = readInt64(text);
  if (value === null || value < 0n) throw new CommandError(`ERR ${option} can't be negative`);
  return Number(value);
}

async function position({ db }: Context, args: readonly string[]): Promise<Reply> {
  let rank = 1;
  let wanted: number | null = null;
  let furthest = 0;
  for (let i = 2; i < args.length; i += 2) {
    const option = word(args, i).toUpperCase();
    const amount = args[i + 1];
    if (amount === undefined) throw syntaxError();
    if (option === 'RANK') {
      rank = integer(amount);
      if (rank === 0) {
        throw new CommandError(
          "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
        );
      }
    } else if (option === 'COUNT') {
      wanted = atLeastZero(amount, 'COUNT');
    } else if (option === 'MAXLEN') {
      furthest = atLeastZero(amount, 'MAXLEN');
    } else throw syntaxError();
  }
  const list = (await db.list(word(args, 0))) ?? [];
  const item = word(args, 1);
  const most = wanted === null ? 1 : wanted === 0 ? list.length : wanted;
  const compared = furthest === 0 ? list.length : Math.min(furthest, list.length);
  const found: number[] = [];
  let skip = Math.abs(rank) - 1;
  for (let i = 0; i < compared && found.length < most; i++) {
    const at = rank > 0 ? i : list.length - 1 - i;
    if (list[at] !== item) continue;
    if (skip > 0) skip--;
    else found.push(at);
  }
  return wanted === null ? (found[0] ?? null) : found;
}

async function insert(context: Context, args: readonly string[]): Promise<Reply> {
  const key = word(args, 0);
  const where = word(args, 1).toLowerCase();
  if (where !== 'before' && where !== 'after') throw syntaxError();
  const list = await context.db.list(key);
  if (list === null) return 0;
  const at = list.indexOf(word(args, 2));
  if (at === -1) return -1;
  list.splice(where === 'before' ? at : at + 1, 0, word(args, 3));
  await save(context, key, list);
  return list.length;
}

export const listCommands: readonly DataCommand[] = [
  reads('llen', 2, 'first', ({ db }, args) => db.listLength(word(args, 0))),
  reads('lrange', 4, 'first', async ({ db }, args) => {
    const start = integer(word(args, 1));
    const stop = integer(word(args, 2));
    const key = word(args, 0);
    const { from, to } = clampRange(start, stop, await db.listLength(key));
    return db.listRange(key, from, to);
  }),
  reads('lindex', 3, 'first', async ({ db }, args) => {
    const key = word(args, 0);
    const length = await db.listLength(key);
    if (length === 0) return null;
    const index = integer(word(args, 1));
    const at = index < 0 ? length + index : index;
    if (at < 0 || at >= length) return null;
    return word(await db.listRange(key, at, at), 0);
  }),
  reads('lpos', -3, 'first', position),
  writes('rpush', -3, 'first', ({ db }, [key = '', ...items]) => db.append(key, items)),
  writes('lpush', -3, 'first', (context, [key = '', ...items]) => prepend(context, key, items)),
  writes('rpushx', -3, 'first', async ({ db }, [key = '', ...items]) =>
    (await db.listLength(key)) === 0 ? 0 : db.append(key, items),
  ),
  writes('lpushx', -3, 'first', async (context, [key = '', ...items]) =>
    (await context.db.listLength(key)) === 0 ? 0 : prepend(context, key, items),
  ),
  writes('lpop', -2, 'first', (context, args) => pop(context, args, 'left')),
  writes('rpop', -2, 'first', (context, args) => pop(context, args, 'right')),
  writes('lset', 4, 'first', async (context, args) => {
    const key = word(args, 0);
    const list = await context.db.list(key);
    if (list === null) throw new CommandError('ERR no such key');
    const index = integer(word(args, 1));
    const at = index < 0 ? list.length + index : index;
    if (at < 0 || at >= list.length) throw new CommandError('ERR index out of range');
    list[at] = word(args, 2);
    await save(context, key, list);
    return ok;
  }),
  writes('ltrim', 4, 'first', async (context, args) => {
    const key = word(args, 0);
    const start = integer(word(args, 1));
    const stop = integer(word(args, 2));
    const list = await context.db.list(key);
    if (list === null) return ok;
    const { from, to } = clampRange(start, stop, list.length);
    await save(context, key, from > to ? [] : list.slice(from, to + 1));
    return ok;
  }),
  writes('lrem', 4, 'first', remove),
  writes('linsert', 5, 'first', insert),
  writes('lmove', 5, 'two', (context, args) =>
    move(context, word(args, 0), word(args, 1), side(word(args, 2)), side(word(args, 3))),
  ),
  writes('rpoplpush', 3, 'two', (context, args) =>
    move(context, word(args, 0), word(args, 1), 'right', 'left'),
  ),
];
