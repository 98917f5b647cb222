import { describe, expect, it } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import { createHostNumbers, type HostNumbers } from './hosts.ts';

const summaryOf = (numbers: HostNumbers, second: number) => numbers.summary(second, 0, 0);
const named = (numbers: HostNumbers, name: string, second: number) =>
  summaryOf(numbers, second).hosts.find(({ host }) => host === name);

describe('the numbers of a host', () => {
  it('count requests, errors and bytes since the start', () => {
    const numbers = createHostNumbers(0);
    for (let second = 0; second < 300; second++) {
      numbers.add(aRecord({ status: second % 3 === 0 ? 502 : 200, bytes: 10 }), second);
    }
    expect(named(numbers, 'app.dev.local', 299)).toMatchObject({
      frontend: 'app.dev.local',
      requests: 300,
      errors: 100,
      bytes: 3000,
    });
  });

  it('show each of the last sixty seconds, oldest first', () => {
    const numbers = createHostNumbers(0);
    for (let second = 0; second < 100; second++) {
      for (let count = 0; count < second; count++) numbers.add(aRecord(), second);
    }
    expect(named(numbers, 'app.dev.local', 99)?.perSecond).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 40),
    );
    expect(named(numbers, 'app.dev.local', 129)?.perSecond.slice(28, 31)).toEqual([98, 99, 0]);
    expect(named(numbers, 'app.dev.local', 500)?.perSecond).toEqual(Array(60).fill(0));
  });

  it('tell requests a second of the last ten whole seconds, or of those there were', () => {
    const numbers = createHostNumbers(0);
    for (let second = 0; second <= 20; second++) {
      for (let count = 0; count < 8; count++) numbers.add(aRecord(), second);
    }
    expect(summaryOf(numbers, 20).requestsPerSecond).toBe(8);
    expect(named(numbers, 'app.dev.local', 26)?.requestsPerSecond).toBe(4);
    const young = createHostNumbers(0);
    young.add(aRecord(), 0);
    expect(summaryOf(young, 0).requestsPerSecond).toBe(1);
    expect(summaryOf(young, 2).requestsPerSecond).toBe(0.5);
  });

  it('tell the share of failed answers, and the latencies, of the last minute alone', () => {
    const numbers = createHostNumbers(0);
    for (let count = 0; count < 10; count++) {
      numbers.add(aRecord({ status: 500, totalMs: 1000 }), 10);
    }
    numbers.add(aRecord({ status: 503, totalMs: 20 }), 100);
    for (let count = 0; count < 3; count++) numbers.add(aRecord({ totalMs: 10 }), 100);
    const host = named(numbers, 'app.dev.local', 100);
    expect(host?.errorRate).toBe(0.25);
    expect([host?.p50, host?.p95, host?.p99].map((ms) => Math.round(ms ?? 0))).toEqual([
      10, 20, 20,
    ]);
    expect(summaryOf(numbers, 100).errorsPerMinute).toBe(1);
    expect(named(numbers, 'app.dev.local', 300)).toMatchObject({
      errorRate: 0,
      p50: 0,
      errors: 11,
    });
  });

  it('are shown busiest first', () => {
    const numbers = createHostNumbers(0);
    for (const host of ['a', 'b', 'b', 'c', 'c', 'c']) numbers.add(aRecord({ host }), 1);
    expect(summaryOf(numbers, 1).hosts.map(({ host }) => host)).toEqual(['c', 'b', 'a']);
  });
});

describe('hosts beyond the bound', () => {
  it('take the place of the one that was asked for longest ago', () => {
    const numbers = createHostNumbers(0, 2);
    numbers.add(aRecord({ host: 'a', bytes: 7, totalMs: 900 }), 1);
    numbers.add(aRecord({ host: 'b' }), 2);
    numbers.add(aRecord({ host: 'a' }), 3);
    numbers.add(aRecord({ host: 'c', bytes: 5, totalMs: 3 }), 4);
    const { hosts, otherHosts } = summaryOf(numbers, 4);
    expect(hosts.map(({ host }) => host).sort()).toEqual(['a', 'c']);
    expect(otherHosts).toBe(1);
    expect(named(numbers, 'c', 4)).toMatchObject({ requests: 1, bytes: 5 });
    expect(named(numbers, 'c', 4)?.p99).toBeCloseTo(3, 1);
  });

  it('push out names that no frontend has before any other', () => {
    const numbers = createHostNumbers(0, 3);
    numbers.add(aRecord({ host: 'mine' }), 1);
    for (let index = 0; index < 1000; index++) {
      numbers.add(aRecord({ host: `probe${index}`, frontend: null }), 2);
    }
    expect(named(numbers, 'mine', 2)?.requests).toBe(1);
    expect(summaryOf(numbers, 2).hosts).toHaveLength(3);
  });

  it('are not counted when no frontend has them and every other is one that a frontend has', () => {
    const numbers = createHostNumbers(0, 2);
    for (const host of ['a', 'b']) numbers.add(aRecord({ host }), 1);
    numbers.add(aRecord({ host: 'probe', frontend: null }), 2);
    const { hosts, otherHosts } = summaryOf(numbers, 2);
    expect(hosts.map(({ host }) => host).sort()).toEqual(['a', 'b']);
    expect(otherHosts).toBe(1);
  });

  it('keep their numbers when a frontend gets their name, or loses it', () => {
    const numbers = createHostNumbers(0, 2);
    numbers.add(aRecord({ host: 'a', frontend: null }), 1);
    numbers.add(aRecord({ host: 'a' }), 2);
    expect(named(numbers, 'a', 2)).toMatchObject({ requests: 2, frontend: 'app.dev.local' });
    numbers.add(aRecord({ host: 'a', frontend: null }), 2);
    expect(named(numbers, 'a', 2)).toMatchObject({ requests: 3, frontend: null });
    expect(summaryOf(numbers, 2).hosts).toHaveLength(1);
  });

  it('still count in the whole, as do requests that name no host', () => {
    const numbers = createHostNumbers(0, 1);
    for (const host of ['a', 'b', '', 'x'.repeat(300)]) numbers.add(aRecord({ host }), 1);
    expect(summaryOf(numbers, 2).requestsPerSecond).toBe(2);
    expect(summaryOf(numbers, 2).hosts).toHaveLength(1);
  });
});
