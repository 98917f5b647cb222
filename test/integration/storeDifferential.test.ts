import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedStore, type TestStore } from '../support/embeddedStore.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { describeWith } from '../support/requirement.ts';
import { RespConnection } from '../support/respConnection.ts';

/** A small generator of numbers, so that a failure can be repeated by its seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const keys = ['a', 'b', 'c', '', '__proto__', '1', 'frontend:x', '\xff\x00\r\n'];
const values = [
  'x',
  'y',
  'z',
  '',
  '10',
  '-3',
  '007',
  '1.5',
  'inf',
  '\x80\xfe\n',
  '__proto__',
  'constructor',
];
const numbers = [
  '0',
  '1',
  '-1',
  '2',
  '-2',
  '5',
  '-100',
  '100',
  '9223372036854775807',
  'x',
  '1.5',
  '',
];
const scores = ['0', '1', '2', '-1', '2.5', 'inf', '-inf', 'x', '10'];
const bounds = ['-inf', '+inf', '0', '(1', '2', '(2.5', 'x'];
const lexBounds = ['-', '+', '[x', '(y', '[z', 'x'];
const patterns = ['*', 'a*', '?', '[a-b]', '[^a]', '\\a', 'front*x', '', '[', 'a[b', '*\xff*'];
const seconds = ['100', '1000', 'x', '99999999999999999999', '0', '-1'];
// None that could end while the test runs: which of two servers lets it end first is not theirs to decide.
const milliseconds = ['600000', '900000', 'x', '99999999999999999999', '0', '-1'];

type Template = readonly (string | readonly string[])[];

/** Word lists: an array stands for one of its words; `...` repeats the words before it up to three times. */
const templates: readonly Template[] = [
  ['get', keys],
  ['set', keys, values],
  ['set', keys, values, ['NX', 'XX', 'GET', 'KEEPTTL', 'foo']],
  ['set', keys, values, ['NX', 'XX'], 'GET'],
  ['set', keys, values, 'EX', seconds],
  ['set', keys, values, 'PX', milliseconds],
  ['setex', keys, seconds, values],
  ['psetex', keys, milliseconds, values],
  ['setnx', keys, values],
  ['getset', keys, values],
  ['getdel', keys],
  ['getex', keys],
  ['getex', keys, 'PERSIST'],
  ['getex', keys, 'EX', seconds],
  ['append', keys, values],
  ['strlen', keys],
  ['getrange', keys, numbers, numbers],
  ['setrange', keys, ['0', '1', '5', '-1', 'x'], values],
  ['incr', keys],
  ['decr', keys],
  ['incrby', keys, numbers],
  ['decrby', keys, numbers],
  ['incrbyfloat', keys, ['0.5', '1', 'x', '-2.25', '']],
  ['mget', keys, keys, keys],
  ['mset', keys, values, keys, values],
  ['mset', keys],
  ['mset', keys, values, keys],
  ['msetnx', keys, values, keys, values],
  ['rpush', keys, values, values, values],
  ['lpush', keys, values, values],
  ['rpush', keys, values],
  ['rpushx', keys, values, values],
  ['lpushx', keys, values],
  ['lrange', keys, numbers, numbers],
  ['llen', keys],
  ['lindex', keys, numbers],
  ['lset', keys, numbers, values],
  ['ltrim', keys, ['0', '1', '-3', '2'], ['-1', '5', '1', '-2']],
  ['lrem', keys, numbers, values],
  ['lpop', keys],
  ['rpop', keys],
  ['lpop', keys, ['0', '1', '2', '-1', 'x']],
  ['rpop', keys, ['0', '1', '2', '-1', 'x']],
  ['lpop', keys, '1', '1'],
  ['linsert', keys, ['before', 'AFTER', 'x'], values, values],
  ['lpos', keys, values],
  ['lpos', keys, values, 'RANK', numbers],
  ['lpos', keys, values, 'COUNT', numbers],
  [
    'lpos',
    keys,
    values,
    'RANK',
    ['1', '-1', '2'],
    'COUNT',
    ['0', '1', '2'],
    'MAXLEN',
    ['0', '1', '2'],
  ],
  ['lmove', keys, keys, ['left', 'RIGHT', 'x'], ['left', 'RIGHT']],
  ['rpoplpush', keys, keys],
  ['sadd', keys, values, values],
  ['srem', keys, values, values],
  ['smembers', keys],
  ['sismember', keys, values],
  ['smismember', keys, values, values],
  ['scard', keys],
  ['smove', keys, keys, values],
  ['sunion', keys, keys],
  ['sinter', keys, keys],
  ['sdiff', keys, keys],
  ['sunionstore', keys, keys, keys],
  ['sinterstore', keys, keys, keys],
  ['sdiffstore', keys, keys, keys],
  ['spop', keys, ['0', '100', '-1', 'x']],
  ['srandmember', keys, ['0', '100', 'x']],
  ['hset', keys, values, values],
  ['hset', keys, values, values, values, values],
  ['hset', keys, values, values, values],
  ['hmset', keys, values, values],
  ['hmset', keys, values, values, values],
  ['hsetnx', keys, values, values],
  ['hget', keys, values],
  ['hmget', keys, values, values],
  ['hgetall', keys],
  ['hkeys', keys],
  ['hvals', keys],
  ['hlen', keys],
  ['hexists', keys, values],
  ['hstrlen', keys, values],
  ['hdel', keys, values, values],
  ['hincrby', keys, values, numbers],
  ['hincrbyfloat', keys, values, ['0.5', 'x', '-1']],
  ['zadd', keys, scores, values],
  ['zadd', keys, scores, values, scores, values],
  ['zadd', keys, ['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'], scores, values],
  ['zadd', keys, ['NX', 'XX', 'GT', 'LT'], ['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'], scores, values],
  ['zadd', keys, 'INCR', scores, values, scores, values],
  ['zadd', keys, scores, values, scores],
  ['zrem', keys, values, values],
  ['zscore', keys, values],
  ['zmscore', keys, values, values],
  ['zcard', keys],
  ['zincrby', keys, scores, values],
  ['zcount', keys, bounds, bounds],
  ['zrank', keys, values],
  ['zrevrank', keys, values],
  ['zrange', keys, numbers, numbers],
  ['zrange', keys, numbers, numbers, ['WITHSCORES', 'REV', 'x']],
  ['zrange', keys, bounds, bounds, 'BYSCORE'],
  ['zrange', keys, bounds, bounds, 'BYSCORE', ['REV', 'WITHSCORES']],
  ['zrange', keys, bounds, bounds, 'BYSCORE', 'LIMIT', ['0', '1', '-1'], ['1', '-1', '2']],
  ['zrange', keys, '0', '-1', 'LIMIT', '0', '1'],
  ['zrange', keys, lexBounds, lexBounds, 'BYLEX', 'WITHSCORES'],
  ['zrevrange', keys, numbers, numbers],
  ['zrangebyscore', keys, bounds, bounds],
  ['zrevrangebyscore', keys, bounds, bounds, 'WITHSCORES'],
  ['zremrangebyrank', keys, numbers, numbers],
  ['zremrangebyscore', keys, bounds, bounds],
  ['zpopmin', keys],
  ['zpopmax', keys, ['0', '1', '2', '-1', 'x']],
  ['del', keys],
  ['del', keys, keys],
  ['unlink', keys],
  ['exists', keys, keys],
  ['touch', keys],
  ['type', keys],
  ['keys', patterns],
  ['dbsize'],
  ['rename', keys, keys],
  ['renamenx', keys, keys],
  ['copy', keys, keys],
  ['copy', keys, keys, ['REPLACE', 'x']],
  ['expire', keys, seconds],
  ['pexpire', keys, milliseconds],
  ['expireat', keys, ['99999999999', '1', 'x']],
  ['expireat', keys, ['99999999999', '88888888888'], ['NX', 'XX', 'GT', 'LT', 'foo']],
  ['expireat', keys, '99999999999', ['GT', 'LT', 'NX'], ['XX', 'GT', 'LT']],
  ['ttl', keys],
  ['persist', keys],
  ['expiretime', keys],
  ['hscan', keys, '0'],
  ['sscan', keys, '0', 'MATCH', patterns],
  ['zscan', keys, 'x'],
  ['scan', '0', 'COUNT', '1000'],
  ['scan', '0', 'MATCH', patterns, 'COUNT', '1000'],
  ['scan', '0', 'TYPE', ['list', 'string'], 'COUNT', '1000'],
  ['scan', 'x'],
  ['scan', '0', 'COUNT', ['0', 'x']],
  ['scan', '0', 'foo'],
  ['get'],
  ['set', keys],
  ['lrange', keys],
  ['nosuchcommand', keys, values],
  ['NoSuch'],
  ['echo', values],
  ['ping'],
  ['ping', values],
  ['ping', 'a', 'b'],
  ['select', ['0', 'x']],
  ['multi'],
  ['exec'],
  ['exec'],
  ['discard'],
  ['watch', keys],
  ['unwatch'],
  ['multi', 'x'],
  ['exec', 'x'],
  ['flushall', ['x', 'sync']],
  ['publish', keys, values],
  ['pubsub', 'numpat'],
  ['pubsub', 'numsub', keys],
  ['pubsub', 'channels'],
  ['pubsub', 'x'],
  ['client', 'getname'],
  ['client', 'setname', ['a', 'a b', '']],
  ['client', 'nosuch'],
  ['client'],
  ['client', 'getredir'],
  ['client', 'tracking', ['x', 'off']],
  ['client', 'tracking', 'on', ['foo', 'prefix', 'optin']],
  ['client', 'tracking', 'off'],
  ['client', 'trackinginfo'],
  ['client', 'caching', ['yes', 'no', 'x']],
  ['auth', 'x'],
  ['auth', 'default', 'x'],
  ['auth', 'who', 'x'],
  ['config', 'nosuch'],
  ['role'],
  ['wait', '0', '0'],
  ['hello', ['9', 'x']],
];

