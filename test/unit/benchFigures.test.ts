import { expect, it } from 'vitest';
import { interleave, pairwise } from '../bench/bench.ts';
import { type Finding, findingCells, findingOf, verdictOf } from '../bench/findings.ts';
import { compare, quantile, type Sample } from '../bench/report.ts';

const least: Finding = findingOf([1.2, 1, 3], {
  work: 'GET 200 B',
  subject: 'berth splice',
  unit: '×',
  aim: { bar: 1.3, goal: 1, best: 'least' },
  note: 'CPU a request',
});

it('a figure is the median of its rounds, between the least and the largest', () => {
  expect(least).toMatchObject({ value: 1.2, low: 1, high: 3 });
});

it('a figure that is to be small meets what it does not exceed', () => {
  expect(verdictOf({ ...least, value: 1 })).toBe('goal met');
  expect(verdictOf({ ...least, value: 1.3 })).toBe('bar met');
  expect(verdictOf({ ...least, value: 1.301 })).toBe('missed');
});

it('a figure that is to be large meets what it reaches', () => {
  const most = { ...least, aim: { bar: 0.95, goal: 0.98, best: 'most' } } as const;
  expect(verdictOf({ ...most, value: 0.98 })).toBe('goal met');
  expect(verdictOf({ ...most, value: 0.95 })).toBe('bar met');
  expect(verdictOf({ ...most, value: 0.949 })).toBe('missed');
});

it('a figure that could not be measured meets nothing', () => {
  expect(verdictOf({ ...least, value: Number.NaN })).toBe('missed');
});

it('a row says its figure, bar, goal and verdict', () => {
  expect(findingCells([least])[1]).toEqual([
    'GET 200 B',
    'berth splice',
    '× 1.200',
    '1.000–3.000',
    '≤ 1.3',
    '≤ 1',
    'bar met',
    'CPU a request',
  ]);
});

it('every other round measures in the other order', async () => {
  const order: string[] = [];
  const results = await interleave(2, ['a', 'b', 'c'], async (item) => order.push(item));
  expect(order.join('')).toBe('abccba');
  expect(results.get('a')).toEqual([1, 6]);
});

it('what is compared comes from one round', () => {
  expect(pairwise([2, 30], [1, 10])).toEqual([2, 3]);
  const sample = (round: number, contender: string, value: number): Sample => ({
    ...{ round, contender, value, workload: 'GET 200 B' },
    ...{ requestsPerSecond: 1, failed: 0, residentMegabytes: 1 },
  });
  const samples = [
    ...[sample(0, 'nginx', 10), sample(0, 'berth', 20)],
    ...[sample(1, 'nginx', 100), sample(1, 'berth', 400)],
  ];
  expect(compare(samples, 'berth', 'nginx')).toMatchObject([{ median: 3, low: 2, high: 4 }]);
});

it('quantiles lie between the values', () => {
  expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5);
  expect(quantile([4, 1, 2, 3], 1)).toBe(4);
});
