import { describe, expect, it } from 'vitest';
import type { ListenerSpec } from '../shared/model/listener.ts';
import { notElsewhere, tunnelEnd, whyNotOurs } from './ownTunnel.ts';

const listener = (port: number, secure = false): ListenerSpec => ({
  id: port,
  address: '127.0.0.1',
  port,
  tls: secure ? { key: '', cert: '', ca: [] } : null,
});
const all = [listener(8080), listener(8443, true), listener(81), listener(443, true)];
const end = (host: string, port: number, listeners = all, mayTunnel = true) =>
  tunnelEnd({ host, port }, listeners, ['dev.local', 'localhost'], mayTunnel);

describe('a tunnel', () => {
  it.each([
    [443, all, 443],
    [443, all.slice(0, 3), 8443],
    [80, all, 8080],
    [81, all, 81],
    [8443, all, 8443],
  ])('to port %d leads to a listener of ours', (port, listeners, expected) => {
    const found = end('app.dev.local', port, listeners);
    expect(found.ok && found.listener.port).toBe(expected);
  });

  it('leads nowhere else, and says why', () => {
    expect(end('app.dev.local', 22)).toMatchObject({ code: 'BERTH_TUNNEL_REFUSED' });
    expect(end('app.dev.local', 443, [listener(80)])).toMatchObject({
      code: 'BERTH_TUNNEL_REFUSED',
      detail: 'Berth serves no HTTPS here: ask for app.dev.local over plain HTTP.',
    });
    expect(end('app.dev.local', 80, [listener(443, true)])).toMatchObject({ ok: false });
    expect(end('app.dev.local', 443, all, false)).toMatchObject({
      code: 'BERTH_METHOD_UNSUPPORTED',
    });
  });

  it.each([
    ['app.dev.local', true],
    ['dev.local', true],
    ['localhost', true],
    ['xdev.local', false],
    ['dev.local.example', false],
    ['127.0.0.1', false],
  ])('to %s is ours by its name: %s', (host, isOurs) => {
    expect(end(host, 443)).toMatchObject({ ok: true, isOurs });
  });

  it('to another host is ours when that has a frontend, readable or not', () => {
    expect(whyNotOurs({ kind: 'route' }, 'a')).toBeNull();
    expect(whyNotOurs({ kind: 'invalid' }, 'a')).toBeNull();
    expect(whyNotOurs({ kind: 'unknown' }, 'a')?.code).toBe('BERTH_TUNNEL_REFUSED');
    expect(whyNotOurs({ kind: 'unavailable' }, 'a')?.code).toBe('BERTH_STORE_UNREACHABLE');
  });
});

it('only whom it takes for a proxy is told that it is none to everywhere', () => {
  expect(notElsewhere({ form: 'origin' })).toBe('');
  expect(notElsewhere({ form: 'absolute' })).toContain('its own hosts only');
});
