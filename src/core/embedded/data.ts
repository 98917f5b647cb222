import { randomUUID } from 'node:crypto';
import RedisMock from 'ioredis-mock';
import { isEmpty, type Value, type ValueType } from './value.ts';

/** Arguments given to ioredis-mock in one call: it spreads them, and the stack bounds how many it can take. */
const chunkSize = 10_000;

function* chunks(items: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < items.length; from += chunkSize) {
    yield items.length <= chunkSize ? items : items.slice(from, from + chunkSize);
  }
}

function texts(reply: unknown): string[] {
  if (Array.isArray(reply) && reply.every((item) => typeof item === 'string')) return reply;
  throw new TypeError('ioredis-mock answered with something other than a list of strings');
}

/**
 * The values of the embedded store, held by ioredis-mock, except for lists. Only elementary operations are asked of it: what Redis
 * promises beyond them (types, expiry, error texts, atomicity) differs there in many replies and is done above.
 * Expiry is never given to it, so that a key cannot vanish between two steps of one command.
 */
export class Data {
  // Contexts of ioredis-mock are shared by address: a random one is nobody else's.
  readonly #redis = new RedisMock({ host: randomUUID(), port: 1, db: 0 });
  /** ioredis-mock copies a list whole for each element that is added to it: lists are held here. */
  readonly #lists = new Map<string, string[]>();

  /** The value of a key that is known to have this type. The caller may keep it. */
  async read(key: string, type: ValueType): Promise<Value> {
    const name = mark(key);
    switch (type) {
      case 'string':
        return { type, text: String(await this.#redis.get(name)) };
      case 'list':
        return { type, items: [...(this.#lists.get(key) ?? [])] };
      case 'set':
        return { type, members: new Set(texts(await this.#redis.smembers(name))) };
      case 'hash': {
        const values = texts(await this.#redis.hvals(name));
        const fields = texts(await this.#redis.hkeys(name));
        return {
          type,
          fields: new Map(fields.map((field, i) => [unmark(field), values[i] ?? ''])),
        };
      }
      case 'zset': {
        const flat = texts(await this.#redis.zrange(name, 0, -1, 'WITHSCORES'));
        const scores = new Map<string, number>();
        for (let i = 0; i < flat.length; i += 2) scores.set(flat[i] ?? '', Number(flat[i + 1]));
        return { type, scores };
      }
    }
  }

  /** Replaces whatever the key held. An empty collection leaves nothing. */
  async write(key: string, value: Value): Promise<void> {
    const name = mark(key);
    if (value.type === 'string') {
      this.#lists.delete(key);
      await this.#redis.set(name, value.text);
      return;
    }
    await this.#redis.del(name);
    this.#lists.delete(key);
    if (isEmpty(value)) return;
    switch (value.type) {
      case 'list':
        this.#lists.set(key, [...value.items]);
        return;
      case 'set':
        for (const part of chunks([...value.members])) await this.#redis.sadd(name, ...part);
        return;
      case 'hash': {
        const flat = [...value.fields].flatMap(([field, text]) => [mark(field), text]);
        for (const part of chunks(flat)) await this.#redis.hset(name, ...part);
        return;
      }
      case 'zset': {
        const flat = [...value.scores].flatMap(([member, score]) => [String(score), member]);
        for (const part of chunks(flat)) await this.#redis.zadd(name, ...part);
        return;
      }
    }
  }

  async remove(key: string): Promise<void> {
    this.#lists.delete(key);
    await this.#redis.del(mark(key));
  }

  /** Adds to the end of a list, or begins one. Costs no more than what is added. */
  append(key: string, items: readonly string[]): void {
    const list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, [...items]);
    else for (const item of items) list.push(item);
  }

  /** Takes back what was appended behind the first `length` elements. */
  truncate(key: string, length: number): void {
    const list = this.#lists.get(key);
    if (list !== undefined && list.length > length) list.length = length;
  }

  length(key: string): number {
    return this.#lists.get(key)?.length ?? 0;
  }

  /** Elements of a list from index `from` to `to`, both included and within it. */
  range(key: string, from: number, to: number): readonly string[] {
    return this.#lists.get(key)?.slice(from, to + 1) ?? [];
  }

  /** Forgets everything; the instance is not to be used again. */
  async close(): Promise<void> {
    this.#lists.clear();
    await this.#redis.flushall();
    this.#redis.disconnect();
  }
}

// ioredis-mock keeps keys and hash fields as properties of plain objects: unmarked, `__proto__` would be lost, numbers
// would change their order, and the empty key would not be a key.
const mark = (name: string): string => `:${name}`;
const unmark = (name: string): string => name.slice(1);
