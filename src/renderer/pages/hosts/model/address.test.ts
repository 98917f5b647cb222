import { expect, test } from 'vitest';
import { addressOfHost } from './address.ts';

const plain = { address: '127.0.0.1', port: 8080, secure: false };
const secure = { address: '::', port: 443, secure: true };
const row = (name: string, redirectToHttps = false, lastHost: string | null = null) => ({
  name,
  host: { options: { redirectToHttps } },
  traffic: lastHost === null ? null : { lastHost },
});

test('a host is reached by its name, and by curl whether or not that resolves', () => {
  expect(addressOfHost(row('app.dev.local'), [plain])).toEqual({
    url: 'http://app.dev.local:8080/',
    curl: 'curl --resolve app.dev.local:8080:127.0.0.1 http://app.dev.local:8080/',
  });
});

test('over HTTPS where plain HTTP only redirects', () => {
  expect(addressOfHost(row('app.dev.local', true), [plain, secure])).toEqual({
    url: 'https://app.dev.local/',
    curl: 'curl -k --resolve app.dev.local:443:[::1] https://app.dev.local/',
  });
});

test('a wildcard is reached as the name that was asked for last', () => {
  expect(addressOfHost(row('*.dev.local', false, 'pr-1.dev.local'), [plain])?.url).toBe(
    'http://pr-1.dev.local:8080/',
  );
  expect(addressOfHost(row('*.dev.local'), [plain])?.url).toBe('http://any.dev.local:8080/');
});

test('nothing is reached while nothing listens', () => {
  expect(addressOfHost(row('app.dev.local'), [])).toBeNull();
});
