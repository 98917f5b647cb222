import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { parseBackend } from './backend.ts';

describe('a backend URL is read as', () => {
  test.each([
    ['http://127.0.0.1:3000', false, '127.0.0.1', 3000, '127.0.0.1:3000'],
    ['http://127.0.0.1', false, '127.0.0.1', 80, '127.0.0.1'],
    ['https://api.local', true, 'api.local', 443, 'api.local'],
    ['HTTPS://API.local:8443/', true, 'api.local', 8443, 'api.local:8443'],
    ['http://[::1]:3000', false, '::1', 3000, '[::1]:3000'],
    ['http://app:80/a/path?q#f', false, 'app', 80, 'app'],
    ['http://my_container:5000', false, 'my_container', 5000, 'my_container:5000'],
  ])('%s', (url, secure, hostname, port, authority) => {
    expect(parseBackend(url, 7)).toEqual({
      ok: true,
      backend: { index: 7, url, secure, hostname, port, authority },
    });
  });
});

describe('a backend URL is refused', () => {
  test.each([
    ['', 'is not a URL'],
    ['127.0.0.1:3000', 'is not a URL'],
    ['localhost', 'is not a URL'],
    ['//127.0.0.1', 'is not a URL'],
    ['http:/127.0.0.1', 'is not a URL'],
    ['http://', 'names no host'],
    ['http:///path', 'names no host'],
    ['http://\\\\host', 'names no host'],
    ['http://?q', 'names no host'],
    ['http://a:99999', 'is not a URL'],
    ['http://a:b', 'is not a URL'],
    ['http://[::1', 'is not a URL'],
    ['http://a:0', 'has port 0'],
    ['ftp://a', 'has a scheme other than http and https'],
    ['javascript://a', 'has a scheme other than http and https'],
    ['unix:///run/app.sock', 'has a scheme other than http and https'],
    ['http://user:secret@a', 'carries a user name or password'],
    ['http://user@a', 'carries a user name or password'],
    ['http://a b', 'has a space or control character'],
    ['http://a\r\nHost: b', 'has a space or control character'],
    ['http://a\u0000', 'has a space or control character'],
    ['\ufffd\ufffd\u0001', 'has a space or control character'],
    [`http://${'a'.repeat(limits.maxBackendUrlBytes)}`, 'is longer than 2048 bytes'],
  ])('%j: %s', (url, problem) => {
    expect(parseBackend(url, 0)).toEqual({ ok: false, problem });
  });

  test('and the problem never repeats the URL, which may hold a secret', () => {
    const parsed = parseBackend('http://user:secret@a', 0);
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });
});

test('any text is read without throwing, and what is accepted can be connected to', () => {
  const urlish = fc
    .tuple(
      fc.constantFrom('http://', 'https://', 'HTTP://', 'ftp://', ''),
      fc.oneof(
        fc.domain(),
        fc.ipV4(),
        fc.ipV6().map((ip) => `[${ip}]`),
        fc.string(),
      ),
      fc.constantFrom('', ':1', ':80', ':443', ':65535', ':65536', ':x'),
      fc.constantFrom('', '/', '/p?q', '\n'),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(urlish, fc.string({ unit: 'binary' })), (url) => {
      const parsed = parseBackend(url, 1);
      if (!parsed.ok) return;
      const { backend } = parsed;
      expect(backend.url).toBe(url);
      expect(backend.hostname).toMatch(/^[^\s[\]/@]+$/);
      expect(backend.port).toBeGreaterThan(0);
      expect(backend.port).toBeLessThan(65_536);
      expect(backend.secure).toBe(/^https:/i.test(url));
    }),
    { numRuns: 2000 },
  );
});
