import { expect, test } from 'vitest';
import { Entry, type FrontendFact, RoutingCache } from './cache.ts';
import { factOf } from './readings.ts';

const absent: FrontendFact = { kind: 'absent' };
const believed = { live: true };

function big(bytes: number): FrontendFact {
  return factOf('big', ['id', `http://a:1/${'x'.repeat(bytes / 4)}`], null);
}

test('an entry is fresh while it is believed, valid and not too old', () => {
  const trust = { live: true };
  const entry = new Entry(absent, trust, 100, 1);
  expect(entry.isFresh(99)).toBe(true);
  expect(entry.isFresh(100)).toBe(false);
  trust.live = false;
  expect(entry.isFresh(99)).toBe(false);
  expect(new Entry(absent, null, 100, 1).isFresh(0)).toBe(false);
});

test('an invalidation reaches the one entry and leaves it as the last good one', () => {
  const cache = new RoutingCache({ maxKeys: 10, maxBytes: 10_000 });
  cache.keepFrontend('a', new Entry(absent, believed, 100, 1));
  cache.keepFrontend('b', new Entry(absent, believed, 100, 1));
  cache.invalidate('frontend', 'a');
  cache.invalidate('dead', 'b');
  cache.invalidate('frontend', 'never seen');
  expect(cache.frontend('a')?.isFresh(0)).toBe(false);
  expect(cache.frontend('b')?.isFresh(0)).toBe(true);
});

test('an answer that was overtaken does not replace a later one', () => {
  const cache = new RoutingCache({ maxKeys: 10, maxBytes: 10_000 });
  const later = new Entry(absent, believed, 100, 2);
  cache.keepFrontend('a', later);
  cache.keepFrontend('a', new Entry(absent, believed, 100, 1));
  expect(cache.frontend('a')).toBe(later);
});

test('it keeps no more entries than allowed; what is used stays', () => {
  const cache = new RoutingCache({ maxKeys: 100, maxBytes: 1_000_000 });
  cache.keepFrontend('hot', new Entry(absent, believed, 100, 1));
  for (let i = 0; i < 1000; i++) {
    cache.keepFrontend(`f${i}`, new Entry(absent, believed, 100, i));
    cache.frontend('hot');
  }
  expect(cache.size).toBe(100);
  expect(cache.frontend('hot')).toBeDefined();
});

test.each([
  ['a list', big(4000)],
  ['options', factOf('a', ['id', 'http://a:1'], `{${' '.repeat(800)}}`)],
])('it keeps no more bytes than allowed, of %s', (_of, fact) => {
  const cache = new RoutingCache({ maxKeys: 1000, maxBytes: 20_000 });
  for (let i = 0; i < 100; i++) cache.keepFrontend(`f${i}`, new Entry(fact, believed, 100, i));
  expect(cache.size).toBeGreaterThan(0);
  expect(cache.size).toBeLessThan(6);
});

test('an absurd number of entries is not made room for in advance', () => {
  const before = process.memoryUsage().rss;
  const cache = new RoutingCache({ maxKeys: 4_000_000_000, maxBytes: 1_000_000 });
  expect(cache.size).toBe(0);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

test('what another worker read is taken where nothing is known or it has changed, and never believed', () => {
  const cache = new RoutingCache({ maxKeys: 10, maxBytes: 10_000 });
  for (const name of ['kept', 'changed'])
    cache.keepFrontend(name, new Entry(absent, believed, 100, 3));
  cache.invalidate('frontend', 'changed');
  for (const name of ['kept', 'changed', 'new']) cache.adoptFrontend(name, big(4));
  expect(cache.frontend('kept')?.value).toBe(absent);
  for (const name of ['changed', 'new']) {
    expect(cache.frontend(name)?.value.kind).toBe('frontend');
    expect(cache.frontend(name)?.isFresh(0)).toBe(false);
  }
  cache.keepFrontend('changed', new Entry(absent, believed, 100, 4));
  expect(cache.frontend('changed')?.isFresh(0)).toBe(true);
});

test('the frontends that were used last are named first', () => {
  const cache = new RoutingCache({ maxKeys: 10, maxBytes: 10_000 });
  for (const name of ['a', 'b', 'c']) cache.keepFrontend(name, new Entry(absent, believed, 100, 1));
  cache.frontend('a');
  expect(cache.recentFrontends(2)).toEqual(['a', 'c']);
});
