import { describe, expect, it } from 'vitest';
import { parseFromWorker } from './fromWorker.ts';

const batch = { base: 0, texts: [], commons: [], rows: [], attempts: [] };

describe('a message of a worker', () => {
  it.each([
    { type: 'ready' },
    { type: 'load', open: 0, acknowledged: 12 },
    { type: 'records', batch, dropped: 0 },
    { type: 'news', news: [] },
    { type: 'ask', serial: 1, names: ['a', '*'] },
    { type: 'store', state: 'stale', detail: 'ECONNREFUSED' },
    { type: 'store', state: 'live', detail: null },
    { type: 'log', level: 'warn', message: 'x' },
    { type: 'over-memory', rssBytes: 1 },
  ])('is taken: %j', (message) => {
    expect(parseFromWorker(message)).toBe(message);
  });

  it.each([
    null,
    'ready',
    {},
    { type: 'toString' },
    { type: 'load', open: -1, acknowledged: 0 },
    { type: 'load', open: 1 },
    { type: 'records', batch: { ...batch, texts: {} }, dropped: 0 },
    { type: 'records', batch: { ...batch, rows: undefined }, dropped: 0 },
    { type: 'news', news: {} },
    { type: 'ask', serial: 1, names: [1] },
    { type: 'store', state: 'fine', detail: null },
    { type: 'log', level: 'loud', message: 'x' },
    { type: 'over-memory', rssBytes: 'much' },
  ])('is refused when it is none: %j', (message) => {
    expect(parseFromWorker(message)).toBeNull();
  });
});
