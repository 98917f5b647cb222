import { describe, expect, it } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { descriptorBudget, openFileLimit, parseLimits } from './descriptors.ts';

const demand = { workers: 2, listeners: 2, maxConnections: 4096 };

describe('the share of open files', () => {
  it('leaves everything as configured where files abound', () => {
    expect(descriptorBudget(1_000_000, demand)).toEqual({
      maxConnections: 4096,
      maxWaiting: limits.maxWaitingConnections,
      maxUnacknowledged: limits.maxUnacknowledgedHandoffs,
    });
    expect(descriptorBudget(null, demand)).toEqual(descriptorBudget(1_000_000, demand));
  });

  it('keeps a client and its backend within what a worker may open', () => {
    for (const files of [64, 100, 256, 1024, 4096, 20_000]) {
      const { maxConnections } = descriptorBudget(files, demand);
      const forClients = files - limits.workerFileReserve - limits.maxOverflowConnections;
      expect(2 * maxConnections).toBeLessThanOrEqual(forClients);
    }
  });

  it('keeps what waits and what is under way within what the supervisor may open', () => {
    for (const files of [64, 100, 256, 1024, 4096]) {
      const { maxWaiting, maxUnacknowledged } = descriptorBudget(files, demand);
      expect(maxWaiting + 2 * maxUnacknowledged).toBeLessThanOrEqual(files - 32);
    }
  });

  it('never refuses everything', () => {
    expect(descriptorBudget(8, { ...demand, workers: 64 })).toEqual({
      maxConnections: 1,
      maxWaiting: 1,
      maxUnacknowledged: 1,
    });
  });
});

describe('the limit of open files', () => {
  it('is read from the table of the kernel', () => {
    const text =
      'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024  4096  files\n';
    expect(parseLimits(text)).toBe(1024);
    expect(parseLimits('Max open files            unlimited  unlimited  files\n')).toBeNull();
    expect(parseLimits('')).toBeNull();
  });

  it('is known of this process', () => {
    const limit = openFileLimit();
    if (process.platform === 'win32') expect(limit).toBeNull();
    else expect(limit).toBeGreaterThan(16);
  });
});
