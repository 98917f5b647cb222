import { limits } from '../../../shared/limits.ts';
import { addDecimals, inInt64, int64, integer, readFloat, readInt64 } from '../numbers.ts';
import { CommandError, notAnInteger, ok, type Reply, syntaxError, wrongArity } from '../reply.ts';
import { type Context, type DataCommand, pairs, reads, record, word, writes } from './command.ts';
import { deadlineOf, type ExpiryUnit, isExpiryUnit } from './expiry.ts';

const tooLong = (): CommandError =>
  new CommandError('ERR string exceeds maximum allowed size (proto-max-bulk-len)');
const overflow = (): CommandError => new CommandError('ERR increment or decrement would overflow');

async function store(
  context: Context,
  key: string,
  text: string,
  deadline: number | null,
): Promise<void> {
  if (deadline !== null && deadline <= context.now && !context.replaying) {
    await context.db.drop(key);
    record(context, 'DEL', key);
    return;
  }
  await context.db.put(key, { type: 'string', text }, deadline);
  if (deadline === null) record(context, 'SET', key, text);
  else record(context, 'SET', key, text, 'PXAT', String(deadline));
}

async function set(context: Context, args: readonly string[]): Promise<Reply> {
  const { db, now } = context;
  const key = word(args, 0);
  const text = word(args, 1);
  let condition: 'NX' | 'XX' | null = null;
  let answersOld = false;
  let expiry: { readonly unit: ExpiryUnit; readonly amount: string } | 'keep' | null = null;
  for (let i = 2; i < args.length; i++) {
    const option = word(args, i).toUpperCase();
    const amount = args[i + 1];
    if ((option === 'NX' || option === 'XX') && condition === null) condition = option;
    else if (option === 'GET') answersOld = true;
    else if (option === 'KEEPTTL' && expiry === null) expiry = 'keep';
    else if (isExpiryUnit(option) && expiry === null && amount !== undefined) {
      expiry = { unit: option, amount };
      i++;
    } else throw syntaxError();
  }
  const timed = expiry !== null && expiry !== 'keep' ? expiry : null;
  const deadline = timed === null ? null : deadlineOf(timed.unit, timed.amount, now, 'set', true);
  const old = answersOld ? await db.text(key) : null;
  const exists = db.state(key) !== null;
  if ((condition === 'NX' && exists) || (condition === 'XX' && !exists)) return old;
  await store(context, key, text, expiry === 'keep' ? (db.state(key)?.deadline ?? null) : deadline);
  return answersOld ? old : ok;
}

async function setFor(
  context: Context,
  unit: ExpiryUnit,
  command: string,
  args: readonly string[],
): Promise<Reply> {
  const deadline = deadlineOf(unit, word(args, 1), context.now, command, true);
  await store(context, word(args, 0), word(args, 2), deadline);
  return ok;
}

async function increase(context: Context, key: string, by: bigint): Promise<Reply> {
  const text = await context.db.text(key);
  const value = text === null ? 0n : readInt64(text);
  if (value === null) throw notAnInteger();
  const sum = value + by;
  if (!inInt64(sum)) throw overflow();
  await context.db.put(key, { type: 'string', text: sum.toString() });
  return sum;
}

async function getEx(context: Context, args: readonly string[]): Promise<Reply> {
  const { db, now } = context;
  const key = word(args, 0);
  const option = args[1]?.toUpperCase() ?? null;
  const unit = option !== null && isExpiryUnit(option) && args.length === 3 ? option : null;
  const persists = option === 'PERSIST' && args.length === 2;
  if (option !== null && unit === null && !persists) throw syntaxError();
  const text = await db.text(key);
  if (text === null) return null;
  if (persists && db.state(key)?.deadline !== null) {
    await db.setDeadline(key, null);
    record(context, 'PERSIST', key);
  } else if (unit !== null) {
    const deadline = deadlineOf(unit, word(args, 2), now, 'getex', true);
    if (deadline <= now && !context.replaying) {
      await db.drop(key);
      record(context, 'DEL', key);
    } else {
      await db.setDeadline(key, deadline);
      record(context, 'PEXPIREAT', key, String(deadline));
    }
  }
  return text;
}

async function slice({ db }: Context, args: readonly string[]): Promise<Reply> {
  const start = integer(word(args, 1));
  const stop = integer(word(args, 2));
  const text = (await db.text(word(args, 0))) ?? '';
  if (start < 0 && stop < 0 && start > stop) return '';
  const from = Math.max(0, start < 0 ? text.length + start : start);
  const to = Math.max(0, stop < 0 ? text.length + stop : stop);
  return from > to ? '' : text.slice(from, to + 1);
}

