import { expect, it } from 'vitest';
import { aRecord } from '../../../../../test/support/record.ts';
import { curlOf, urlOf } from './curl.ts';

const listeners = [
  { address: '0.0.0.0', port: 8080, secure: false },
  { address: '::', port: 443, secure: true },
];

it('is the request as it came, at the port where Berth listens', () => {
  const record = aRecord({ method: 'POST', referer: null, userAgent: 'demo/1.0' });
  expect(curlOf(record, listeners)).toBe(
    "curl -X POST --resolve app.dev.local:8080:127.0.0.1 -A 'demo/1.0' 'http://app.dev.local:8080/p?q=1'",
  );
  const secure = aRecord({ protocol: 'wss', referer: null, userAgent: null });
  expect(curlOf(secure, listeners)).toBe(
    "curl -k --resolve 'app.dev.local:443:[::1]' 'https://app.dev.local/p?q=1'",
  );
});

it('cannot be made of a request that named no host', () => {
  expect(curlOf(aRecord({ host: '' }), listeners)).toBe(null);
});

it('opens what was asked for in absolute form', () => {
  expect(urlOf(aRecord({ target: 'http://app.dev.local/a/b?c' }), listeners)).toBe(
    'http://app.dev.local:8080/a/b?c',
  );
});

it('hands a shell nothing but words, whatever a client sent', () => {
  const command = curlOf(aRecord({ userAgent: "'; touch x; '", referer: '$(id)' }), listeners);
  expect(command).toContain(" -A ''\\''; touch x; '\\''' -e '$(id)' 'http://");
});

it('keeps curl from reading ranges and dots in a path', () => {
  expect(curlOf(aRecord({ target: '/a[1-3]/{b}' }), listeners)).toMatch(/^curl -g --resolve /);
  expect(curlOf(aRecord({ target: '/a/../b' }), listeners)).toMatch(/^curl --path-as-is /);
  expect(curlOf(aRecord({ target: '/a..b/.c' }), listeners)).not.toContain('--path-as-is');
});
