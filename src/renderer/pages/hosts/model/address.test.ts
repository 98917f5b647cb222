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
    curl: "curl -k --resolve 'app.dev.local:443:[::1]' https://app.dev.local/",
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

test.each(['app.1', 'xapp.0x1', 'nul\0host.localhost', 'a b'])(
  'a name that no browser takes has no address: %j',
  (name) => {
    expect(
      addressOfHost({ name, traffic: null, host: { options: { redirectToHttps: false } } }, [
        { address: '127.0.0.1', port: 80, secure: false },
      ]),
    ).toBeNull();
  },
);

test('what a name in the store could tell a shell is in quotes', () => {
  const name = 'a;touch$(id).localhost';
  const address = addressOfHost(
    { name, traffic: null, host: { options: { redirectToHttps: false } } },
    [{ address: '127.0.0.1', port: 80, secure: false }],
  );
  expect(address?.curl).toBe(
    "curl --resolve 'a;touch$(id).localhost:80:127.0.0.1' 'http://a;touch$(id).localhost/'",
  );
});