async function overwrite({ db }: Context, args: readonly string[]): Promise<Reply> {
  const key = word(args, 0);
  const offset = integer(word(args, 1));
  const part = word(args, 2);
  if (offset < 0) throw new CommandError('ERR offset is out of range');
  const text = (await db.text(key)) ?? '';
  if (part === '') return text.length;
  if (offset + part.length > limits.maxRespRequestBytes) throw tooLong();
  const padded = text.padEnd(offset, '\0');
  const result = padded.slice(0, offset) + part + padded.slice(offset + part.length);
  await db.put(key, { type: 'string', text: result });
  return result.length;
}

async function setAll(context: Context, args: readonly string[], command: string): Promise<void> {
  if (args.length % 2 !== 0) throw wrongArity(command);
  for (const [key, text] of pairs(args)) {
    await context.db.put(key, { type: 'string', text }, null);
  }
}

export const stringCommands: readonly DataCommand[] = [
  reads('get', 2, 'first', ({ db }, args) => db.text(word(args, 0))),
  reads('strlen', 2, 'first', async ({ db }, args) => (await db.text(word(args, 0)))?.length ?? 0),
  reads('getrange', 4, 'first', slice),
  reads('substr', 4, 'first', slice),
  reads('mget', -2, 'every', async ({ db }, args) => {
    const texts: (string | null)[] = [];
    for (const key of args) {
      texts.push(db.state(key)?.type === 'string' ? await db.text(key) : null);
    }
    return texts;
  }),
  writes('set', -3, 'first', set),
  writes('setex', 4, 'first', (context, args) => setFor(context, 'EX', 'setex', args)),
  writes('psetex', 4, 'first', (context, args) => setFor(context, 'PX', 'psetex', args)),
  writes('setnx', 3, 'first', async (context, args) => {
    if (context.db.state(word(args, 0)) !== null) return 0;
    await store(context, word(args, 0), word(args, 1), null);
    return 1;
  }),
  writes('getset', 3, 'first', async (context, args) => {
    const old = await context.db.text(word(args, 0));
    await store(context, word(args, 0), word(args, 1), null);
    return old;
  }),
  writes('getdel', 2, 'first', async (context, args) => {
    const key = word(args, 0);
    const old = await context.db.text(key);
    if (await context.db.drop(key)) record(context, 'DEL', key);
    return old;
  }),
  writes('getex', -2, 'first', getEx),
  writes('append', 3, 'first', async ({ db }, args) => {
    const key = word(args, 0);
    const text = ((await db.text(key)) ?? '') + word(args, 1);
    if (text.length > limits.maxRespRequestBytes) throw tooLong();
    await db.put(key, { type: 'string', text });
    return text.length;
  }),
  writes('setrange', 4, 'first', overwrite),
  writes('mset', -3, 'pairs', async (context, args) => {
    await setAll(context, args, 'mset');
    return ok;
  }),
  writes('msetnx', -3, 'pairs', async (context, args) => {
    if (args.length % 2 !== 0) throw wrongArity('msetnx');
    if (pairs(args).some(([key]) => context.db.state(key) !== null)) return 0;
    await setAll(context, args, 'msetnx');
    return 1;
  }),
  writes('incr', 2, 'first', (context, args) => increase(context, word(args, 0), 1n)),
  writes('decr', 2, 'first', (context, args) => increase(context, word(args, 0), -1n)),
  writes('incrby', 3, 'first', (context, args) =>
    increase(context, word(args, 0), int64(word(args, 1))),
  ),
  writes('decrby', 3, 'first', (context, args) => {
    const by = int64(word(args, 1));
    if (!inInt64(-by)) throw new CommandError('ERR decrement would overflow');
    return increase(context, word(args, 0), -by);
  }),
  writes('incrbyfloat', 3, 'first', async (context, args) => {
    const [key, by] = [word(args, 0), word(args, 1)];
    const text = (await context.db.text(key)) ?? '0';
    if (readFloat(text) === null || readFloat(by) === null) {
      throw new CommandError('ERR value is not a valid float');
    }
    const sum = addDecimals(text, by);
    if (sum === null) throw new CommandError('ERR increment would produce NaN or Infinity');
    await context.db.put(key, { type: 'string', text: sum });
    record(context, 'SET', key, sum, 'KEEPTTL');
    return sum;
  }),
];
