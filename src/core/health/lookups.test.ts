import type { LookupAddress, lookup } from 'node:dns';
import { expect, test } from 'vitest';
import { createLookups } from './lookups.ts';

type Done = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

function silentSystem() {
  const asked: { host: string; done: Done }[] = [];
  const system = ((host: string, _options: unknown, done: Done) => {
    asked.push({ host, done });
  }) as unknown as typeof lookup;
  return { asked, lookups: createLookups(system) };
}

test('a name is looked up once for all who wait, and again for those who come later', () => {
  const { asked, lookups } = silentSystem();
  const got: unknown[] = [];
  for (let i = 0; i < 3; i++) lookups('db.test', { all: true }, (_error, found) => got.push(found));
  lookups('other.test', {}, (_error, address) => got.push(address));
  expect(asked.map(({ host }) => host)).toEqual(['db.test', 'other.test']);

  const here = [{ address: '10.0.0.1', family: 4 }];
  asked[0]?.done(null, here);
  asked[1]?.done(null, here);
  expect(got).toEqual([here, here, here, '10.0.0.1']);

  lookups('db.test', { all: true }, () => {});
  expect(asked).toHaveLength(3);
});

test('a failure goes to all who wait', () => {
  const { asked, lookups } = silentSystem();
  const errors: unknown[] = [];
  for (let i = 0; i < 2; i++) lookups('db.test', { all: true }, (error) => errors.push(error));
  const error = Object.assign(new Error('none'), { code: 'ENOTFOUND' });
  asked[0]?.done(error, []);
  expect(errors).toEqual([error, error]);
});

test('localhost needs no system', () => {
  const { asked, lookups } = silentSystem();
  const got: unknown[] = [];
  lookups('app.localhost', {}, (_error, address, family) => got.push(address, family));
  expect(asked).toEqual([]);
  expect(got).toEqual(['127.0.0.1', 4]);
});
