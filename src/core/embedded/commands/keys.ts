import { globMatches } from '../glob.ts';
import { integer } from '../numbers.ts';
import { CommandError, ok, type Reply, syntaxError } from '../reply.ts';
import { type Context, type DataCommand, reads, record, word, writes } from './command.ts';
import { deadlineOf, type ExpiryUnit } from './expiry.ts';

async function remove(context: Context, keys: readonly string[]): Promise<Reply> {
  let removed = 0;
  for (const key of keys) if (await context.db.drop(key)) removed++;
  return removed;
}

interface ExpireOptions {
  readonly only: 'NX' | 'XX' | null;
  readonly direction: 'GT' | 'LT' | null;
}

function expireOptions(words: readonly string[]): ExpireOptions {
  const given = new Set<string>();
  for (const option of words) {
    if (!/^(?:NX|XX|GT|LT)$/i.test(option)) {
      throw new CommandError(`ERR Unsupported option ${option}`);
    }
    given.add(option.toUpperCase());
  }
  if (given.has('NX') && given.size > 1) {
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible');
  }
  if (given.has('GT') && given.has('LT')) {
    throw new CommandError('ERR GT and LT options at the same time are not compatible');
  }
  return {
    only: given.has('NX') ? 'NX' : given.has('XX') ? 'XX' : null,
    direction: given.has('GT') ? 'GT' : given.has('LT') ? 'LT' : null,
  };
}

/** Whether the options let `deadline` replace `current`; a key that never expires counts as expiring last. */
function mayExpire(options: ExpireOptions, current: number | null, deadline: number): boolean {
  if (options.only === 'NX' && current !== null) return false;
  if (options.only === 'XX' && current === null) return false;
  if (options.direction === 'GT' && (current === null || deadline <= current)) return false;
  return !(options.direction === 'LT' && current !== null && deadline >= current);
}

const expires = (name: string, unit: ExpiryUnit): DataCommand =>
  writes(name, -3, 'first', async (context, [key = '', amount = '', ...rest]) => {
    const options = expireOptions(rest);
    const deadline = deadlineOf(unit, amount, context.now, name, false);
    const state = context.db.state(key);
    if (state === null || !mayExpire(options, state.deadline, deadline)) return 0;
    if (deadline <= context.now && !context.replaying) {
      await context.db.drop(key);
      record(context, 'DEL', key);
    } else {
      await context.db.setDeadline(key, deadline);
      record(context, 'PEXPIREAT', key, String(deadline));
    }
    return 1;
  });

const tells = (name: string, tell: (deadline: number, now: number) => number): DataCommand =>
  reads(name, 2, 'first', ({ db, now }, args) => {
    const state = db.state(word(args, 0));
    if (state === null) return -2;
    return state.deadline === null ? -1 : tell(state.deadline, now);
  });

async function rename(context: Context, args: readonly string[]): Promise<boolean> {
  const { db } = context;
  const [from, to] = [word(args, 0), word(args, 1)];
  const value = await db.value(from);
  if (value === null) throw new CommandError('ERR no such key');
  if (from === to) return true;
  const deadline = db.state(from)?.deadline ?? null;
  await db.drop(from);
  await db.put(to, value, deadline);
  return true;
}

async function copy(context: Context, args: readonly string[]): Promise<Reply> {
  const { db } = context;
  const [from, to, ...options] = [word(args, 0), word(args, 1), ...args.slice(2)];
  const replaces = options.length === 1 && options[0]?.toUpperCase() === 'REPLACE';
  if (options.length > 0 && !replaces) throw syntaxError();
  if (from === to) throw new CommandError('ERR source and destination objects are the same');
  const value = await db.value(from);
  if (value === null || (db.state(to) !== null && !replaces)) return 0;
  await db.put(to, value, db.state(from)?.deadline ?? null);
  return 1;
}

/**
 * A place for each key that no other key's coming or going changes: what makes SCAN's promise hold. FNV-1a with the
 * finish of MurmurHash3; a SCAN computes it for every key that is left, so it has to be quick.
 */
function place(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) + 1;
}

interface ScanOptions {
  readonly pattern: string | null;
  readonly count: number;
  readonly type: string | null;
}

function scanOptions(words: readonly string[], typeAllowed: boolean): ScanOptions {
  let pattern: string | null = null;
  let type: string | null = null;
  let count = 10;
  for (let i = 0; i < words.length; i += 2) {
    const option = word(words, i).toUpperCase();
    const value = words[i + 1];
    if (value === undefined) throw syntaxError();
    if (option === 'MATCH') pattern = value;
    else if (option === 'COUNT') {
      count = integer(value);
      if (count < 1) throw syntaxError();
    } else if (option === 'TYPE' && typeAllowed) type = value.toLowerCase();
    else throw syntaxError();
  }
  return { pattern, count, type };
}

