import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dataCommands } from './commands/index.ts';
import { Keyspace } from './keyspace.ts';
import { CommandError } from './reply.ts';

const key = fc.constantFrom('a', 'b', '', '__proto__');
const text = fc.constantFrom('x', 'y', '1', '\xff');
const command = fc.oneof(
  fc.tuple(fc.constantFrom('set', 'rpush', 'lpush', 'sadd', 'setnx', 'append', 'srem'), key, text),
  fc.tuple(fc.constantFrom('del', 'incr', 'lpop', 'rpop', 'spop', 'persist', 'flushall'), key),
  fc.tuple(fc.constantFrom('hset', 'zadd'), key, fc.constant('1'), text),
  fc.tuple(fc.constantFrom('rename', 'copy', 'rpoplpush', 'sunionstore'), key, key),
  fc.tuple(fc.constant('expire'), key, fc.constantFrom('100', '-1')),
  fc.tuple(fc.constant('ltrim'), key, fc.constant('1'), fc.constant('-1')),
  fc.tuple(fc.constant('mset'), key, text, key, text),
);

async function contents(db: Keyspace): Promise<unknown> {
  const all = [];
  for (const name of [...db.keys()].sort()) all.push([name, db.state(name), await db.value(name)]);
  return all;
}

async function run(db: Keyspace, words: readonly string[]): Promise<{ undo(): Promise<void> }> {
  const [name = '', ...args] = words;
  const change = db.begin();
  const context = { db, change, now: 1_000_000, replaying: false, random: Math.random };
  try {
    await dataCommands.get(name)?.run(context, name === 'flushall' ? [] : args);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
  return change;
}

it('holds what it held before, when commands are undone in reverse', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 15 }),
      fc.array(command, { maxLength: 15 }),
      async (before, after) => {
        const db = new Keyspace();
        for (const words of before) await run(db, words);
        const expected = await contents(db);
        const changes = [];
        for (const words of after) changes.push(await run(db, words));
        for (const change of changes.reverse()) await change.undo();
        expect(await contents(db)).toEqual(expected);
        await db.close();
      },
    ),
    { numRuns: 300 },
  );
});
