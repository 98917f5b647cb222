import { describe, expect, test } from 'vitest';
import { keysFor } from '../shared/model/keys.ts';
import { nodeName, parseRedirection, parseTopology, slotOf } from './slots.ts';

describe('the slot of a key', () => {
  test.each([
    ['123456789', 0x31c3],
    ['foo', 12_182],
    ['bar', 5061],
    ['', 0],
  ])('%s is what the specification says', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
  });

  test.each([
    ['{user1000}.following', '{user1000}.followers', true],
    ['foo{bar}{zap}', 'bar', true],
    ['foo{{bar}}zap', '{bar', true],
    ['foo{}{bar}', 'bar', false],
    ['foo{bar', 'bar', false],
  ])('%s and %s share one: %s', (a, b, same) => {
    expect(slotOf(a) === slotOf(b)).toBe(same);
  });
});

describe('CLUSTER SLOTS', () => {
  const answer = [
    [0, 8191, ['10.0.0.1', 7000, 'id1'], ['10.0.0.2', 7001, 'id2']],
    [8192, 16_383, ['', 7002, 'id3']],
  ];

  test('names the primary of each slot; a node without an address is where it was asked', () => {
    const topology = parseTopology(answer, '10.0.0.9');
    expect([...(topology?.primaries.values() ?? [])]).toEqual([
      { host: '10.0.0.1', port: 7000 },
      { host: '10.0.0.9', port: 7002 },
    ]);
    expect(topology?.owners[8191]).toBe(nodeName({ host: '10.0.0.1', port: 7000 }));
    expect(topology?.owners[8192]).toBe(nodeName({ host: '10.0.0.9', port: 7002 }));
  });

  test('leaves slots that nobody serves without an owner', () => {
    expect(parseTopology([[0, 1, ['a', 1]]], 'b')?.owners[2]).toBe('');
  });

  test.each([null, 'OK', [], [1], [[0, 1]], [['0', 1, ['a', 1]]], [[0, 99_999, ['a', 1]]]])(
    '%j is not one',
    (value) => {
      expect(parseTopology(value, 'a')).toBeNull();
    },
  );
});

test.each([
  ['MOVED 3999 127.0.0.1:6381', { kind: 'moved', node: { host: '127.0.0.1', port: 6381 } }],
  ['ASK 3999 ::1:6381', { kind: 'ask', node: { host: '::1', port: 6381 } }],
  ['MOVED 3999 :6381', { kind: 'moved', node: { host: 'here', port: 6381 } }],
  ['WRONGTYPE Operation', null],
  ['MOVED', null],
])('the error reply %j sends to %j', (error, redirection) => {
  expect(parseRedirection(error, 'here')).toEqual(redirection);
});

test('all keys of a frontend share a slot behind a prefix with a hash tag', () => {
  const keys = keysFor('{berth}:');
  const names = ['a.local', '*', 'x{y}z'];
  const slots = names.flatMap((name) =>
    [keys.frontend, keys.dead, keys.deadReasons, keys.options].map((key) => slotOf(key(name))),
  );
  expect(new Set(slots).size).toBe(1);
});
