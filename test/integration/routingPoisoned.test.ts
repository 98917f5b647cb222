import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { editedRouting } from '../support/editedRouting.ts';
import { urlsOf } from '../support/fakeRouting.ts';
import { describeWith } from '../support/requirement.ts';
import { startRedisStore } from '../support/routableStore.ts';

type Poison = (redis: Redis, key: string) => Promise<unknown>;

const garbage = Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 89) % 256));

const unreadable: readonly (readonly [string, Poison])[] = [
  ['a string', (redis, key) => redis.set(key, 'http://a:1')],
  ['a set', (redis, key) => redis.sadd(key, 'http://a:1')],
  ['a hash', (redis, key) => redis.hset(key, 'a', 'http://a:1')],
  ['a sorted set', (redis, key) => redis.zadd(key, 1, 'http://a:1')],
  ['a stream', (redis, key) => redis.xadd(key, '*', 'a', 'http://a:1')],
  [
    'a million entries',
    async (redis, key) => {
      const chunk = Array.from({ length: 10_000 }, (_, i) => `http://b${i}:1`);
      for (let i = 0; i < 100; i++) await redis.rpush(key, ...chunk);
    },
  ],
];

const partly: readonly (readonly [string, readonly (string | Buffer)[]])[] = [
  ['nothing but an identifier', ['id']],
  ['words', ['id', 'not a url']],
  ['an unknown scheme', ['id', 'gopher://a:1']],
  ['a script', ['id', 'javascript:alert(1)']],
  ['control characters', ['id', 'http://a:1\r\nX-Injected: yes', 'http://a\u0000:1']],
  ['binary garbage', [garbage, garbage, garbage]],
  ['a password', ['id', 'http://user:hunter2@a:1']],
  ['a URL without end', ['id', `http://a:1/${'x'.repeat(1_000_000)}`]],
  ['an identifier without end', ['y'.repeat(1_000_000), 'ftp://a']],
];

describeWith('redis', 'a poisoned frontend', () => {
  const at = editedRouting(startRedisStore);
  beforeAll(() => at.editor.rpush('frontend:*.local', 'neighbour', 'http://good:1'));

  const neighbourIsWell = async (): Promise<void> => {
    expect(urlsOf(await at.live.routing.router.resolve('neighbour.local'))).toEqual([
      'http://good:1',
    ]);
  };
  const linesAbout = (key: string): readonly string[] =>
    at.live.lines.filter((line) => line.includes(key));

  describe('that cannot be read as a list', () => {
    it.each(unreadable.map(([what, poison], i) => ({ what, poison, host: `bad${i}.local` })))(
      'but is $what hurts nobody else, at once, with one line',
      async ({ poison, host }) => {
        const key = `frontend:${host}`;
        await poison(at.editor, key);
        const startedAt = performance.now();
        const answer = await at.live.routing.router.resolve(host);
        const milliseconds = performance.now() - startedAt;
        expect(answer).toMatchObject({ kind: 'invalid', name: host });
        expect(milliseconds).toBeLessThan(limits.storeCommandTimeoutMs);
        await neighbourIsWell();
        for (let i = 0; i < 20; i++) await at.live.routing.router.resolve(host);
        expect(linesAbout(key)).toHaveLength(1);
        expect(at.live.routing.state).toBe('live');
      },
    );
  });

  describe('that is a list', () => {
    it.each(partly.map(([what, list], i) => ({ what, list, host: `part${i}.local` })))(
      'with $what has no usable backend, hurts nobody else and gives one line',
      async ({ list, host }) => {
        const key = `frontend:${host}`;
        await at.editor.rpush(key, ...list);
        const answer = await at.live.routing.router.resolve(host);
        expect(answer.kind).toBe('route');
        expect(urlsOf(answer)).toEqual([]);
        await neighbourIsWell();
        for (let i = 0; i < 20; i++) await at.live.routing.router.resolve(host);
        const lines = linesAbout(key);
        expect(lines).toHaveLength(1);
        for (const line of lines) {
          expect(line).not.toMatch(/[\u0000-\u001f]/);
          expect(line).not.toContain('hunter2');
          expect(line.length).toBeLessThan(1000);
        }
      },
    );
  });

  describe('whose dead marks', () => {
    it.each([
      ['are a string', (redis: Redis, key: string) => redis.set(key, 'x')],
      ['are a list', (redis: Redis, key: string) => redis.rpush(key, '0')],
      ['are words', (redis: Redis, key: string) => redis.sadd(key, 'zero', '-1', '1e9', '')],
      [
        'are a million',
        async (redis: Redis, key: string) => {
          for (let from = 0; from < 1_000_000; from += 10_000) {
            const chunk = Array.from({ length: 10_000 }, (_, i) => `x${from + i}`);
            await redis.sadd(key, ...chunk);
          }
        },
      ],
    ] as const)('%s is served all the same, with one line', async (what, poison) => {
      const host = `${what.replaceAll(' ', '-')}.dead.local`;
      await at.editor.rpush(`frontend:${host}`, 'id', 'http://a:1', 'http://b:1');
      await poison(at.editor, `dead:${host}`);
      await at.editor.set(`berth:dead:${host}`, 'not a hash');
      const answer = await at.live.routing.router.resolve(host);
      expect(urlsOf(answer)).toEqual(['http://a:1', 'http://b:1']);
      const { route } = answer as Extract<typeof answer, { kind: 'route' }>;
      for (const backend of route.frontend.backends) expect(route.isDead(backend)).toBe(false);
      await neighbourIsWell();
      for (let i = 0; i < 20; i++) await at.live.routing.router.resolve(host);
      expect(linesAbout(`dead:${host}`)).toHaveLength(1);
    });

    it('stand beside half a million reasons is read in bounds', async () => {
      const host = 'reasons.dead.local';
      await at.editor.rpush(`frontend:${host}`, 'id', 'http://a:1');
      for (let from = 0; from < 500_000; from += 10_000) {
        const chunk = Array.from({ length: 10_000 }, (_, i) => [`x${from + i}`, '{}']).flat();
        await at.editor.hset(`berth:dead:${host}`, ...chunk);
      }
      const read = async (): Promise<number> =>
        Number(/total_net_output_bytes:(\d+)/.exec(await at.editor.info('stats'))?.[1]);
      const before = await read();
      expect(urlsOf(await at.live.routing.router.resolve(host))).toEqual(['http://a:1']);
      expect((await read()) - before).toBeLessThan(1_000_000);
    });

    it('fill a frontend are all read with their reasons', async () => {
      const host = 'full.dead.local';
      const count = limits.maxBackendsPerFrontend;
      const indexes = Array.from({ length: count }, (_, i) => i);
      await at.editor.rpush(`frontend:${host}`, 'id', ...indexes.map((i) => `http://b${i}:1`));
      await at.editor.sadd(`dead:${host}`, ...indexes);
      // Marks about other URLs: each that is read with its reason counts for none of these.
      const reason = JSON.stringify({ url: 'http://gone:1', reason: 'refused', at: 1 });
      await at.editor.hset(`berth:dead:${host}`, ...indexes.flatMap((i) => [i, reason]));
      const answer = await at.live.routing.router.resolve(host);
      const { route } = answer as Extract<typeof answer, { kind: 'route' }>;
      expect(route.frontend.backends.filter((backend) => route.isDead(backend))).toEqual([]);
    });
  });
});
