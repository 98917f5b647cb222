import { describe, expect, test } from 'vitest';
import { isIpv4, isIpv6, isLoopback, parseAddress, parseHostPort } from './address.ts';

describe('addresses', () => {
  test.each([
    ['127.0.0.1', true],
    ['255.255.255.255', true],
    ['256.0.0.1', false],
    ['1.2.3', false],
    ['1.2.3.4.', false],
    ['01.2.3.4', false],
    ['', false],
  ])('%j as IPv4: %s', (text, is) => {
    expect(isIpv4(text)).toBe(is);
  });

  test.each([
    ['::1', true],
    ['::', true],
    ['fe80::1%eth0', true],
    ['::ffff:127.0.0.1', true],
    ['1:2:3', false],
    ['[::1]', false],
    ['::1/', false],
    ['::1]@[', false],
    ['127.0.0.1', false],
  ])('%j as IPv6: %s', (text, is) => {
    expect(isIpv6(text)).toBe(is);
  });

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '::1'],
    ['::', '::'],
    ['localhost', 'localhost'],
    ['my_redis', 'my_redis'],
    ['999.1.1.1', null],
    ['127.0.0.1:80', null],
    ['[localhost]', null],
    ['a b', null],
    ['*', null],
    ['', null],
    ['host:', null],
    ['host.', null],
  ])('%j is the address %j', (text, expected) => {
    expect(parseAddress(text)).toBe(expected);
  });

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['0:0:0:0:0:0:0:1', true],
    ['::', false],
    ['0.0.0.0', false],
    ['::2', false],
    ['1::1', false],
    ['192.168.0.1', false],
    ['127.example.com', false],
  ])('%j is loopback: %s', (address, is) => {
    expect(isLoopback(address)).toBe(is);
  });

  test.each([
    ['h', { host: 'h', port: 1 }],
    ['h:26379', { host: 'h', port: 26379 }],
    ['[::1]:7', { host: '::1', port: 7 }],
    ['::1', { host: '::1', port: 1 }],
    ['h:0', null],
    ['h:65536', null],
    ['h:', null],
    [':1', null],
    ['[::1', null],
    ['a:b', null],
    ['', null],
  ])('%j names %j', (text, expected) => {
    expect(parseHostPort(text, 1)).toEqual(expected);
  });
});
