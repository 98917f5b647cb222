import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HealthEvent } from '../../shared/contract/health.ts';
import { createGather } from './gather.ts';
import { healthNews } from './healthNews.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const event = (change: Partial<HealthEvent> = {}): HealthEvent => ({
  at: 0,
  name: 'app.localhost',
  url: 'http://127.0.0.1:3000',
  from: 'up',
  to: 'down',
  reason: 'refused',
  ...change,
});

test('what a name hides is written out', () => {
  const [news] = healthNews([event({ name: 'shop\u202etset', reason: 'refused\u2066' })]);
  expect(news).toMatchObject({
    title: 'shop\\u202etset is down',
    body: 'http://127.0.0.1:3000: refused\\u2066',
    address: `/hosts/${encodeURIComponent('shop\u202etset')}`,
  });
});

test.each<[Partial<HealthEvent>, string, string]>([
  [{}, 'app.localhost is down', 'http://127.0.0.1:3000: refused'],
  [{ from: 'down', to: 'up', reason: '' }, 'app.localhost is up again', 'http://127.0.0.1:3000'],
  [
    { from: 'down', to: 'down', reason: 'flaps' },
    'app.localhost goes up and down',
    'http://127.0.0.1:3000: flaps',
  ],
])('%j is told of', (change, title, body) => {
  expect(healthNews([event(change)])).toEqual([{ title, body, address: '/hosts/app.localhost' }]);
});

test.each<Partial<HealthEvent>>([{ to: 'drained' }, { to: 'unknown' }, { to: 'paused' }])(
  '%j is not',
  (change) => {
    expect(healthNews([event(change)])).toEqual([]);
  },
);

test('many that come together are one notification', () => {
  const events = [
    ...['a', 'b', 'c', 'd', 'd'].map((name) => event({ name })),
    event({ name: 'e', from: 'down', to: 'up' }),
  ];
  expect(healthNews(events)).toEqual([
    {
      title: '6 backends changed',
      body: '5 went down, 1 came back: a, b, c and 2 more',
      address: '/health',
    },
  ]);
});

test('what comes within a while is told together, and the oldest goes for one too many', () => {
  const told: (readonly number[])[] = [];
  const gather = createGather<number>({ ms: 1000, most: 3 }, (items) => told.push(items));
  for (const n of [1, 2, 3, 4]) gather.add(n);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1000);
  gather.add(5);
  vi.advanceTimersByTime(999);
  expect(told).toEqual([[2, 3, 4]]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([[2, 3, 4], [5]]);
  gather.add(6);
  gather.close();
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(2);
});
