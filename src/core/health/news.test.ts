import { expect, it } from 'vitest';
import type { HealthEvent } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import { News } from './news.ts';

const eventOf = (at: number): HealthEvent => ({
  at,
  name: 'app.localhost',
  url: 'http://127.0.0.1:3000',
  from: 'up',
  to: 'down',
  reason: 'refused',
});

it('whoever is too slow gets the last events, and hears once how many were lost before them', () => {
  const news = new News();
  const lost = 7;
  const count = limits.maxQueuedHealthEvents + lost;
  for (let at = 0; at < count; at++) news.push(eventOf(at));
  expect(news.take()).toEqual({ ...eventOf(lost), dropped: lost });
  for (let at = lost + 1; at < count; at++) {
    expect(news.take()).toEqual({ ...eventOf(at), dropped: 0 });
  }
  expect(news.take()).toBeNull();
  news.push(eventOf(count));
  expect(news.take()).toEqual({ ...eventOf(count), dropped: 0 });
});
