import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { keysFor } from '../../shared/model/keys.ts';
import { Exchange, type ExchangeOptions } from './exchange.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const broken = (): never => {
  throw new Error('broken');
};

test.each<[string, Partial<ExchangeOptions>]>([
  ['who finds', { findings: broken }],
  ['who decides', { mayShare: broken }],
  ['the store', { store: { read: broken, write: broken } }],
])('a failure of %s is said, and the next findings are told again', async (_who, failing) => {
  const said: string[] = [];
  const told: unknown[] = [];
  const whole: ExchangeOptions = {
    store: {
      read: broken,
      write: async (writes) => {
        told.push(writes);
      },
    },
    keys: keysFor(''),
    findings: () => ({ found: new Map(), lifeMs: 1000 }),
    adopt: () => undefined,
    mayShare: () => true,
    log: (level, message) => void said.push(`${level} ${message}`),
  };
  const options = { ...whole, ...failing };
  const exchange = new Exchange(options);
  exchange.found('app', true);
  await vi.advanceTimersByTimeAsync(limits.findingsNewsMs);
  expect(said).toEqual(['debug health: findings cannot be shared: broken']);
  Object.assign(options, whole);
  exchange.found('app', true);
  await vi.advanceTimersByTimeAsync(limits.findingsNewsMs);
  expect(told).toHaveLength(1);
  exchange.close();
});
