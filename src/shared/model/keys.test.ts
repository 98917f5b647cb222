import { expect, test } from 'vitest';
import { keysFor } from './keys.ts';

test('keys are those of Hipache, behind the prefix of the driver', () => {
  const keys = keysFor('p:');
  expect(keys.frontend('*.dev.local')).toBe('p:frontend:*.dev.local');
  expect(keys.dead('a')).toBe('p:dead:a');
  expect(keys.deadReasons('a')).toBe('p:berth:dead:a');
  expect(keys.options('a')).toBe('p:berth:options:a');
  expect(keys.checker).toBe('p:berth:checker');
  expect(keys.health('a')).toBe('p:berth:health:a');
  expect(keysFor('').frontend('a')).toBe('frontend:a');
});

test('what checks found is pushed to nobody', () => {
  const keys = keysFor('p:');
  for (const key of [keys.checker, keys.health('a')]) {
    expect(keys.watched.filter((prefix) => key.startsWith(prefix))).toEqual([]);
  }
});

test('every key that lookup reads is under a watched prefix, and no prefix begins another', () => {
  const keys = keysFor('x');
  for (const key of [
    keys.frontend('a'),
    keys.dead('a'),
    keys.deadReasons('a'),
    keys.options('a'),
  ]) {
    expect(keys.watched.filter((prefix) => key.startsWith(prefix))).toHaveLength(1);
  }
});

test.each([
  ['p:frontend:a', { kind: 'frontend', name: 'a' }],
  ['p:frontend:', { kind: 'frontend', name: '' }],
  ['p:dead:*.b', { kind: 'dead', name: '*.b' }],
  ['p:berth:dead:c', { kind: 'dead', name: 'c' }],
  ['p:berth:options:c', { kind: 'options', name: 'c' }],
  ['p:berth:lease', null],
  ['frontend:a', null],
  ['', null],
])('a change of %s is about %j', (key, subject) => {
  expect(keysFor('p:').subject(key)).toEqual(subject);
});
