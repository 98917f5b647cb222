import type { Value } from './value.ts';

/** Words in one command of a rewritten file, as Redis has it (AOF_REWRITE_ITEMS_PER_CMD), in elements. */
const itemsPerCommand = 64;

function* inParts(
  name: string,
  key: string,
  words: readonly string[],
  wordsPerItem: number,
): Generator<readonly string[]> {
  const size = itemsPerCommand * wordsPerItem;
  for (let i = 0; i < words.length; i += size) yield [name, key, ...words.slice(i, i + size)];
}

function contents(key: string, value: Value): Iterable<readonly string[]> {
  switch (value.type) {
    case 'string':
      return [['SET', key, value.text]];
    case 'list':
      return inParts('RPUSH', key, value.items, 1);
    case 'set':
      return inParts('SADD', key, [...value.members], 1);
    case 'hash':
      return inParts('HMSET', key, [...value.fields].flat(), 2);
    case 'zset':
      return inParts(
        'ZADD',
        key,
        [...value.scores].flatMap(([member, score]) => [scoreWord(score), member]),
        2,
      );
  }
}

function scoreWord(score: number): string {
  if (Number.isFinite(score)) return String(score);
  return score > 0 ? 'inf' : '-inf';
}

/** The commands that make a key which does not exist what it is. */
export function* commandsFor(
  key: string,
  value: Value,
  deadline: number | null,
): Generator<readonly string[]> {
  yield* contents(key, value);
  if (deadline !== null) yield ['PEXPIREAT', key, String(deadline)];
}