const unordered = new Set([
  ...[
    'smembers',
    'sunion',
    'sinter',
    'sdiff',
    'spop',
    'srandmember',
    'keys',
    'scan',
    'sscan',
    'hscan',
  ],
  ...['hgetall', 'hkeys', 'hvals'],
]);

/** Commands whose answer depends on the millisecond in which they came. */
const clocked = new Set(['ttl', 'expiretime']);

const exact = (reply: string): string => reply;
/** The reply without the numbers that a clock makes. */
const timeless = (reply: string): string => reply.replace(/:\d{2,}\r/g, ':N\r');
/** The parts of a reply in one order, where Redis promises none. */
const sorted = (reply: string): string => timeless(reply).split('\r\n').sort().join('|');

describeWith('redis', 'the embedded store beside a real Redis', () => {
  let redis: RedisServer;
  let store: TestStore;
  beforeAll(async () => {
    redis = await startRedisServer();
    store = await startEmbeddedStore();
  });
  afterAll(async () => {
    await store?.stop();
    await redis?.stop();
  });

  const seeds = Array.from(
    { length: Number(process.env['BERTH_FUZZ_RUNS'] ?? 12) },
    (_, i) => i + 1,
  );
  it.each(seeds)('answers a random run of commands byte for byte alike (seed %i)', async (seed) => {
    const random = generator(seed);
    const pick = (words: readonly string[]): string =>
      words[Math.floor(random() * words.length)] ?? '';
    const there = new RespConnection(redis);
    const here = new RespConnection(store);
    try {
      await Promise.all([there.send('flushall'), here.send('flushall')]);
      const history: string[] = [];
      let transaction: string[] | null = null;
      for (let i = 0; i < 1500; i++) {
        const template = templates[Math.floor(random() * templates.length)] ?? ['ping'];
        const words = template.map((part) => (typeof part === 'string' ? part : pick(part)));
        history.push(JSON.stringify(words));
        const [expected, answer] = await Promise.all([there.send(...words), here.send(...words)]);
        const name = words[0] ?? '';
        const names = name === 'exec' ? (transaction ?? []) : [name];
        const alike = names.some((one) => unordered.has(one))
          ? sorted
          : names.some((one) => clocked.has(one))
            ? timeless
            : exact;
        expect(alike(answer), history.slice(-8).join('\n')).toBe(alike(expected));
        if (name === 'multi' && expected === '+OK\r\n') transaction = [];
        else if (expected === '+QUEUED\r\n') transaction?.push(name);
        else if (name === 'exec' || name === 'discard') transaction = null;
      }
    } finally {
      there.close();
      here.close();
    }
  });
});
