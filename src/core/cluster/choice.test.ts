import { describe, expect, it } from 'vitest';
import { type Candidate, chooseWorker } from './choice.ts';

const bounds = { maxConnections: 10, maxOverflow: 2, maxUnacknowledged: 3, stallMs: 250 };
const worker = (open: number, unacknowledged = 0, waitedMs = 0): Candidate => ({
  open,
  unacknowledged,
  waitedMs,
});

describe('the choice of a worker', () => {
  const cases: readonly [string, readonly Candidate[], number, number][] = [
    ['takes the one with the fewest connections', [worker(3), worker(1), worker(2)], 0, 1],
    ['counts connections that are under way', [worker(1, 2), worker(2)], 1, 1],
    ['goes round among equals', [worker(1), worker(1), worker(1)], 0, 1],
    ['goes round past the end', [worker(1), worker(1), worker(1)], 2, 0],
    ['passes over a full worker', [worker(10), worker(9)], 1, 1],
    ['passes over one that acknowledges nothing', [worker(0, 3), worker(9)], 1, 1],
    ['prefers a busy worker to a stalled one', [worker(0, 1, 300), worker(8)], 1, 1],
    ['prefers a busy worker in whatever order they come', [worker(8), worker(0, 1, 300)], 1, 0],
    ['takes a stalled one when all others are full', [worker(0, 1, 300), worker(10)], 1, 0],
    ['takes the less loaded of two stalled ones', [worker(2, 1, 300), worker(1, 1, 300)], 1, 1],
    ['takes a full one to say so when nobody has room', [worker(10), worker(11)], 0, 0],
    ['counts those to be told on the way', [worker(10, 2), worker(10, 1)], 1, 1],
    ['finds none when all are overfull', [worker(12), worker(2, 3)], 0, -1],
    ['finds none among none', [], 0, -1],
    ['survives a last index beyond a list that shrank', [worker(1), worker(1)], 7, 0],
  ];
  it.each(cases)('%s', (_title, candidates, last, expected) => {
    expect(chooseWorker(candidates, last, bounds)).toBe(expected);
  });
});
