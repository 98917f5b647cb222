import { expect, test } from 'vitest';
import { driverOf, migrateCommand, storeChoice } from './store.ts';

test.each([
  ['embedded:', { kind: 'embedded', address: '', prefix: '' }],
  ['embedded://127.0.0.1:6390', { kind: 'embedded', address: '127.0.0.1:6390', prefix: '' }],
  ['embedded://[::1]:6390#a', { kind: 'embedded', address: '[::1]:6390', prefix: 'a' }],
  ['redis://:***@db.test:6379/0', { kind: 'redis', url: 'redis://:***@db.test:6379/0' }],
] as const)('%s is read, and written the same', (driver, choice) => {
  expect(storeChoice(driver)).toEqual(choice);
  expect(driverOf(choice)).toBe(driver);
});

test('pairs, Sentinel and clusters are changed in the file', () => {
  expect(storeChoice(['redis://a', 'redis://b'])).toMatchObject({ kind: 'other' });
  expect(storeChoice({ cluster: ['a:1'] })).toEqual({ kind: 'other', word: 'Redis Cluster' });
  expect(storeChoice({ sentinels: ['a:1'], name: 'n' })).toEqual({
    kind: 'other',
    word: 'Redis Sentinel',
  });
});

test('a server without a scheme is a Redis', () => {
  expect(driverOf({ kind: 'redis', url: 'db.test' })).toBe('redis://db.test');
  expect(driverOf({ kind: 'redis', url: 'db.test:6380' })).toBe('redis://db.test:6380');
  expect(driverOf({ kind: 'redis', url: 'rediss://db.test' })).toBe('rediss://db.test');
});

test('the command that takes hosts along is one line for a shell', () => {
  expect(migrateCommand('redis://127.0.0.1:6379/0')).toBe(
    'berth store migrate --to redis://127.0.0.1:6379/0',
  );
  expect(migrateCommand("redis://a#te'am")).toBe(`berth store migrate --to 'redis://a#te'\\''am'`);
  expect(migrateCommand('embedded://127.0.0.1:6390')).toBe('berth store migrate --to embedded');
});
