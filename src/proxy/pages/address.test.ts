import { describe, expect, it } from 'vitest';
import type { ListenerSpec } from '../../shared/model/listener.ts';
import { addressOf, listenerHintOf } from './address.ts';

const listener = (port: number, secure = false): ListenerSpec => ({
  id: port,
  address: '127.0.0.1',
  port,
  tls: secure ? { key: '', cert: '', ca: [] } : null,
});

describe('the listener that examples name', () => {
  it.each([
    [[8443, 8080, 80], 80],
    [[8080, 8081], 8080],
  ])('of %j is on port %d', (ports, port) => {
    expect(listenerHintOf(ports.map((each) => listener(each, each === 8443)))).toEqual({
      secure: false,
      port,
    });
  });

  it('is a secure one where there is no other', () => {
    expect(listenerHintOf([listener(443, true)])).toEqual({ secure: true, port: 443 });
    expect(listenerHintOf([])).toBeNull();
  });

  it('is left out of an address on its usual port', () => {
    expect(addressOf('a.localhost', { secure: false, port: 80 })).toBe('http://a.localhost/');
    expect(addressOf('a.localhost', { secure: true, port: 443 })).toBe('https://a.localhost/');
    expect(addressOf('a.localhost', { secure: true, port: 80 })).toBe('https://a.localhost:80/');
  });
});