function cursor(text: string): number {
  if (!/^\d{1,20}$/.test(text)) throw new CommandError('ERR invalid cursor');
  return Number(text);
}

/**
 * The cursor is the place behind the last key looked at, in the order of `place`: a key that is there from the
 * beginning to the end of a scan is returned, whatever else comes and goes.
 */
function scan({ db }: Context, args: readonly string[]): Reply {
  const from = cursor(word(args, 0));
  const { pattern, count, type } = scanOptions(args.slice(1), true);
  const ahead: { readonly key: string; readonly at: number }[] = [];
  for (const key of db.keys()) {
    const at = place(key);
    if (at >= from) ahead.push({ key, at });
  }
  const places = Float64Array.from(ahead, ({ at }) => at).sort();
  // Keys of the same place come together.
  const last = places[Math.min(count, places.length) - 1] ?? Number.POSITIVE_INFINITY;
  const found = ahead
    .filter(({ at }) => at <= last)
    .sort((a, b) => a.at - b.at)
    .map(({ key }) => key)
    .filter((key) => pattern === null || globMatches(pattern, key))
    .filter((key) => type === null || db.state(key)?.type === type);
  const isEnd = last >= (places.at(-1) ?? 0);
  return [isEnd ? '0' : String(last + 1), found];
}

/** HSCAN, SSCAN, ZSCAN: the whole collection at once, as Redis does with small ones. */
const scans = (
  name: string,
  entries: (context: Context, key: string) => Promise<readonly (readonly string[])[]>,
): DataCommand =>
  reads(name, -3, 'first', async (context, [key = '', from = '', ...rest]) => {
    cursor(from);
    const { pattern } = scanOptions(rest, false);
    const all = await entries(context, key);
    return [
      '0',
      all.filter(([item = '']) => pattern === null || globMatches(pattern, item)).flat(),
    ];
  });

export const keyCommands: readonly DataCommand[] = [
  reads(
    'exists',
    -2,
    'every',
    ({ db }, args) => args.filter((key) => db.state(key) !== null).length,
  ),
  reads(
    'touch',
    -2,
    'every',
    ({ db }, args) => args.filter((key) => db.state(key) !== null).length,
  ),
  reads('type', 2, 'first', ({ db }, args) => ({
    status: db.state(word(args, 0))?.type ?? 'none',
  })),
  reads('dbsize', 1, 'all', ({ db }) => db.size),
  reads('keys', 2, 'all', ({ db }, args) =>
    [...db.keys()].filter((key) => globMatches(word(args, 0), key)),
  ),
  reads('scan', -2, 'all', scan),
  reads('randomkey', 1, 'all', ({ db, random }) => {
    const all = [...db.keys()];
    return all[Math.floor(random() * all.length)] ?? null;
  }),
  tells('ttl', (deadline, now) => Math.floor((deadline - now + 500) / 1000)),
  tells('pttl', (deadline, now) => deadline - now),
  tells('expiretime', (deadline) => Math.floor((deadline + 500) / 1000)),
  tells('pexpiretime', (deadline) => deadline),
  writes('del', -2, 'every', remove),
  writes('unlink', -2, 'every', remove),
  expires('expire', 'EX'),
  expires('pexpire', 'PX'),
  expires('expireat', 'EXAT'),
  expires('pexpireat', 'PXAT'),
  writes('persist', 2, 'first', async ({ db }, args) => {
    const key = word(args, 0);
    if ((db.state(key)?.deadline ?? null) === null) return 0;
    await db.setDeadline(key, null);
    return 1;
  }),
  writes('rename', 3, 'two', async (context, args) => {
    await rename(context, args);
    return ok;
  }),
  writes('renamenx', 3, 'two', async (context, args) => {
    const { db } = context;
    if (db.state(word(args, 0)) === null) throw new CommandError('ERR no such key');
    if (db.state(word(args, 1)) !== null) return 0;
    return (await rename(context, args)) ? 1 : 0;
  }),
  writes('copy', -3, 'two', copy),
  ...['flushdb', 'flushall'].map((name) =>
    writes(name, -1, 'all', async ({ db }, args) => {
      if (args.length > 1 || (args.length === 1 && !/^(?:a?sync)$/i.test(word(args, 0)))) {
        throw syntaxError();
      }
      await db.flush();
      return ok;
    }),
  ),
  scans('hscan', async ({ db }, key) => [...((await db.hash(key)) ?? [])]),
  scans('sscan', async ({ db }, key) => [...((await db.set(key)) ?? [])].map((item) => [item])),
  scans('zscan', async ({ db }, key) =>
    [...((await db.scores(key)) ?? [])].map(([item, score]) => [item, String(score)]),
  ),
];
