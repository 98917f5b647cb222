import { addDecimals, inInt64, int64, readFloat, readInt64 } from '../numbers.ts';
import { CommandError, ok, type Reply, wrongArity } from '../reply.ts';
import { type Context, type DataCommand, pairs, reads, record, word, writes } from './command.ts';

const none: ReadonlyMap<string, string> = new Map();

async function fieldsOf({ db }: Context, key: string): Promise<ReadonlyMap<string, string>> {
  return (await db.hash(key)) ?? none;
}

async function save(
  { db }: Context,
  key: string,
  fields: ReadonlyMap<string, string>,
): Promise<void> {
  await db.put(key, { type: 'hash', fields });
}

async function assign(context: Context, args: readonly string[], command: string): Promise<number> {
  const [key = '', ...rest] = args;
  if (rest.length % 2 !== 0) throw wrongArity(command);
  const fields = (await context.db.hash(key)) ?? new Map<string, string>();
  const before = fields.size;
  for (const [field, text] of pairs(rest)) fields.set(field, text);
  await save(context, key, fields);
  return fields.size - before;
}

async function increase(context: Context, args: readonly string[]): Promise<Reply> {
  const [key, field] = [word(args, 0), word(args, 1)];
  const by = int64(word(args, 2));
  const fields = (await context.db.hash(key)) ?? new Map<string, string>();
  const value = readInt64(fields.get(field) ?? '0');
  if (value === null) throw new CommandError('ERR hash value is not an integer');
  const sum = value + by;
  if (!inInt64(sum)) throw new CommandError('ERR increment or decrement would overflow');
  await save(context, key, fields.set(field, sum.toString()));
  return sum;
}

async function increaseFloat(context: Context, args: readonly string[]): Promise<Reply> {
  const [key, field, by] = [word(args, 0), word(args, 1), word(args, 2)];
  if (readFloat(by) === null) throw new CommandError('ERR value is not a valid float');
  const fields = (await context.db.hash(key)) ?? new Map<string, string>();
  const text = fields.get(field) ?? '0';
  if (readFloat(text) === null) throw new CommandError('ERR hash value is not a float');
  const sum = addDecimals(text, by);
  if (sum === null) throw new CommandError('ERR increment would produce NaN or Infinity');
  await save(context, key, fields.set(field, sum));
  record(context, 'HSET', key, field, sum);
  return sum;
}

export const hashCommands: readonly DataCommand[] = [
  reads(
    'hget',
    3,
    'first',
    async (context, args) => (await fieldsOf(context, word(args, 0))).get(word(args, 1)) ?? null,
  ),
  reads('hmget', -3, 'first', async (context, [key = '', ...asked]) => {
    const fields = await fieldsOf(context, key);
    return asked.map((field) => fields.get(field) ?? null);
  }),
  reads('hgetall', 2, 'first', async (context, args) =>
    [...(await fieldsOf(context, word(args, 0)))].flat(),
  ),
  reads('hkeys', 2, 'first', async (context, args) => [
    ...(await fieldsOf(context, word(args, 0))).keys(),
  ]),
  reads('hvals', 2, 'first', async (context, args) => [
    ...(await fieldsOf(context, word(args, 0))).values(),
  ]),
  reads('hlen', 2, 'first', async (context, args) => (await fieldsOf(context, word(args, 0))).size),
  reads('hexists', 3, 'first', async (context, args) =>
    (await fieldsOf(context, word(args, 0))).has(word(args, 1)) ? 1 : 0,
  ),
  reads(
    'hstrlen',
    3,
    'first',
    async (context, args) =>
      (await fieldsOf(context, word(args, 0))).get(word(args, 1))?.length ?? 0,
  ),
  writes('hset', -4, 'first', (context, args) => assign(context, args, 'hset')),
  writes('hmset', -4, 'first', async (context, args) => {
    await assign(context, args, 'hmset');
    return ok;
  }),
  writes('hsetnx', 4, 'first', async (context, args) => {
    const fields = await fieldsOf(context, word(args, 0));
    return fields.has(word(args, 1)) ? 0 : assign(context, args, 'hsetnx');
  }),
  writes('hdel', -3, 'first', async (context, [key = '', ...gone]) => {
    const fields = await context.db.hash(key);
    if (fields === null) return 0;
    const removed = gone.filter((field) => fields.delete(field)).length;
    if (removed > 0) await save(context, key, fields);
    return removed;
  }),
  writes('hincrby', 4, 'first', increase),
  writes('hincrbyfloat', 4, 'first', increaseFloat),
];
