import { count, integer } from '../numbers.ts';
import { type Reply, syntaxError } from '../reply.ts';
import { type Context, type DataCommand, reads, record, word, writes } from './command.ts';

const none: ReadonlySet<string> = new Set();

async function membersOf({ db }: Context, key: string): Promise<ReadonlySet<string>> {
  return (await db.set(key)) ?? none;
}

async function save({ db }: Context, key: string, members: ReadonlySet<string>): Promise<void> {
  await db.put(key, { type: 'set', members });
}

type Combine = (sets: readonly ReadonlySet<string>[]) => string[];

const union: Combine = (sets) => [...new Set(sets.flatMap((set) => [...set]))];
const intersection: Combine = ([first = none, ...others]) =>
  [...first].filter((member) => others.every((set) => set.has(member)));
const difference: Combine = ([first = none, ...others]) =>
  [...first].filter((member) => !others.some((set) => set.has(member)));

async function combined(
  context: Context,
  keys: readonly string[],
  combine: Combine,
): Promise<string[]> {
  const sets: ReadonlySet<string>[] = [];
  for (const key of keys) sets.push(await membersOf(context, key));
  return combine(sets);
}

const combining = (name: string, combine: Combine): readonly DataCommand[] => [
  reads(name, -2, 'every', (context, args) => combined(context, args, combine)),
  writes(`${name}store`, -3, 'every', async (context, [target = '', ...keys]) => {
    const members = await combined(context, keys, combine);
    await context.db.drop(target);
    if (members.length > 0) await save(context, target, new Set(members));
    return members.length;
  }),
];

/** Picks so many different members at random. */
function sample(context: Context, members: ReadonlySet<string>, wanted: number): string[] {
  const rest = [...members];
  const picked: string[] = [];
  while (picked.length < wanted && rest.length > 0) {
    const at = Math.floor(context.random() * rest.length);
    picked.push(rest[at] ?? '');
    rest[at] = rest.at(-1) ?? '';
    rest.pop();
  }
  return picked;
}

async function pop(context: Context, args: readonly string[]): Promise<Reply> {
  if (args.length > 2) throw syntaxError();
  const key = word(args, 0);
  const wanted = args.length === 2 ? count(word(args, 1)) : null;
  const members = await context.db.set(key);
  if (members === null) return wanted === null ? null : [];
  if (wanted === 0) return [];
  const picked = sample(context, members, wanted ?? 1);
  for (const member of picked) members.delete(member);
  await save(context, key, members);
  record(context, 'SREM', key, ...picked);
  return wanted === null ? word(picked, 0) : picked;
}

async function random(context: Context, args: readonly string[]): Promise<Reply> {
  if (args.length > 2) throw syntaxError();
  const wanted = args.length === 2 ? integer(word(args, 1)) : null;
  const members = await membersOf(context, word(args, 0));
  if (wanted === null) return sample(context, members, 1)[0] ?? null;
  if (wanted >= 0 || members.size === 0) return sample(context, members, Math.max(0, wanted));
  if (-wanted > 1_000_000) throw syntaxError();
  const list = [...members];
  return Array.from({ length: -wanted }, () =>
    word(list, Math.floor(context.random() * list.length)),
  );
}

export const setCommands: readonly DataCommand[] = [
  reads('smembers', 2, 'first', async (context, args) => [
    ...(await membersOf(context, word(args, 0))),
  ]),
  reads(
    'scard',
    2,
    'first',
    async (context, args) => (await membersOf(context, word(args, 0))).size,
  ),
  reads('sismember', 3, 'first', async (context, args) =>
    (await membersOf(context, word(args, 0))).has(word(args, 1)) ? 1 : 0,
  ),
  reads('smismember', -3, 'first', async (context, [key = '', ...asked]) => {
    const members = await membersOf(context, key);
    return asked.map((member) => (members.has(member) ? 1 : 0));
  }),
  reads('srandmember', -2, 'first', random),
  writes('sadd', -3, 'first', async (context, [key = '', ...added]) => {
    const members = (await context.db.set(key)) ?? new Set<string>();
    const before = members.size;
    for (const member of added) members.add(member);
    if (members.size > before) await save(context, key, members);
    return members.size - before;
  }),
  writes('srem', -3, 'first', async (context, [key = '', ...gone]) => {
    const members = await context.db.set(key);
    if (members === null) return 0;
    const before = members.size;
    for (const member of gone) members.delete(member);
    if (members.size < before) await save(context, key, members);
    return before - members.size;
  }),
  writes('spop', -2, 'first', pop),
  writes('smove', 4, 'two', async (context, args) => {
    const [from, to, member] = [word(args, 0), word(args, 1), word(args, 2)];
    const source = await context.db.set(from);
    if (source === null) return 0;
    const target = (await context.db.set(to)) ?? new Set<string>();
    if (from === to) return source.has(member) ? 1 : 0;
    if (!source.delete(member)) return 0;
    await save(context, from, source);
    await save(context, to, target.add(member));
    return 1;
  }),
  ...combining('sunion', union),
  ...combining('sinter', intersection),
  ...combining('sdiff', difference),
];
