import { expect, test } from 'vitest';
import { addresses, type Codec, list, number, secret, text } from './codecs.ts';

test.each<[string, Codec, unknown, string]>([
  ['a number', number, 10, '10'],
  ['no number', number, null, ''],
  ['a path', text, '/var/log/a.log', '/var/log/a.log'],
  ['a list', list, ['dev.local', 'localhost'], 'dev.local, localhost'],
  ['addresses', addresses, ['127.0.0.1', '::1'], '127.0.0.1, ::1'],
  [
    'addresses with ports',
    addresses,
    [{ address: '::1', port: 81 }, '0.0.0.0'],
    '[::1]:81, 0.0.0.0',
  ],
])('%s in one line, and back', (_what, codec, value, line) => {
  expect(codec.show(value)).toBe(line);
  expect(codec.read(line)).toEqual({ ok: true, value });
});

test('addresses that carry certificates are not told in one line', () => {
  expect(addresses.show([{ address: '::1', port: 443, key: 'a.key' }])).toBeNull();
});

test('what is not understood goes to the instance as it is, whose refusal says what the key takes', () => {
  expect(number.read('many')).toEqual({ ok: true, value: 'many' });
  expect(addresses.read('*, 127.0.0.1:99999')).toEqual({
    ok: true,
    value: ['*', '127.0.0.1:99999'],
  });
});

test('an empty line goes back to the default', () => {
  for (const codec of [number, text, secret, list, addresses]) {
    expect(codec.read('  ')).toEqual({ ok: true, value: null });
  }
});

test('what is hidden is never sent in the place of a secret', () => {
  expect(secret.read('https://hooks.test/***').ok).toBe(false);
  expect(secret.read('https://hooks.test/abc')).toEqual({
    ok: true,
    value: 'https://hooks.test/abc',
  });
});
